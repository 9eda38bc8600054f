import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import type { ListedMessage, Mailbox } from '../mailbox/mailbox.ts'
import type { MailboxErrorCode } from '../mailbox/mailbox-error.ts'
import type { StatusChange } from '../schedule/account-status-store.ts'
import type { FetchFailure } from './fetch-errors.ts'
import type { MailboxFetch } from './fetch-mailbox.ts'
import { limits } from './limits.ts'
import type { RunLog } from './run-log.ts'

/** What a finished session tells the account's status: what waits, how far it got, which messages are too large. */
export const statusAfterSession = (
  account: Account,
  status: AccountStatus,
  mailbox: Mailbox,
  fetch: MailboxFetch,
  outcome: { readonly failure: FetchFailure | undefined; readonly now: number },
): StatusChange => ({
  ...(!outcome.failure && { deaths: remainingDeaths(status, fetch) }),
  // A session that failed before it listed anything knows nothing about what waits.
  ...((!outcome.failure || fetch.listed.length > 0) && oldestWaiting(account, status, fetch, outcome.now)),
  ...keepPosition(account, status, mailbox, fetch),
  ...(!outcome.failure && fetch.interruption === undefined && { compareContent: undefined }),
  reportedTooLarge: reported(status, fetch),
  inFlight: suspectsOf(fetch, outcome.failure),
})

/** A server that breaks off over one message may do so again: the next run reads these last and one by one. */
const suspectsOf = (fetch: MailboxFetch, failure: FetchFailure | undefined): string[] | undefined => {
  const uids = failure && sessionEndings.has(failure.code) ? fetch.interruptedUids() : []
  return uids.length > 0 ? uids : undefined
}

const sessionEndings: ReadonlySet<string> = new Set<MailboxErrorCode>([
  'connection-lost',
  'server-silent',
  'server-misbehaved',
])

/** Deaths are remembered while the message is there and not dealt with. */
const remainingDeaths = ({ deaths }: AccountStatus, fetch: MailboxFetch): AccountStatus['deaths'] => {
  const open = fetch.listed.filter(({ uid }) => deaths?.[uid] !== undefined && !fetch.isGone(uid))
  return open.length > 0 ? Object.fromEntries(open.map(({ uid }) => [uid, deaths?.[uid] ?? 0])) : undefined
}

/** The oldest message that this run was to take off the server (or to read, where mail is kept) and did not. */
const oldestWaiting = (account: Account, status: AccountStatus, fetch: MailboxFetch, now: number): StatusChange => {
  const dealtWith = (uid: string) => (account.afterFetch.action === 'keep' ? fetch.settled.has(uid) : fetch.isGone(uid))
  const oldest = fetch.listed.find(({ uid }) => !dealtWith(uid))
  if (!oldest) return { oldestWaitingAt: undefined, oldestWaitingUid: undefined }
  const firstSeen = status.oldestWaitingUid === oldest.uid ? status.oldestWaitingAt : undefined
  return {
    oldestWaitingAt: oldest.internalDate ?? firstSeen ?? new Date(now).toISOString(),
    oldestWaitingUid: oldest.uid,
  }
}

/** Where an IMAP account that keeps its mail goes on next time. UIDs only rise (RFC 9051 section 2.3.1.1). */
const keepPosition = (account: Account, status: AccountStatus, mailbox: Mailbox, fetch: MailboxFetch): StatusChange => {
  if (account.afterFetch.action !== 'keep' || mailbox.protocol !== 'imap')
    return { keepWatermark: undefined, keepExceptions: undefined }
  const exceptions = fetch.tooLarge.map(({ message: { uid, size } }) => ({ uid, size }))
  const remembered = new Set(exceptions.slice(0, limits.keepExceptions).map(({ uid }) => uid))
  const dealtWith = ({ uid }: ListedMessage) => fetch.settled.has(uid) || remembered.has(uid)
  const firstOpen = fetch.listed.findIndex((message) => !dealtWith(message))
  const last = firstOpen === -1 ? fetch.listed.at(-1) : fetch.listed[firstOpen - 1]
  const older = (status.keepExceptions ?? []).filter(({ uid }) => !fetch.listed.some((message) => message.uid === uid))
  return {
    keepWatermark: higher(status.keepWatermark, last?.uid),
    keepExceptions: [...older, ...exceptions].slice(0, limits.keepExceptions),
  }
}

/** UIDs have 32 bits; they are compared as numbers and kept as text. */
const byUid = (a: string, b: string): number => Number(a) - Number(b)

const higher = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || b === undefined ? (a ?? b) : [a, b].sort(byUid)[1]

/** Where to list from: behind the watermark, or before the first exception that the account's limit allows by now. */
export const listAfter = (account: Account, status: AccountStatus, mailbox: Mailbox): string | undefined => {
  if (account.afterFetch.action !== 'keep' || mailbox.protocol !== 'imap') return undefined
  const allowed = (status.keepExceptions ?? []).filter(({ size }) => size <= account.maxMessageSize)
  const [first] = [status.keepWatermark ?? '0', ...allowed.map(({ uid }) => String(BigInt(uid) - 1n))].sort(byUid)
  return first === '0' ? undefined : first
}

/** Says once per message that it is too large; the counts say it every time. */
export const reportTooLarge = (log: RunLog, account: Account, status: AccountStatus, fetch: MailboxFetch): void => {
  const before = new Set(status.reportedTooLarge)
  for (const { message, messageId } of fetch.tooLarge) {
    if (before.has(messageId ?? message.uid) || fetch.isGone(message.uid)) continue
    log.event(
      'too-large',
      `Message ${message.uid} has ${message.size} bytes, the account allows ${account.maxMessageSize}; it was left on the server.`,
      messageId,
    )
  }
}

const reported = (status: AccountStatus, fetch: MailboxFetch): string[] | undefined => {
  const ids = fetch.tooLarge.map(({ message, messageId }) => messageId ?? message.uid)
  const all = [...new Set([...ids, ...(status.reportedTooLarge ?? [])])].slice(0, limits.reportedTooLarge)
  return all.length > 0 ? all : undefined
}
