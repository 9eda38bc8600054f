import { type Mailbox, UidlsChanged } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import type { Run } from '../runs/run.ts'
import { plannedChunks, readChunk } from './chunks.ts'
import { continueOrEnd, failPart, logStorageFailure } from './end-part.ts'
import { errorNameOf, type FetchFailure, failureOf, fetchFailures, StorageFailure } from './failures.ts'
import { listFolder } from './listing/list-folder.ts'
import { openAccount, rememberBrokenPipelining } from './open-account.ts'
import type { Part } from './part.ts'
import { updateQuarantine } from './quarantine.ts'
import { SessionReport } from './run-log.ts'
import { RunProgress } from './run-progress.ts'
import { Session } from './session.ts'
import { nextStatus, statusOfMailbox, takeStatus } from './status.ts'

/**
 * Fetches an account in one part of a run, which is one session with its mail server. These are all steps, in order.
 *
 * A message's durable steps have a fixed order: raw bytes, row, announcement, the removal from the server, and one mark
 * for both. A crash between two of them loses nothing, and the next run or the dispatch function's sweep continues there.
 */
export const runPart = async (part: Part): Promise<Run> => {
  const before = await takeStatus(part)

  const progress = new RunProgress(part)
  const report = new SessionReport(part.services, part.log, part.account)
  let mailbox: Mailbox
  try {
    mailbox = await openAccount(part, before.resume ?? {}, report)
  } catch (error) {
    await endReport(part, progress, report)
    return await failOpening(part, error)
  }

  try {
    part.uidValidity = mailbox.uidValidity
    const status = await statusOfMailbox(part, before, mailbox)
    part.compareContent = status.resume?.compareContent ?? false
    const session = new Session(part, mailbox, status, progress)
    const { departures, pool } = session
    progress.soFar = () => ({
      counts: session.counts,
      roundTrips: part.log.run.roundTrips + mailbox.roundTrips,
      ...report.soFar(mailbox),
    })

    const failure = await failureIn(session, async () => {
      try {
        // Also classifies the listed messages, and releases those that an earlier run stored and announced.
        const candidates = await listFolder(session)
        for await (const chunk of plannedChunks(session, candidates)) {
          // Removes what the chunks before this one released.
          await departures.sendWhenDue()
          await departures.commit()
          // The pool stores, announces and releases each message while the next ones are read.
          await readChunk(session, chunk)
          progress.note()
        }
        await pool.drain()
        progress.note()
      } finally {
        await pool.idle()
        session.countLeft()
      }
      if (session.interruption !== 'account-changed') {
        await departures.send()
        await moveTooLarge(session)
      }
    })

    progress.note()
    const failureAtClose = await failureIn(session, () => closeSession(session, failure))
    await endReport(part, progress, report, mailbox)

    const result = failure ?? failureAtClose ?? stuckIn(session)
    await updateQuarantine(session, result === undefined)
    return await continueOrEnd(session, nextStatus(session, result), result)
  } finally {
    await progress.end()
    // After an error the mailbox is still open. The server must not hold its lock until Lambda thaws this process.
    await mailbox.close()
  }
}

const endReport = async (part: Part, progress: RunProgress, report: SessionReport, mailbox?: Mailbox) => {
  await progress.end()
  await report.end(mailbox)
  if (report.pipeliningBroke) await rememberBrokenPipelining(part)
}

const failOpening = async (part: Part, error: unknown): Promise<Run> => {
  const reason = failureOf(error, part.account.accountId)
  if (!reason) throw error
  logStorageFailure(part, error)
  // Our own deadline interrupted the opening, so the connection's error is only a consequence.
  const late = part.deadline.signal.aborted && !storeFailed(error)
  return await failPart(part, late ? fetchFailures.openingTooSlow : reason)
}

/** False for a store that our own deadline aborted, because that store did not fail. */
const storeFailed = (error: unknown): boolean => error instanceof StorageFailure && errorNameOf(error) !== 'AbortError'

/** @returns an expected failure. A session that our own deadline ended counts as interrupted, not as failed. */
const failureIn = async (session: Session, work: () => Promise<void>): Promise<FetchFailure | undefined> => {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof UidlsChanged) return await noteUidlsChanged(session)
    const { part } = session
    const failure = failureOf(error, part.account.accountId)
    if (!failure) {
      // A mark that fails as well only repeats an announcement, and the defect is what has to be reported.
      await Promise.allSettled([session.announcements.markRest()])
      throw error
    }
    logStorageFailure(part, error)
    if (!part.deadline.signal.aborted || storeFailed(error)) return failure
    session.interruption = 'time'
    return undefined
  }
}

/** Counts this session as progress, because the next part opens another session and lists the messages again. */
const noteUidlsChanged = async (session: Session): Promise<FetchFailure | undefined> => {
  const progress = session.cameFurther
  session.interruption = 'uidls-changed'
  session.madeProgress = true
  return await failureIn(session, async () => await session.uidls?.changedInSession(progress))
}

const moveTooLarge = async ({ part, departures, tooLarge }: Session): Promise<void> => {
  const { account, log } = part
  if (account.tooLarge.action !== 'move') return
  const messages = tooLarge.map(({ message }) => message)
  const moved = await departures.moveAside(messages, account.tooLarge.folder)
  if (moved > 0)
    log.event(
      'too-large-moved',
      `Postmaster moved ${moved} oversized ${moved === 1 ? 'message' : 'messages'} to ${account.tooLarge.folder}.`,
    )
}

/**
 * Ends the session. For POP3, this commits the deletes.
 *
 * @throws StorageFailure if the row of a message that was announced or left the server could not be marked
 */
const closeSession = async (session: Session, failure: FetchFailure | undefined): Promise<void> => {
  try {
    await endRemovals(session, failure)
    await session.pool.drain()
  } finally {
    await session.announcements.markRest()
  }
}

const endRemovals = async (session: Session, failure: FetchFailure | undefined): Promise<void> => {
  const { part, departures, interruption } = session
  // After these, the session accepts no more commands, or no more messages may be removed.
  const unusable = failure !== undefined && failure.code !== 'storage-failed'
  const over = interruption === 'account-changed' || interruption === 'uidls-changed'
  try {
    if (!unusable && !over && !part.deadline.signal.aborted) await departures.send()
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error
    part.log.event('not-removed', `Stored messages are still on the server: ${error.message}`)
  } finally {
    await departures.close()
  }
}

/** @returns a failure if this part ran out of time without progress, because the next run would get no further */
const stuckIn = ({ part, interruption, cameFurther, listedAll }: Session): FetchFailure | undefined => {
  if (interruption !== 'time' || cameFurther) return undefined
  if (!listedAll) return fetchFailures.listingTooSlow
  return part.log.run.counts.left > 0 ? fetchFailures.tooSlow : undefined
}
