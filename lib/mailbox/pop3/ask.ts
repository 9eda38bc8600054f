import type { MailboxError } from '../mailbox-error.ts'
import type { AnswerReceiver, Pop3Wire } from './pop3-wire.ts'

/** A one-line response. `continued` is SASL's "+ " (RFC 5034). */
export interface Pop3Answer {
  readonly status: 'accepted' | 'refused' | 'continued'
  readonly text: string
}

const receiverOf = (resolve: (answer: Pop3Answer) => void, reject: (error: MailboxError) => void): AnswerReceiver => ({
  accepted: (text) => resolve({ status: 'accepted', text }),
  refused: (text) => resolve({ status: 'refused', text }),
  failed: reject,
})

/**
 * Sends a command that has a one-line response. `shownAs`: see `send`.
 * @throws MailboxError if the session is over
 */
export const ask = (wire: Pop3Wire, line: string, shownAs?: string): Promise<Pop3Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Pop3Answer>()
  wire.send(line, receiverOf(resolve, reject), shownAs)
  return promise
}

/** Like `ask`, for the commands of a SASL exchange. */
export const askSasl = (wire: Pop3Wire, line: string, shownAs?: string): Promise<Pop3Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Pop3Answer>()
  const continued = (text: string) => resolve({ status: 'continued', text })
  wire.send(line, { ...receiverOf(resolve, reject), continued }, shownAs)
  return promise
}

export const awaitGreeting = (wire: Pop3Wire): Promise<Pop3Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<Pop3Answer>()
  wire.expect(receiverOf(resolve, reject))
  return promise
}
