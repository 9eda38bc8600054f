import type { AccountStatus, Resume } from '../../accounts/account-status.ts'
import type { ResumeChange, StatusChange } from '../../schedule/account-status-store.ts'
import { type FetchFailure, warnings } from '../failures.ts'
import { limits } from '../limits.ts'
import { deathsAmong, markOf } from '../marks.ts'
import type { Session } from '../session.ts'
import { keepPosition } from './position.ts'

/** Derives the account's status after a session: waiting messages, warnings, and where the next run resumes. */
export const nextStatus = (session: Session, failure: FetchFailure | undefined): StatusChange => {
  // After a failure during the listing it is unknown which messages wait and which suspects are still on the server.
  const waiting = !failure || session.listedAll ? oldestWaiting(session) : undefined
  return {
    ...(!failure && { warning: warningOf(session) }),
    ...(waiting && { oldestWaitingAt: waiting.at }),
    resume: {
      ...(!failure && { deaths: remainingDeaths(session) }),
      ...(waiting && {
        oldestWaitingUid: waiting.uid,
        suspects: suspectsOf(session, failure),
        ignoredRemovals: session.unremoved.after([...session.unfinished].map(({ message }) => message.uid)),
      }),
      ...keepPosition(session),
      ...(hasReadEverything(session, failure) && { compareContent: undefined }),
      removalUnconfirmed: removalUnconfirmed(session, failure),
      ...session.uidls.afterSession(failure === undefined && session.interruption === undefined, (uid) =>
        session.isGone(uid),
      ),
      reportedTooLarge: reportedTooLarge(session),
      largerThanListed: largerThanListed(session, !failure && listsAll(session)),
      inFlight: undefined,
    },
  }
}

/** False while messages are unread, because their bytes may also be known. */
const hasReadEverything = ({ part: { log }, interruption }: Session, failure: FetchFailure | undefined) =>
  !failure && interruption === undefined && !log.run.skippedBecause.absent && !log.run.skippedBecause.unstorable

/** False for IMAP accounts that keep their mail, because only messages above the watermark are listed. */
const listsAll = ({ part: { account }, mailbox, interruption }: Session): boolean =>
  interruption === undefined && (mailbox.protocol === 'pop3' || account.afterFetch.action !== 'keep')

/** Stays true until a run has compared every known message and the server has confirmed or refused each delete. */
const removalUnconfirmed = (
  { departures, interruption, leftUncompared, resume }: Session,
  failure: FetchFailure | undefined,
): true | undefined => {
  const finished = failure === undefined && interruption === undefined && !leftUncompared
  return departures.unconfirmed || (!finished && resume.removalUnconfirmed) ? true : undefined
}

/** @returns messages that may have broken the session. The next run reads them last and one by one. */
const suspectsOf = (session: Session, failure: FetchFailure | undefined): string[] | undefined => {
  const mayBeTheMessage = failure ? breaks.has(failure.code) : session.interruption !== 'uidls-changed'
  const suspects = session.suspectsAfterBreak(mayBeTheMessage)
  return suspects.length > 0 ? suspects : undefined
}

const breaks: ReadonlySet<string> = new Set([
  'connection-lost',
  'server-silent',
  'server-misbehaved',
  'storage-failed',
  'too-slow',
])

/** Keeps the death counts of messages that are still on the server. */
const remainingDeaths = (session: Session): Resume['deaths'] =>
  deathsAmong(session.resume, session.listed.filter(({ uid }) => !session.isGone(uid)).map(markOf))

/** @returns a warning about messages that a successful run left on the server, so that none stays there unnoticed */
const warningOf = ({ part: { log, services }, unremoved }: Session): AccountStatus['warning'] => {
  const { deadly = 0, absent = 0, unstorable = 0 } = log.run.skippedBecause
  const [warning] = [
    ...(deadly > 0 ? [warnings.poison(deadly)] : []),
    ...(unstorable > 0 ? [warnings.unstorable(unstorable)] : []),
    ...(absent > 0 ? [warnings.absent(absent)] : []),
    ...(unremoved.size > 0 ? [warnings.notRemoved(unremoved.size, unremoved.detail)] : []),
  ]
  return warning && { ...warning, at: new Date(services.now()).toISOString() }
}

/**
 * Finds the oldest message that this run should have removed from the server (or read, if mail is kept) but did not.
 */
const oldestWaiting = (session: Session): { readonly at?: string; readonly uid?: string } => {
  const { part, status, resume, listed } = session
  const keeps = part.account.afterFetch.action === 'keep'
  const isOver = (uid: string) => (keeps ? session.isDone(uid) : session.isGone(uid))
  const oldest = listed.find(({ uid }) => !session.beforeStart.has(uid) && !isOver(uid))
  if (!oldest) return {}
  const uid = markOf(oldest)
  const firstSeen = resume.oldestWaitingUid === uid ? status.oldestWaitingAt : undefined
  return { at: oldest.internalDate ?? firstSeen ?? new Date(part.services.now()).toISOString(), uid }
}

/** Reports each oversized message in one run only. The counts include it in every run. */
export const reportTooLarge = ({ part: { log, account }, resume, tooLarge, departures }: Session): void => {
  const before = new Set(resume.reportedTooLarge)
  for (const { message, messageId, listedSize } of tooLarge) {
    if (before.has(messageId ?? markOf(message)) || departures.isGone(message.uid)) continue
    const detail =
      listedSize === undefined
        ? `Message ${message.uid} has ${message.size} bytes, but the account allows ${account.maxMessageSize}. It stays on the server.`
        : `The server listed message ${message.uid} with ${listedSize} bytes, but sent more than the ${account.maxMessageSize} bytes that the account allows. It stays on the server.`
    log.event('too-large', detail, messageId)
  }
}

const reportedTooLarge = ({ resume, tooLarge }: Session): string[] | undefined => {
  const ids = tooLarge.map(({ message, messageId }) => messageId ?? markOf(message))
  const all = [...new Set([...ids, ...(resume.reportedTooLarge ?? [])])].slice(0, limits.reportedTooLarge)
  return all.length > 0 ? all : undefined
}

/**
 * Lists the messages that are larger than listed, so that the next run does not read them up to the limit again.
 *
 * @param listedAll true if a message that was not listed is gone
 */
const largerThanListed = (
  { resume, listed, tooLarge, departures }: Session,
  listedAll: boolean,
): ResumeChange['largerThanListed'] => {
  const found = tooLarge.flatMap(({ message: { uid, uidIsStable, size }, listedSize }) =>
    uidIsStable && listedSize !== undefined ? [{ uid, listed: listedSize, size }] : [],
  )
  const replaced = new Set(found.map(({ uid }) => uid))
  const present = new Set(listed.map(({ uid }) => uid))
  const before = (resume.largerThanListed ?? []).filter(
    ({ uid }) => !replaced.has(uid) && (present.has(uid) || !listedAll),
  )
  const all = [...found, ...before].filter(({ uid }) => !departures.isGone(uid))
  return all.length > 0 ? all.slice(0, limits.largerThanListed) : undefined
}
