import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { Candidate } from './candidate.ts'
import type { FetchSession } from './fetch-session.ts'
import { listFolder } from './list-folder.ts'
import { markOf } from './message-mark.ts'
import { chunkBytesAt, nextChunk } from './plan-chunks.ts'
import { readChunk } from './read-chunk.ts'

/**
 * Fetches one opened folder: list, then chunk by chunk read, store and announce, and delete behind it.
 * @param after list only above this UID (IMAP accounts that keep their mail)
 * @param accountStillWanted asked between chunks; renews the context's account, false when the run must stop
 * @throws MailboxError, StorageFailure: what was dealt with until then is in the session
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
 * Ends the session; for POP3 this is what commits the deletes.
 * @param usable false when the session is over already, so that nothing more can be asked of it
 * @throws StorageFailure when what left the server could not be marked in its row
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
      // Nothing more leaves the server either: the change may have been made to stop just that.
      session.interruption = 'account-changed'
      return
    }
    if (suspected) {
      // Only a message that is in flight alone is known to be the one that the process dies of.
      await clearTheWay(session)
      await writeInFlight(session, chunk)
    }
    await departures.sendWhenDue()
    await departures.settle()
    await readChunk(session, chunk)
    rest = rest.slice(chunk.length)
  }
}

/** Alone means alone: a suspect dies in no company that is still being stored, and takes no confirmed delete with it. */
const clearTheWay = async ({ pool, departures }: FetchSession): Promise<void> => {
  await pool.drain()
  await departures.send()
  await departures.settle({ now: true })
}

const mayStart = (session: FetchSession): boolean => {
  const { deadline, services } = session.context
  const inTime = services.now() < deadline.startNothingAfter && !deadline.signal.aborted
  if (!inTime) session.interruption = 'time'
  return inTime
}

/** In one row write per chunk: after a crash these messages are read one by one, and the one that kills is found. */
const writeInFlight = async ({ context, mailbox, storing: underWay }: FetchSession, chunk: readonly Candidate[]) => {
  const { services, account } = context
  const inFlight = [...new Set([...underWay, ...chunk].map(({ message }) => markOf(message)))]
  // A process that dies from here on may leave rows of messages that are still on the server.
  const known = mailbox.protocol === 'pop3' && { knownOnServer: true }
  await services.statuses.change(account.accountId, { inFlight, ...known })
}

const moveTooLarge = async ({ context, departures, tooLarge }: FetchSession): Promise<void> => {
  const { account, log } = context
  if (account.tooLarge.action !== 'move') return
  const messages = tooLarge.map(({ message }) => message)
  const moved = await departures.moveAside(messages, account.tooLarge.folder)
  if (moved > 0) log.event('too-large-moved', `${moved} too large messages were moved to ${account.tooLarge.folder}.`)
}
