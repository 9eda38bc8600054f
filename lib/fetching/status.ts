import type { Account } from '../accounts/account.ts'
import type { AccountStatus, Resume } from '../accounts/account-status.ts'
import type { ListedMessage, Mailbox } from '../mailbox/mailbox.ts'
import type { ResumeChange, StatusChange } from '../schedule/account-status-store.ts'
import { type FetchFailure, warnings } from './failures.ts'
import { deathsAmong, mailboxIdentityOf, markOf, suspectsIn } from './identity.ts'
import { limits } from './limits.ts'
import { startMarkOf } from './listing/start-from.ts'
import type { Part } from './part.ts'
import type { Session } from './session.ts'

/**
 * Returns the status that applies to a part of a run. Messages that were in flight when an earlier run crashed become
 * suspects. A run that a person requests gives every message another chance.
 */
export const takeStatus = async ({ services, log, status }: Part): Promise<AccountStatus> => {
  const { accountId, trigger, parts } = log.run
  const { inFlight, deaths, ignoredRemovals, ...resume } = status.resume ?? {}
  const suspects = suspectsIn({ suspects: resume.suspects, inFlight })
  // Only in the first part of a run. Otherwise, each later part would try the same messages again.
  const forgiven = trigger === 'request' && parts === 1
  const remembered = forgiven ? {} : { ...(deaths && { deaths }), ...(ignoredRemovals && { ignoredRemovals }) }
  if (inFlight || (forgiven && (deaths || ignoredRemovals)))
    await services.statuses.change(accountId, {
      resume: { deaths: undefined, ignoredRemovals: undefined, ...remembered, inFlight: undefined, suspects },
    })
  return { ...status, resume: { ...resume, ...(suspects.length > 0 && { suspects }), ...remembered } }
}

/** The fields that refer to UIDs. They lose their meaning when the mailbox's identity changes. */
const heldByUid = {
  keep: undefined,
  largerThanListed: undefined,
  suspects: undefined,
  deaths: undefined,
  ignoredRemovals: undefined,
  oldestWaitingUid: undefined,
  removalUnconfirmed: undefined,
  knownOnServer: undefined,
  uidls: undefined,
} satisfies ResumeChange

/**
 * Records which mailbox this run has opened. This happens before the run stores anything, so that a crash cannot hide a
 * change of mailbox.
 *
 * @returns the status that applies to this mailbox. After a change of identity, all fields that refer to UIDs are reset
 *   and `compareContent` is set, so that messages with known bytes are not announced again.
 */
export const statusOfMailbox = async (
  { services, log, account }: Part,
  status: AccountStatus,
  mailbox: Mailbox,
): Promise<AccountStatus> => {
  if (mailbox.protocol === 'imap' && mailbox.uidValidity === undefined) {
    // An empty folder needs no UIDVALIDITY. A missing one does not invalidate the known UIDs.
    if (mailbox.messageCount === 0) return status
    log.event('no-uid-validity', noUidValidityWords)
  }
  const { resume = {} } = status
  const mailboxIdentity = mailboxIdentityOf(account, mailbox.uidValidity)
  if (resume.mailboxIdentity === mailboxIdentity) return status
  const first = resume.mailboxIdentity === undefined
  const change = first ? { mailboxIdentity } : { mailboxIdentity, ...heldByUid, compareContent: true }
  await services.statuses.change(account.accountId, { resume: change })
  return { ...status, resume: resumeAfter(resume, change) }
}

const resumeAfter = (resume: Resume, change: ResumeChange): Resume =>
  Object.fromEntries(Object.entries({ ...resume, ...change }).filter(([, value]) => value !== undefined))

const noUidValidityWords =
  'The server does not report a UIDVALIDITY for this folder, so its UIDs may refer to different messages in the next ' +
  'session. Postmaster recognises messages by their bytes. Two messages with the same bytes count as one, and every run ' +
  'downloads the mail that stays on the server.'

/** Derives the account's status after a session: waiting messages, warnings, and where the next run resumes. */
export const nextStatus = (session: Session, failure: FetchFailure | undefined): StatusChange => {
  // After a failure during the listing it is unknown which messages wait and which suspects are still on the server.
  const finished = !failure && session.interruption === undefined
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
      ...(finished && hasReadEverything(session) && { compareContent: undefined }),
      removalUnconfirmed: removalUnconfirmed(session, finished),
      ...session.uidls?.afterSession(finished, (uid) => session.isGone(uid)),
      reportedTooLarge: reportedTooLarge(session),
      largerThanListed: largerThanListed(session, finished && listsAll(session)),
      inFlight: undefined,
    },
  }
}

/** False while messages are unread, because their bytes may also be known. */
const hasReadEverything = ({ part: { log } }: Session): boolean =>
  !unread.some((reason) => log.run.skippedBecause[reason])

const unread = ['absent', 'unstorable', 'raw-mail-differs'] as const

/** False for IMAP accounts that keep their mail, because only messages above the watermark are listed. */
const listsAll = ({ part: { account }, mailbox }: Session): boolean =>
  mailbox.protocol === 'pop3' || account.afterFetch.action !== 'keep'

/** Stays true until a run has compared every known message and the server has confirmed or refused each delete. */
const removalUnconfirmed = ({ departures, leftUncompared, resume }: Session, finished: boolean): true | undefined =>
  departures.unconfirmed || ((!finished || leftUncompared) && resume.removalUnconfirmed) ? true : undefined

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
  const { deadly = 0, absent = 0, unstorable = 0, 'raw-mail-differs': differing = 0 } = log.run.skippedBecause
  const [warning] = [
    ...(deadly > 0 ? [warnings.poison(deadly)] : []),
    ...(differing > 0 ? [warnings.rawMailDiffers(differing)] : []),
    ...(unstorable > 0 ? [warnings.unstorable(unstorable)] : []),
    ...(absent > 0 ? [warnings.absent(absent)] : []),
    ...(unremoved.size > 0 ? [warnings.notRemoved(unremoved.size, unremoved.detail)] : []),
  ]
  return warning && { ...warning, at: services.now().toISOString() }
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
  return { at: oldest.internalDate ?? firstSeen ?? part.services.now().toISOString(), uid }
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

/** @returns the UID above which to list: the watermark, or just below the first exception that the limit now allows */
export const listAfter = (account: Account, resume: Resume, mailbox: Mailbox): string | undefined => {
  if (mailbox.protocol !== 'imap') return undefined
  if (account.afterFetch.action !== 'keep') return startOf(account, resume, mailbox)
  const allowed = (resume.keep?.exceptions ?? []).filter(({ size }) => size <= account.maxMessageSize)
  const [first] = [watermarkOf(account, resume) ?? '0', ...allowed.map(({ uid }) => String(BigInt(uid) - 1n))].sort(
    byUid,
  )
  return first === '0' ? undefined : first
}

/**
 * @returns the highest UID of the mail from before the account's start, if the mailbox held no other mail then. Runs
 *   need not list thousands of old messages again.
 */
const startOf = (account: Account, { startSight }: Resume, { uidValidity }: Mailbox): string | undefined =>
  startSight?.nothingElse && startSight.mailbox === startMarkOf(account, uidValidity)
    ? startSight.highestUid
    : undefined

/** @returns undefined after the account's start was changed, so that messages below the watermark are examined again */
const watermarkOf = ({ startsAt }: Account, { keep }: Resume): string | undefined =>
  keep?.start === startsAt ? keep?.watermark : undefined

/** UIDs have 32 bits. They are compared as numbers and stored as text. */
const byUid = (a: string, b: string): number => Number(a) - Number(b)

const higher = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || b === undefined ? (a ?? b) : [a, b].sort(byUid)[1]

/** Where the next run continues in an IMAP account that keeps its mail. UIDs only rise (RFC 9051 section 2.3.1.1). */
const keepPosition = (session: Session): Pick<ResumeChange, 'keep'> => {
  const { part, resume, listed, mailbox } = session
  if (part.account.afterFetch.action !== 'keep' || mailbox.protocol !== 'imap') return { keep: undefined }
  // Without UIDVALIDITY, remembered UIDs do not mark a position.
  if (mailbox.uidValidity === undefined) return {}
  const exceptions = session.tooLarge.map(({ message: { uid, size } }) => ({ uid, size }))
  const remembered = new Set(exceptions.slice(0, limits.keepExceptions).map(({ uid }) => uid))
  const isDone = ({ uid }: ListedMessage) => session.isDone(uid) || remembered.has(uid)
  const firstOpen = listed.findIndex((message) => !isDone(message))
  const last = firstOpen === -1 ? listed.at(-1) : listed[firstOpen - 1]
  const older = (resume.keep?.exceptions ?? []).filter(({ uid }) => !listed.some((message) => message.uid === uid))
  const watermark = higher(watermarkOf(part.account, resume), last?.uid)
  const { startsAt } = part.account
  return {
    keep: {
      ...(watermark !== undefined && { watermark }),
      ...(startsAt !== undefined && { start: startsAt }),
      exceptions: [...older, ...exceptions].slice(0, limits.keepExceptions),
    },
  }
}

/** @returns a predicate for the UIDs that the next session lists if their messages are still on the server */
export const listedNextTime = (
  { part, resume, mailbox }: Session,
  change: ResumeChange,
): ((uid: string) => boolean) => {
  const after = listAfter(part.account, resumeAfter(resume, change), mailbox)
  return (uid) => after === undefined || byUid(uid, after) > 0
}
