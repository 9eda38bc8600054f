import type { Actor } from '../audit/audit-entry.ts'
import type { Intention } from '../audit/audit-trail.ts'
import type { UnstoredMessage } from '../messages/unstored/unstored-message.ts'
import type { UnstoredMessages } from '../messages/unstored/unstored-messages.ts'
import { ProblemError } from '../reasons/problem.ts'
import { type RequestedRun, type RequestRunServices, requestRun } from '../schedule/request-runs.ts'
import { cutTo, printable } from '../text/printable.ts'

export interface QuarantineServices extends RequestRunServices {
  readonly unstored: Pick<UnstoredMessages, 'read' | 'replace'>
}

/** Fetching changes a row once per run at most. */
const mostTries = 3

/**
 * Requests a run of the message's account. A requested run gives every message another chance, and the message leaves
 * the quarantine when it is stored.
 * @throws ProblemError `not-found`, `account-not-valid` or `fetch-queue-refused`
 */
export const retryMessage = async (
  services: QuarantineServices,
  messageId: string,
  by: Actor,
): Promise<RequestedRun[]> => {
  const message = await readMessage(services, messageId)
  return await services.audit.record(
    intentionOf(message, 'retry', by),
    () => requestRun(services, message.accountId, by),
    () => true,
  )
}

/**
 * Marks a message as handled: a person decided that nothing remains to be done. It stays on the server, and the
 * quarantine no longer lists it.
 * @param note why, in the person's words
 * @throws ProblemError `not-found`
 */
export const handleMessage = async (
  services: QuarantineServices,
  { messageId, note }: { readonly messageId: string; readonly note?: string | undefined },
  by: Actor,
): Promise<UnstoredMessage> => {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const read = await readMessage(services, messageId)
    const detail = `${by.name} marked the message as handled${note ? `: ${note}` : '.'}`
    const next: UnstoredMessage = { ...read, state: 'handled', handled: cutTo(printable(detail), longestNote) }
    const changes = [{ field: 'state', from: read.state, to: 'handled' }]
    const intention = { ...intentionOf(read, 'handle', by), changes }
    if (await services.audit.record(intention, () => services.unstored.replace(read, next), Boolean)) return next
  }
  throw new Error('The message changed during each attempt to change it')
}

/** In characters. */
const longestNote = 500

const readMessage = async ({ unstored }: QuarantineServices, messageId: string): Promise<UnstoredMessage> => {
  const message = await unstored.read(messageId)
  if (!message) throw new ProblemError('not-found', 'There is no message with this id in the quarantine.')
  return message
}

const intentionOf = ({ messageId, uid }: UnstoredMessage, action: 'retry' | 'handle', by: Actor): Intention => ({
  by,
  action,
  subject: `/quarantine/${messageId}`,
  name: `message ${uid} that is not stored`,
})
