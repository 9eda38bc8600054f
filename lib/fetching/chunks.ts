import { limits } from './limits.ts'
import { needsNewSession } from './open-account.ts'
import { type Candidate, markOf } from './part.ts'
import type { Session } from './session.ts'

/**
 * Plans the chunks to read, one at a time. Before each chunk, it records the chunk's messages as in flight. After
 * a crash, these messages are read one by one to find the one that caused it.
 *
 * It stops early, with the session's `interruption`, when the time is up or the account was changed.
 */
export async function* plannedChunks(
  session: Session,
  candidates: readonly Candidate[],
): AsyncGenerator<readonly Candidate[]> {
  const { mailbox } = session
  const { services } = session.part
  const began = services.now()
  let rest = candidates
  while (rest.length > 0 && hasTime(session)) {
    const chunk = nextChunk(rest, chunkBytesAt(mailbox.bytesReceived, services.now() - began))
    const alone = chunk[0]?.suspect ?? false
    const [wanted] = await Promise.all([accountStillWanted(session), alone || noteInFlight(session, chunk)])
    if (!wanted) {
      // Stop removing messages as well, because the account may have been changed for that very reason.
      session.interruption = 'account-changed'
      return
    }
    if (alone) {
      // A crash can be attributed to a message only if no other message is in flight.
      await clearTheWay(session)
      await noteInFlight(session, chunk)
    }
    yield chunk
    rest = rest.slice(chunk.length)
  }
}

const hasTime = (session: Session): boolean => {
  const { deadline, services } = session.part
  const inTime = services.now() < deadline.startNothingAfter && !deadline.signal.aborted
  if (!inTime) session.interruption = 'time'
  return inTime
}

const accountStillWanted = async ({ part }: Session): Promise<boolean> => {
  const account = await part.services.accounts.read(part.account.accountId)
  if (account?.validity !== 'valid' || needsNewSession(part.account, account)) return false
  part.account = account
  return true
}

/**
 * Finishes all stores and removals before a suspect is read. If the suspect crashes the process, no other message is in
 * flight and no confirmed delete is lost.
 */
const clearTheWay = async ({ pool, departures }: Session): Promise<void> => {
  await pool.drain()
  await departures.send()
  await departures.commit({ now: true })
}

const noteInFlight = async ({ part, mailbox, beingStored }: Session, chunk: readonly Candidate[]): Promise<void> => {
  const inFlight = [...new Set([...beingStored, ...chunk].map(({ message }) => markOf(message)))]
  // From here on, a crash may leave rows of messages that are still on the server.
  const known = mailbox.protocol === 'pop3' && { knownOnServer: true }
  await part.services.statuses.change(part.account.accountId, { resume: { inFlight, ...known } })
}

/** @returns a chunk's maximum size at the current pace, so that none takes longer than a minute on a slow connection */
export const chunkBytesAt = (bytes: number, milliseconds: number): number =>
  bytes === 0 || milliseconds === 0
    ? limits.chunkBytes
    : Math.min(limits.chunkBytes, Math.max(1, Math.floor((bytes / milliseconds) * limits.chunkTime)))

/** Takes the next chunk from the front. It contains at least one message, and a suspect is always alone. */
export const nextChunk = (candidates: readonly Candidate[], chunkBytes: number): readonly Candidate[] => {
  let bytes = 0
  let length = 0
  for (const { message, suspect } of candidates) {
    if (length > 0 && (suspect || bytes + message.size > chunkBytes)) break
    bytes += message.size
    length += 1
    if (suspect || length === limits.chunkMessages) break
  }
  return candidates.slice(0, length)
}
