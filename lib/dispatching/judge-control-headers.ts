import type { Message } from '../messages/message.ts'
import type { MessageHeader } from '../messages/message-header.ts'

export type Judgement = Pick<Message, 'control' | 'ignoredControl'>

/** A name that a ticket system could use. Other names are refused, not passed on. */
const wellFormed = /^[a-z0-9][a-z0-9_.-]*$/

/**
 * Decides which control headers are honoured. For a trusted account, each name is honoured once. The first occurrence
 * counts, because a relay that vouches for a message writes above the part it received. For an account that is not
 * trusted, none is honoured. Every name is in exactly one of the two lists, or in both if it is repeated.
 */
export const judgeControlHeaders = (
  trusted: boolean,
  found: MessageHeader['controlHeaders'],
  prefix: string,
): Judgement => {
  const control = new Map<string, string>()
  const ignored = new Map<string, string>()
  const ignore = (name: string, why: string) => {
    if (!ignored.has(name)) ignored.set(name, why)
  }
  for (const { name, value, disguised } of found) {
    const short = name.slice(prefix.length)
    if (!trusted) ignore(name, 'The account is not trusted.')
    else if (disguised) ignore(name, 'Only some mail readers would recognise the way it is written.')
    else if (!wellFormed.test(short)) ignore(name, 'The name is not allowed for a control header.')
    else if (control.has(short)) ignore(name, 'The header occurs more than once in the message. The first one counts.')
    else control.set(short, value)
  }
  return {
    control: Object.fromEntries(control),
    ignoredControl: [...ignored].map(([name, why]) => ({ name, why })),
  }
}
