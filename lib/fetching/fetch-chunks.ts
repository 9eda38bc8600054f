import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { Candidate } from './candidate.ts'
import { listFolder } from './listing/list-folder.ts'
import { markOf } from './message-mark.ts'
import { chunkBytesAt, nextChunk } from './plan-chunks.ts'
import type { FetchSession } from './session-progress.ts'
import { readChunk } from './storing/read-chunk.ts'

/**
 * Fetches one opened folder. It lists the messages, reads, stores and announces them in chunks, and applies the
 * after-fetch action along the way.
 *
 * @param after list only messages above this UID
 * @param accountStillWanted called between chunks. It reads the context's account again and returns false if the run
 *   must stop.
 * @throws MailboxError or StorageFailure. The session records the work done until then.
 */
export const fetchMailbox = async (
  session: FetchSession,
  after: string | undefined,
  accountStillWanted: () => Promise<boolean>,
): Promise<void> => {
  try {
    await fetchChunks(session, await listFolder(session, after), accountStillWanted)
    await session.pool.drain()
  } finally {
    await session.pool.idle()
    const left = [...session.unfinished].filter((candidate) => !session.isCounted(candidate))
    session.context.log.count('left', left.length)
  }
  if (session.interruption === 'account-changed') return
  await session.departures.send()
  await moveTooLarge(session)
}

/**
 * Ends the session. For POP3, this commits the deletes.
 *
 * @param usable false if the session is already over, so that it accepts no more commands
 * @throws StorageFailure if the row of a message that left the server could not be marked
 */
export const closeMailbox = async ({ context, departures, pool }: FetchSession, usable: boolean): Promise<void> => {
  try {
    if (usable) await departures.send()
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error
    context.log.event('not-removed', `Stored messages are still on the server: ${error.message}`)
  } finally {
    await departures.close()
  }
  await pool.drain()
}

const fetchChunks = async (
  session: FetchSession,
  candidates: readonly Candidate[],
  accountStillWanted: () => Promise<boolean>,
): Promise<void> => {
  const { context, mailbox, departures } = session
  const began = context.services.now()
  let rest = candidates
  while (rest.length > 0 && mayStart(session)) {
    const chunk = nextChunk(rest, chunkBytesAt(mailbox.bytesReceived, context.services.now() - began))
    const suspected = chunk[0]?.suspect ?? false
    const [wanted] = await Promise.all([accountStillWanted(), suspected || writeInFlight(session, chunk)])
    if (!wanted) {
      // Stop removing messages as well, because the account may have been changed for that very reason.
      session.interruption = 'account-changed'
      return
    }
    if (suspected) {
      // A crash can be attributed to a message only if no other message is in flight.
      await clearTheWay(session)
      await writeInFlight(session, chunk)
    }
    await departures.sendWhenDue()
    await departures.commit()
    await readChunk(session, chunk)
    rest = rest.slice(chunk.length)
  }
}

/**
 * Finishes all stores and removals before a suspect is read. If the suspect crashes the process, no other message is in
 * flight and no confirmed delete is lost.
 */
const clearTheWay = async ({ pool, departures }: FetchSession): Promise<void> => {
  await pool.drain()
  await departures.send()
  await departures.commit({ now: true })
}

const mayStart = (session: FetchSession): boolean => {
  const { deadline, services } = session.context
  const inTime = services.now() < deadline.startNothingAfter && !deadline.signal.aborted
  if (!inTime) session.interruption = 'time'
  return inTime
}

/**
 * Records the messages in flight with one row write per chunk. After a crash, these messages are read one by one to
 * find the one that caused it.
 */
const writeInFlight = async ({ context, mailbox, storing: underWay }: FetchSession, chunk: readonly Candidate[]) => {
  const { services, account } = context
  const inFlight = [...new Set([...underWay, ...chunk].map(({ message }) => markOf(message)))]
  // From here on, a crash may leave rows of messages that are still on the server.
  const known = mailbox.protocol === 'pop3' && { knownOnServer: true }
  await services.statuses.change(account.accountId, { inFlight, ...known })
}

const moveTooLarge = async ({ context, departures, tooLarge }: FetchSession): Promise<void> => {
  const { account, log } = context
  if (account.tooLarge.action !== 'move') return
  const messages = tooLarge.map(({ message }) => message)
  const moved = await departures.moveAside(messages, account.tooLarge.folder)
  if (moved > 0)
    log.event(
      'too-large-moved',
      `Postmaster moved ${moved} oversized ${moved === 1 ? 'message' : 'messages'} to ${account.tooLarge.folder}.`,
    )
}
