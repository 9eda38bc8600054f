import type { Account } from '../../accounts/account.ts'
import type { Resume } from '../../accounts/account-status.ts'
import type { ListedMessage, Mailbox } from '../../mailbox/mailbox.ts'
import type { ResumeChange } from '../../schedule/account-status-store.ts'
import { limits } from '../limits.ts'
import type { Session } from '../session.ts'
import { startMarkOf } from '../start/start-line.ts'

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
export const keepPosition = (session: Session): Pick<ResumeChange, 'keep'> => {
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

/** @returns a predicate that is true for UIDs that the next session lists if their messages are still on the server */
export const listedNextTime = (
  { part, resume, mailbox }: Session,
  change: ResumeChange,
): ((uid: string) => boolean) => {
  const entries = Object.entries({ ...resume, ...change }).filter(([, value]) => value !== undefined)
  const after = listAfter(part.account, Object.fromEntries(entries), mailbox)
  return (uid) => after === undefined || byUid(uid, after) > 0
}
