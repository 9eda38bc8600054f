import { createHash } from 'node:crypto'
import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import type { ListedMessage } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import { type FetchContext, mailboxIdentityOf } from './fetch-context.ts'
import { limits } from './limits.ts'

export type StartSight = NonNullable<AccountStatus['startSight']>

/** Tells apart which messages came before the account's start. They stay on the server, and nothing else is asked about them. */
export interface StartLine {
  /** The first look at this mailbox since its start was chosen. */
  readonly firstSight: boolean
  /** The first look goes on in the next part: what counts as before may still turn out to be new. */
  readonly unfinished: boolean
  /** Throws `MailboxError` start-unknown where the server's listing does not tell. */
  isBefore(message: ListedMessage): boolean
  /** What the next run has to know, once everything was listed; undefined when that has not changed. */
  sight(listed: readonly ListedMessage[]): StartSight | undefined
}

/** Changes when uids no longer mean what they meant, or another start was chosen. */
export const startMarkOf = (account: Account, uidValidity: string | undefined): string =>
  JSON.stringify([account.startsAt ?? null, mailboxIdentityOf(account, uidValidity)])

const noLine: StartLine = { firstSight: false, unfinished: false, isBefore: () => false, sight: () => undefined }

/** @param startSight where POP3 starts at a date, as `lookAtArrivals` left it */
export const startLineOf = (context: FetchContext, startSight: StartSight | undefined): StartLine => {
  const { account, uidValidity } = context
  const { startsAt, startFrom } = account
  if (startsAt === undefined || startFrom === 'everything') return noLine
  const mailbox = startMarkOf(account, uidValidity)
  const known = startSight?.mailbox === mailbox ? startSight : undefined
  // A server without dates tells nothing: then what was there at the first look came before.
  if (account.folder === undefined)
    return known?.newer === undefined ? pop3Line(mailbox, known) : unfinishedLine(known.newer)
  if (startFrom !== 'new') return { ...noLine, isBefore: ({ internalDate }) => isOlder(internalDate, startsAt) }
  if (uidValidity === undefined)
    return { ...noLine, isBefore: ({ internalDate }) => isCertainlyOlder(internalDate, startsAt) }
  return imapLine(mailbox, known, ({ internalDate = '' }) => isOlder(internalDate, startsAt))
}

/** ISO 8601 in UTC with milliseconds sorts by time. A message without a date is not left behind. */
export const isOlder = (date: string | undefined, startsAt: string): boolean => date !== undefined && date < startsAt

/** Without UIDVALIDITY, what was there at the first look cannot be recognised later, so only the date tells. */
const isCertainlyOlder = (date: string | undefined, startsAt: string): boolean => {
  if (date === undefined) throw new MailboxError('start-unknown')
  return isOlder(date, startsAt)
}

/**
 * Before the start is what was there at the first look with an older date. Dates alone would leave old mail behind that somebody moves in
 * later; UIDs alone would leave mail behind that came between the account's creation and its first run.
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

/** POP3 tells no dates: before the start is what was listed at the first look, recognised by its UIDL. */
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

/** What is not known to be new waits until it was looked at. */
const unfinishedLine = (newer: string): StartLine => {
  const known = digestsIn(newer)
  return { ...noLine, unfinished: true, isBefore: ({ uid }) => !known.has(digestOf(uid)) }
}

/** 48 bits: among 20,000 the next message is taken for one of them once in 10^10. */
export const digestOf = (uid: string): string => createHash('sha256').update(uid).digest('base64url').slice(0, 8)

export const digestsIn = (text = ''): Set<string> => new Set(text.match(/.{8}/g))
