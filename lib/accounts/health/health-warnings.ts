import * as z from 'zod'
import { reasonOf } from '../../reasons/reason.ts'
import { reasonFields } from '../../requests/documented-fields.ts'
import { countedMessages } from '../../text/counts.ts'
import { ownMember } from '../../text/names.ts'
import { latest, minuteOf } from '../../text/times.ts'
import type { Account } from '../account.ts'
import { accountNameOf } from '../account-mailbox.ts'
import type { AccountOAuth2 } from '../account-oauth2.ts'
import type { AccountStatus } from '../account-status.ts'
import { type CountedReceivers, isReceivedByNone, noReceiver } from './no-receiver.ts'

export const healthWarningSchema = z.object(
  reasonFields({
    code: 'too-large',
    detail: '2 messages are larger than the account allows.',
    remedy: 'Raise the size limit of the account.',
  }),
)
export type HealthWarning = z.infer<typeof healthWarningSchema>

/** The longest back-off. An account that is later than this has been forgotten. */
const overdueAfter = 60 * 60_000

/** What affects an account's health, apart from its status. */
export interface Surroundings {
  /** The state of the connection, for an account that logs in with OAuth2. */
  readonly oauth2?: AccountOAuth2 | undefined
  /** Other valid accounts that collect the same mailbox. */
  readonly rivals?: readonly Account[]
  /** Who received mail at the latest tick. */
  readonly receivers?: CountedReceivers | undefined
}

/**
 * @returns what needs attention even though the account is fetched, the most urgent first
 * @param readySince when the account was last changed or connected, ISO 8601
 */
export const healthWarningsOf = (
  status: AccountStatus | undefined,
  readySince: string,
  now: Date,
  { oauth2, rivals = [], receivers }: Surroundings = {},
): HealthWarning[] => {
  const { warning, lastRun } = status ?? {}
  const counted = Object.entries(lastRun?.warnings ?? {}).flatMap(([code, count]) => {
    const wording = ownMember(wordings, code)
    return wording && count > 0 && code !== warning?.code
      ? [{ code, detail: wording.detail(count), remedy: wording.remedy }]
      : []
  })
  return [
    ...overdue(status, readySince, now),
    ...(isReceivedByNone(receivers) ? [noReceiver] : []),
    ...oauth2Warnings(oauth2),
    ...rivals.map(sameMailboxWarning),
    ...(warning ? [reasonOf(warning)] : []),
    ...counted,
    ...(status?.unstableUidls || status?.resume?.uidls === 'unstable' ? [uidlsUnstable] : []),
    ...failedLately(status),
  ]
}

const uidlsUnstable: HealthWarning = {
  code: 'uidls-unstable',
  detail:
    'The server keeps giving its messages new UIDLs. Postmaster ignores them and compares messages by their bytes, so each run downloads the whole mailbox.',
  remedy:
    'Use an IMAP type if the server offers IMAP. Otherwise set after-fetch to `delete` so that the mailbox stays small, and ask the mail server’s operator to keep the UIDLs stable.',
}

/** Another account collects the same mailbox under another spelling. Earlier versions allowed this. */
const sameMailboxWarning = (other: Pick<Account, 'accountId' | 'username' | 'mailbox' | 'host'>): HealthWarning => ({
  code: 'same-mailbox',
  detail: `Account ${other.accountId} (${accountNameOf(other)}) collects the same mailbox, so its mail may be stored and announced twice.`,
  remedy: 'Delete or switch off one of the two accounts, or set one of them to another folder.',
})

const overdue = (status: AccountStatus | undefined, readySince: string, now: Date): HealthWarning[] => {
  // An account without a status has been due since it was created, made valid or connected. The same applies to an
  // account that has not been fetched since.
  const due = latest(readySince, status?.nextFetchAt)
  if (now.getTime() - Date.parse(due) < overdueAfter) return []
  return [
    {
      code: 'overdue',
      detail: `It was due at ${minuteOf(due)} but has not been fetched.`,
      remedy: 'Check that the schedule is running and the fetch queue is draining.',
    },
  ]
}

const failedLately = (status: AccountStatus | undefined): HealthWarning[] => {
  const recent = status?.recentRuns ?? []
  const failed = recent.filter(({ state }) => state !== 'done')
  const [last] = failed
  // Failures in a row have one cause, and the last run shows that it is gone.
  const endings = recent.filter(({ state }, index) => state !== 'done' && recent[index - 1]?.state === 'done')
  if (!last || endings.length < 2) return []
  return [
    {
      code: 'failed-lately',
      detail: `${failed.length} of the last ${recent.length} runs failed, the latest at ${minuteOf(last.at)}.`,
      remedy:
        'Look at the account’s failed runs. If the mail server fails from time to time, report this to its operator.',
    },
  ]
}

/** Warnings about a connection that stops working soon, or may already have stopped. */
const oauth2Warnings = (oauth2: AccountOAuth2 | undefined): HealthWarning[] =>
  oauth2?.state === 'expires-soon' || oauth2?.state === 'change-needed'
    ? [{ code: connectionCodeOf(oauth2), detail: oauth2.detail, remedy: oauth2.remedy ?? '' }]
    : []

export const connectionCodeOf = ({ code, state }: AccountOAuth2): string => code ?? state

export const notRemovedRemedy =
  'The messages are stored and will not be stored again. Check that the user may delete messages in this folder and that ' +
  'the target folder has space. Gmail’s “All Mail” keeps every message. Then fetch the account now, or set after-fetch to `keep`.'

/**
 * The texts for what the last run counted. Other codes have a warning of their own in the status, or need no attention.
 */
const wordings: Readonly<Record<string, { detail(count: number): string; readonly remedy: string }>> = {
  'too-large': {
    detail: (count) =>
      `${countedMessages(count)} on the server ${count === 1 ? 'is' : 'are'} larger than the account allows.`,
    remedy:
      'Raise the size limit of the account, have larger messages moved to a folder, or remove them with a mail client.',
  },
  'flagged-deleted': {
    detail: (count) =>
      `${countedMessages(count)} that another client flagged as deleted ${count === 1 ? 'was' : 'were'} not fetched.`,
    remedy: 'To have them fetched, remove the flag with a mail client. Otherwise expunge them.',
  },
  'not-removed': {
    detail: (count) => `${countedMessages(count)} could not be removed from the server.`,
    remedy: notRemovedRemedy,
  },
  'announcement-failed': {
    detail: (count) => `${countedMessages(count)} could not be announced yet.`,
    remedy:
      'Postmaster tries again automatically. If the warning persists, ask an operator to check the announcement topic.',
  },
}

/** The codes above. Only these counts of a run are kept for the account's health. */
export const healthWarningCodes: ReadonlySet<string> = new Set(Object.keys(wordings))
