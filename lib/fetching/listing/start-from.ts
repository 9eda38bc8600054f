import type { Account } from '../../accounts/account.ts'
import type { Resume } from '../../accounts/account-status.ts'
import type { ListedMessage } from '../../mailbox/mailbox.ts'
import { MailboxError } from '../../mailbox/mailbox-error.ts'
import { arrivalDateOf } from '../../messages/header/arrival-date.ts'
import { countedMessages } from '../../text/counts.ts'
import { digestOf, digestsIn, mailboxIdentityOf, messageIdFor } from '../identity.ts'
import { limits } from '../limits.ts'
import type { Part } from '../part.ts'
import type { RunLog } from '../run-log.ts'
import type { Session } from '../session.ts'

type StartSight = NonNullable<Resume['startSight']>

/** Decides which messages came before the account's start. They stay on the server and are not examined further. */
export interface StartLine {
  /** True if a run examines this mailbox for the first time since its start was chosen. */
  readonly firstSight: boolean
  /** True if the next part continues the first examination. Messages treated as old may still turn out to be new. */
  readonly unfinished: boolean
  /** @throws MailboxError `start-unknown` if the server's listing does not provide the required information */
  isBefore(message: ListedMessage): boolean
  /** Called once everything is listed. @returns what the next run must remember, or undefined if it has not changed */
  sight(listed: readonly ListedMessage[]): StartSight | undefined
}

/** A value that changes when UIDs no longer refer to the same messages or when another start was chosen. */
export const startMarkOf = (account: Account, uidValidity: string | undefined): string =>
  JSON.stringify([account.startsAt ?? null, mailboxIdentityOf(account, uidValidity)])

const noLine: StartLine = { firstSight: false, unfinished: false, isBefore: () => false, sight: () => undefined }

/** @param startSight the result of `examineArrivals` */
export const startLineOf = (part: Part, startSight: StartSight | undefined): StartLine => {
  const { account, uidValidity } = part
  const { startsAt, startFrom } = account
  if (startsAt === undefined || startFrom === 'everything') return noLine
  const mailbox = startMarkOf(account, uidValidity)
  const known = startSight?.mailbox === mailbox ? startSight : undefined
  // POP3 does not report dates, so the messages listed in the first examination count as old.
  if (account.folder === undefined)
    return known?.newer === undefined ? pop3Line(mailbox, known) : unfinishedLine(known.newer)
  if (startFrom !== 'new') return { ...noLine, isBefore: ({ internalDate }) => isOlder(internalDate, startsAt) }
  if (uidValidity === undefined)
    return { ...noLine, isBefore: ({ internalDate }) => isCertainlyOlder(internalDate, startsAt) }
  return imapLine(mailbox, known, ({ internalDate = '' }) => isOlder(internalDate, startsAt))
}

/** ISO 8601 in UTC with milliseconds sorts by time. A message without a date counts as new, so that it is fetched. */
const isOlder = (date: string | undefined, startsAt: string): boolean => date !== undefined && date < startsAt

/** Without UIDVALIDITY, messages from the first examination cannot be recognised later, so only the date decides. */
const isCertainlyOlder = (date: string | undefined, startsAt: string): boolean => {
  if (date === undefined) throw new MailboxError('start-unknown')
  return isOlder(date, startsAt)
}

/**
 * A message is from before the start if it has an older date and was listed in the first examination. Dates alone would
 * skip old mail that someone moves into the folder later. UIDs alone would skip mail that arrived between the account's
 * creation and its first run.
 */
const imapLine = (
  mailbox: string,
  known: StartSight | undefined,
  isOld: (message: ListedMessage) => boolean,
): StartLine => {
  const wasThere = ({ uid }: ListedMessage) => known === undefined || Number(uid) <= Number(known.highestUid ?? 0)
  return {
    firstSight: known === undefined,
    unfinished: false,
    isBefore: (message) => wasThere(message) && isOld(message),
    sight: (listed) =>
      known === undefined
        ? { mailbox, highestUid: listed.at(-1)?.uid ?? '0', nothingElse: listed.length > 0 && listed.every(isOld) }
        : undefined,
  }
}

/** POP3 does not report dates. A message is from before the start if its UIDL was listed in the first examination. */
const pop3Line = (mailbox: string, known: StartSight | undefined): StartLine => {
  const seen = known && digestsIn(known.seen)
  const isBefore = ({ uid, uidIsStable }: ListedMessage): boolean => {
    if (seen === undefined && !uidIsStable) throw new MailboxError('start-unknown')
    return seen?.has(digestOf(uid)) ?? true
  }
  return {
    firstSight: known === undefined,
    unfinished: false,
    isBefore,
    sight: (listed) => {
      const before = listed.filter(isBefore)
      if (before.length > limits.seenAtStart) throw new MailboxError('start-unknown')
      return before.length === seen?.size
        ? undefined
        : { mailbox, seen: before.map(({ uid }) => digestOf(uid)).join('') }
    },
  }
}

/** Holds back every message that is not known to be new until it has been examined. */
const unfinishedLine = (newer: string): StartLine => {
  const known = digestsIn(newer)
  return { ...noLine, unfinished: true, isBefore: ({ uid }) => !known.has(digestOf(uid)) }
}

/**
 * Examines a POP3 mailbox when it is first collected from a start date. POP3 does not report dates, so this reads every
 * message's header. It remembers the UIDLs of messages from before the date, as with `new`, and never reads their
 * headers again. It continues where the previous part of the run stopped.
 *
 * If none of the remembered messages is listed any longer, all UIDLs may have changed. The mailbox is then examined
 * again, even with `new`.
 *
 * @returns what is known about the mailbox, even if there was nothing to examine
 * @throws MailboxError `start-unknown`, `arrival-unknown`
 */
export const examineArrivals = async (session: Session, startsAt: string): Promise<StartSight | undefined> => {
  const { part, resume } = session
  const { account, uidValidity } = part
  const { startFrom } = account
  if (startFrom === 'everything') return resume.startSight
  const mailbox = startMarkOf(account, uidValidity)
  const fresh: StartSight = { mailbox, newer: '' }
  const known = resume.startSight?.mailbox === mailbox ? resume.startSight : undefined
  if (known && (await isOutOfSight(session, known))) return await examineAgain(session, known, fresh, startsAt)
  if (known && known.newer === undefined) return known
  return known || startFrom !== 'new' ? await continueExamining(session, known ?? fresh, startsAt) : undefined
}

/** True if the mailbox lists mail, but neither a remembered message from before the start nor a stored message. */
const isOutOfSight = async (session: Session, known: StartSight): Promise<boolean> => {
  const seen = digestsIn(known.seen)
  if (seen.size === 0) return false
  const listed = await listedIn(session)
  if (listed.length === 0 || listed.some(({ uid }) => seen.has(digestOf(uid)))) return false
  const ids = listed.flatMap(({ uid, uidIsStable }) => (uidIsStable ? [messageIdFor(session.part, uid)] : []))
  for (let from = 0; from < ids.length; from += limits.rowsAtOnce) {
    const rows = await session.part.services.ledger.readMany(ids.slice(from, from + limits.rowsAtOnce))
    if (rows.length > 0) return false
  }
  return true
}

const examineAgain = async (
  session: Session,
  known: StartSight,
  fresh: StartSight,
  startsAt: string,
): Promise<StartSight> => {
  const { services, account, log } = session.part
  await services.statuses.change(account.accountId, { resume: { startSight: fresh } })
  // An examination in several parts would never end if the server listed different UIDLs in each part.
  if (known.newer !== undefined) throw new MailboxError('start-unknown')
  log.event(
    'start-looked-at-again',
    'The server no longer lists any message from before the account’s start under its UIDL. Postmaster examines the arrival dates of all messages again.',
  )
  return await continueExamining(session, fresh, startsAt)
}

const continueExamining = async (session: Session, known: StartSight, startsAt: string): Promise<StartSight> => {
  const { services, account, deadline, log } = session.part
  const listed = await everythingIn(session)
  // Keeps only listed messages, so that these sets stay bounded however many parts the examination takes.
  const digests = new Set(listed.map(({ uid }) => digestOf(uid)))
  const seen = new Set([...digestsIn(known.seen)].filter((digest) => digests.has(digest)))
  const newer = new Set([...digestsIn(known.newer)].filter((digest) => digests.has(digest)))
  const open = listed.filter(({ uid }) => !seen.has(digestOf(uid)) && !newer.has(digestOf(uid)))
  const until = Math.min(services.now().getTime() + limits.examineWithin, deadline.startNothingAfter)
  for (let from = 0; from < open.length; from += limits.headersAtOnce) {
    if (services.now().getTime() >= until) return { ...known, seen: textOf(seen), newer: textOf(newer) }
    const some = open.slice(from, from + limits.headersAtOnce)
    const headers = await headersOf(session, some)
    for (const { uid } of some) {
      const header = headers.get(uid)
      const arrived = header && arrivalDateOf(header)
      ;(isOlder(arrived, startsAt) ? seen : newer).add(digestOf(uid))
    }
    session.madeProgress = true
    const startSight = { ...known, seen: textOf(seen), newer: textOf(newer) }
    await services.statuses.change(account.accountId, { resume: { startSight } })
  }
  const startSight = { mailbox: known.mailbox, seen: textOf(seen) }
  await services.statuses.change(account.accountId, { resume: { startSight } })
  reportBeforeStart(log, seen.size)
  return startSight
}

export const reportBeforeStart = (log: RunLog, count: number): void => {
  const stay = count === 1 ? 'stays' : 'stay'
  const detail = `${countedMessages(count)} arrived before the account’s start and ${stay} on the server.`
  if (count > 0) log.event('before-start', detail)
}

/** Replaces `arrival-unknown` for accounts that start with `new`, because its remedy is to start with `new`. */
const headersOf = async ({ part, mailbox }: Session, some: readonly ListedMessage[]) => {
  try {
    return await mailbox.headers(some)
  } catch (error) {
    const withoutDates = error instanceof MailboxError && error.code === 'arrival-unknown'
    throw withoutDates && part.account.startFrom === 'new' ? new MailboxError('start-unknown') : error
  }
}

const everythingIn = async (session: Session): Promise<ListedMessage[]> => {
  const listed = await listedIn(session)
  if (listed.length > limits.seenAtStart || listed.some(({ uidIsStable }) => !uidIsStable))
    throw new MailboxError('start-unknown')
  return listed
}

const listedIn = async ({ mailbox }: Session): Promise<ListedMessage[]> => {
  const listed: ListedMessage[] = []
  for await (const window of mailbox.list()) listed.push(...window)
  return listed
}

const textOf = (digests: ReadonlySet<string>): string => [...digests].join('')
