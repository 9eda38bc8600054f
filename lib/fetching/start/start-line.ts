import type { Account } from '../../accounts/account.ts'
import type { Resume } from '../../accounts/account-status.ts'
import type { ListedMessage } from '../../mailbox/mailbox.ts'
import { MailboxError } from '../../mailbox/mailbox-error.ts'
import { limits } from '../limits.ts'
import { digestOf, digestsIn, mailboxIdentityOf, type Part } from '../part.ts'

export type StartSight = NonNullable<Resume['startSight']>

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
export const isOlder = (date: string | undefined, startsAt: string): boolean => date !== undefined && date < startsAt

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
