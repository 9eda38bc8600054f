import { MailboxError } from '../mailbox-error.ts'
import { Pop3Refusal, type Pop3Session } from './pop3-session.ts'
import { refusalErrorOf } from './reply-error.ts'
import type { NumberedMessage } from './retrieve.ts'

/**
 * Sends TOP n 0 for each message (RFC 1939 section 7: optional). Omits messages for which the server refuses it.
 * @throws MailboxError arrival-unknown if the server refuses the command itself
 */
export const showHeaders = async (
  session: Pop3Session,
  plan: readonly NumberedMessage[],
  pipelining: boolean,
): Promise<Map<string, Buffer>> => {
  const { announced, top } = session.capabilities
  if (announced && !top) throw new MailboxError('arrival-unknown')
  const shown = new Map<string, Buffer>()
  let refused: Pop3Refusal | undefined
  // Without CAPA, a refusal of the first TOP applies to all messages: some servers hang up after a few unknown
  // commands.
  for (const batch of announced ? [plan] : plan.map((one) => [one])) {
    const outcomes = await session.inTurn(
      batch.map(
        ({ number }) =>
          () =>
            session.TOP(number, 0),
      ),
      pipelining,
    )
    for (const [index, { message }] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome?.status === 'fulfilled') shown.set(message.uid, Buffer.from(outcome.value))
      else if (outcome?.reason instanceof Pop3Refusal) refused = outcome.reason
      else throw outcome?.reason
    }
    if (refused && shown.size === 0) throw refusalErrorOf(refused.text, 'arrival-unknown')
  }
  return shown
}
