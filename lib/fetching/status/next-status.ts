import type { Account } from '../../accounts/account.ts'
import type { AccountStatus } from '../../accounts/account-status.ts'
import type { ListedMessage, Mailbox } from '../../mailbox/mailbox.ts'
import type { StatusChange } from '../../schedule/account-status-store.ts'
import { deathsOver } from '../deaths.ts'
import { type FetchFailure, warnings } from '../failures.ts'
import { largerThanListed } from '../larger-than-listed.ts'
import { limits } from '../limits.ts'
import { markOf } from '../message-mark.ts'
import type { FetchSession } from '../session-progress.ts'
import { startMarkOf } from '../start/start-line.ts'

interface SessionOutcome {
  readonly failure: FetchFailure | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Derives the account's status after a session: waiting messages, position in the folder, suspects and warnings. */
export const statusAfterSession = (session: FetchSession, { failure, now }: SessionOutcome): StatusChange => ({
  ...(!failure && { deaths: remainingDeaths(session), warning: warningOf(session, now) }),
  // After a failure during the listing it is unknown which messages wait and which suspects are still on the server.
  ...((!failure || session.listedAll) && {
    ...oldestWaiting(session, now),
    suspects: suspectsOf(session, failure),
    ignoredRemovals: session.unremoved.after([...session.unfinished].map(({ message }) => message.uid)),
  }),
  ...keepPosition(session),
  ...(hasReadEverything(session, failure) && { compareContent: undefined }),
  removalUnconfirmed: removalUnconfirmed(session, failure),
  ...session.uidls.afterSession(failure === undefined && session.interruption === undefined, (uid) =>
    session.isGone(uid),
  ),
  reportedTooLarge: reported(session),
  largerThanListed: largerThanListed(session, !failure && listsAll(session)),
  inFlight: undefined,
})

/** False while messages are unread, because their bytes may also be known. */
const hasReadEverything = ({ context: { log }, interruption }: FetchSession, failure: FetchFailure | undefined) =>
  !failure && interruption === undefined && !log.run.skippedBecause.absent && !log.run.skippedBecause.unstorable

/** False for IMAP accounts that keep their mail, because only messages above the watermark are listed. */
const listsAll = ({ context: { account }, mailbox, interruption }: FetchSession): boolean =>
  interruption === undefined && (mailbox.protocol === 'pop3' || account.afterFetch.action !== 'keep')

/** Stays true until a run has compared every known message and the server has confirmed or refused each delete. */
const removalUnconfirmed = (
  { departures, interruption, leftUncompared, status }: FetchSession,
  failure: FetchFailure | undefined,
): true | undefined => {
  const finished = failure === undefined && interruption === undefined && !leftUncompared
  return departures.unconfirmed || (!finished && status.removalUnconfirmed) ? true : undefined
}

/** @returns messages that may have broken the session. The next run reads them last and one by one. */
const suspectsOf = (session: FetchSession, failure: FetchFailure | undefined): string[] | undefined => {
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
const remainingDeaths = (session: FetchSession): AccountStatus['deaths'] =>
  deathsOver(session.status, session.listed.filter(({ uid }) => !session.isGone(uid)).map(markOf))

/** @returns a warning about messages that a successful run left on the server, so that none stays there unnoticed */
const warningOf = ({ context: { log }, unremoved }: FetchSession, now: number): AccountStatus['warning'] => {
  const { deadly = 0, absent = 0, unstorable = 0 } = log.run.skippedBecause
  const [warning] = [
    ...(deadly > 0 ? [warnings.poison(deadly)] : []),
    ...(unstorable > 0 ? [warnings.unstorable(unstorable)] : []),
    ...(absent > 0 ? [warnings.absent(absent)] : []),
    ...(unremoved.size > 0 ? [warnings.notRemoved(unremoved.size, unremoved.detail)] : []),
  ]
  return warning && { ...warning, at: new Date(now).toISOString() }
}

/**
 * Finds the oldest message that this run should have removed from the server (or read, if mail is kept) but did not.
 */
const oldestWaiting = (session: FetchSession, now: number): StatusChange => {
  const { context, status, listed } = session
  const keeps = context.account.afterFetch.action === 'keep'
  const dealtWith = (uid: string) => (keeps ? session.isSettled(uid) : session.isGone(uid))
  const oldest = listed.find(({ uid }) => !session.beforeStart.has(uid) && !dealtWith(uid))
  if (!oldest) return { oldestWaitingAt: undefined, oldestWaitingUid: undefined }
  const firstSeen = status.oldestWaitingUid === markOf(oldest) ? status.oldestWaitingAt : undefined
  return {
    oldestWaitingAt: oldest.internalDate ?? firstSeen ?? new Date(now).toISOString(),
    oldestWaitingUid: markOf(oldest),
  }
}

/** Where the next run continues in an IMAP account that keeps its mail. UIDs only rise (RFC 9051 section 2.3.1.1). */
const keepPosition = (session: FetchSession): StatusChange => {
  const { context, status, listed, mailbox } = session
  if (context.account.afterFetch.action !== 'keep' || mailbox.protocol !== 'imap')
    return { keepWatermark: undefined, keepStart: undefined, keepExceptions: undefined }
  // Without UIDVALIDITY, remembered UIDs do not mark a position.
  if (mailbox.uidValidity === undefined) return {}
  const exceptions = session.tooLarge.map(({ message: { uid, size } }) => ({ uid, size }))
  const remembered = new Set(exceptions.slice(0, limits.keepExceptions).map(({ uid }) => uid))
  const dealtWith = ({ uid }: ListedMessage) => session.isSettled(uid) || remembered.has(uid)
  const firstOpen = listed.findIndex((message) => !dealtWith(message))
  const last = firstOpen === -1 ? listed.at(-1) : listed[firstOpen - 1]
  const older = (status.keepExceptions ?? []).filter(({ uid }) => !listed.some((message) => message.uid === uid))
  return {
    keepWatermark: higher(watermarkOf(context.account, status), last?.uid),
    keepStart: context.account.startsAt,
    keepExceptions: [...older, ...exceptions].slice(0, limits.keepExceptions),
  }
}

/** UIDs have 32 bits. They are compared as numbers and stored as text. */
const byUid = (a: string, b: string): number => Number(a) - Number(b)

const higher = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || b === undefined ? (a ?? b) : [a, b].sort(byUid)[1]

/** @returns undefined after the account's start was changed, so that messages below the watermark are examined again */
const watermarkOf = ({ startsAt }: Account, { keepWatermark, keepStart }: AccountStatus): string | undefined =>
  keepStart === startsAt ? keepWatermark : undefined

/** @returns the UID above which to list: the watermark, or just below the first exception that the limit now allows */
export const listAfter = (account: Account, status: AccountStatus, mailbox: Mailbox): string | undefined => {
  if (mailbox.protocol !== 'imap') return undefined
  if (account.afterFetch.action !== 'keep') return startOf(account, status, mailbox)
  const allowed = (status.keepExceptions ?? []).filter(({ size }) => size <= account.maxMessageSize)
  const [first] = [watermarkOf(account, status) ?? '0', ...allowed.map(({ uid }) => String(BigInt(uid) - 1n))].sort(
    byUid,
  )
  return first === '0' ? undefined : first
}

/**
 * @returns the highest UID of the mail from before the account's start, if the mailbox held no other mail then. Runs
 *   need not list thousands of old messages again.
 */
const startOf = (account: Account, { startSight }: AccountStatus, { uidValidity }: Mailbox): string | undefined =>
  startSight?.nothingElse && startSight.mailbox === startMarkOf(account, uidValidity)
    ? startSight.highestUid
    : undefined

/** @returns a predicate that is true for UIDs that the next session lists if their messages are still on the server */
export const listedNextTime = (session: FetchSession, change: StatusChange): ((uid: string) => boolean) => {
  const { context, status, mailbox } = session
  const entries = Object.entries({ ...status, ...change }).filter(([, value]) => value !== undefined)
  const next = { ...Object.fromEntries(entries), accountId: status.accountId }
  const after = listAfter(context.account, next, mailbox)
  return (uid) => after === undefined || byUid(uid, after) > 0
}

/** Reports each oversized message in one run only. The counts include it in every run. */
export const reportTooLarge = ({ context: { log, account }, status, tooLarge, departures }: FetchSession): void => {
  const before = new Set(status.reportedTooLarge)
  for (const { message, messageId, listedSize } of tooLarge) {
    if (before.has(messageId ?? markOf(message)) || departures.isGone(message.uid)) continue
    const detail =
      listedSize === undefined
        ? `Message ${message.uid} has ${message.size} bytes, but the account allows ${account.maxMessageSize}. It stays on the server.`
        : `The server listed message ${message.uid} with ${listedSize} bytes, but sent more than the ${account.maxMessageSize} bytes that the account allows. It stays on the server.`
    log.event('too-large', detail, messageId)
  }
}

const reported = ({ status, tooLarge }: FetchSession): string[] | undefined => {
  const ids = tooLarge.map(({ message, messageId }) => messageId ?? markOf(message))
  const all = [...new Set([...ids, ...(status.reportedTooLarge ?? [])])].slice(0, limits.reportedTooLarge)
  return all.length > 0 ? all : undefined
}
