import type { Message } from '../messages/message.ts'
import type { MessageHeader } from '../messages/message-header.ts'

export type Judgement = Pick<Message, 'control' | 'ignoredControl'>

/** A name a ticket system could have; what differs is refused rather than handed on. */
const wellFormed = /^[a-z0-9][a-z0-9_.-]*$/

/**
 * Which of the control headers found are honoured: those of a trusted account, each name once (the first: a relay that vouches for a message
 * writes above what it received). Of an untrusted account none. Every name found ends in exactly one of the two lists, unless it is in both
 * because it was repeated.
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
    else if (disguised) ignore(name, 'It is written in a way that only some mail readers see.')
    else if (!wellFormed.test(short)) ignore(name, 'It is not a name that a control header can have.')
    else if (control.has(short)) ignore(name, 'It stands in the message more than once; the first one counts.')
    else control.set(short, value)
  }
  return {
    control: Object.fromEntries(control),
    ignoredControl: [...ignored].map(([name, why]) => ({ name, why })),
  }
}
