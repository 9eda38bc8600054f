import * as z from 'zod'
import { ownMember } from '../text/own-member.ts'
import type { Account } from './account.ts'
import type { AccountStatus } from './account-status.ts'
import { latest, minuteOf } from './health-words.ts'
import { mailboxUserOf } from './mailbox-key.ts'

export const healthWarningSchema = z.object({
  code: z.string().meta({ description: 'Stable: programs decide by it.', examples: ['too-large'] }),
  words: z.string().meta({ description: 'What it is.', examples: ['2 messages are larger than the account allows.'] }),
  remedy: z.string().meta({ description: 'What to do about it.', examples: ['Raise `maxMessageSize`.'] }),
})
export type HealthWarning = z.infer<typeof healthWarningSchema>

/** The longest back-off: whoever is later than that was forgotten. */
const overdueAfter = 60 * 60_000

/**
 * What somebody should look at although the account is fetched; the most urgent first.
 * @param readySince when it was last changed or connected, ISO 8601
 * @param more known of elsewhere
 */
export const healthWarningsOf = (
  status: AccountStatus | undefined,
  readySince: string,
  now: Date,
  more: readonly HealthWarning[] = [],
): HealthWarning[] => {
  const { warning, lastRun } = status ?? {}
  const counted = Object.entries(lastRun?.warnings ?? {}).flatMap(([code, count]) => {
    const wording = ownMember(wordings, code)
    return wording && count > 0 && code !== warning?.code
      ? [{ code, words: wording.words(count), remedy: wording.remedy }]
      : []
  })
  return [
    ...overdue(status, readySince, now),
    ...more,
    ...(warning ? [{ code: warning.code, words: warning.words, remedy: warning.remedy }] : []),
    ...counted,
    ...(status?.uidls === 'unstable' ? [uidlsUnstable] : []),
    ...failedLately(status),
  ]
}

const uidlsUnstable: HealthWarning = {
  code: 'uidls-unstable',
  words:
    'The server gives its messages new UIDLs again and again. Postmaster ignores them and compares messages by their bytes, so that each run downloads the whole mailbox.',
  remedy:
    'Use an IMAP type if the server offers IMAP. Otherwise choose after-fetch `delete`, so that the mailbox stays small, and ask the operator of the mail server to keep UIDLs.',
}

/** Earlier versions allowed it: another account collects the same mailbox under another spelling. */
export const sameMailboxWarning = (
  other: Pick<Account, 'accountId' | 'username' | 'mailbox' | 'host'>,
): HealthWarning => ({
  code: 'same-mailbox',
  words: `Account ${other.accountId} (${mailboxUserOf(other)} at ${other.host}) collects the same mailbox, so its mail may be stored and announced twice.`,
  remedy: 'Delete or switch off one of the two accounts, or have one of them collect another folder.',
})

const overdue = (status: AccountStatus | undefined, readySince: string, now: Date): HealthWarning[] => {
  // An account without a status is due since it was made, or made valid, or connected. One that was not fetched meanwhile is due since then too.
  const due = latest(readySince, status?.nextFetchAt)
  if (now.getTime() - Date.parse(due) < overdueAfter) return []
  return [
    {
      code: 'overdue',
      words: `It was due at ${minuteOf(due)} and has not been fetched.`,
      remedy: 'An operator should look whether the schedule runs and whether the fetch queue is emptied.',
    },
  ]
}

const failedLately = (status: AccountStatus | undefined): HealthWarning[] => {
  const recent = status?.recentRuns ?? []
  const failed = recent.filter(({ state }) => state !== 'done')
  const [last] = failed
  if (!last) return []
  return [
    {
      code: 'failed-lately',
      words: `${failed.length} of the last ${recent.length} runs failed, the latest at ${minuteOf(last.at)}.`,
      remedy: 'Look at the account’s failed runs; if the mail server fails now and then, its operator should know.',
    },
  ]
}

const messages = (count: number): string => (count === 1 ? 'One message' : `${count} messages`)

export const notRemovedRemedy =
  'They are stored and will not be stored again. Check that the user may delete messages in this folder and that the ' +
  'target folder has space; Gmail’s “All Mail” keeps every message. Then fetch the account now, or set after-fetch to `keep`.'

/** What the last run counted, and what it means. Whatever is not here is told by the status's own warning or needs nobody. */
const wordings: Readonly<Record<string, { words(count: number): string; readonly remedy: string }>> = {
  'too-large': {
    words: (count) => `${messages(count)} on the server ${count === 1 ? 'is' : 'are'} larger than the account allows.`,
    remedy: 'Raise `maxMessageSize`, have too large messages moved, or remove them with a mail client.',
  },
  'flagged-deleted': {
    words: (count) =>
      `${messages(count)} that somebody else flagged as deleted ${count === 1 ? 'was' : 'were'} not fetched.`,
    remedy: 'Take the flag off with a mail client to have them fetched, or expunge them.',
  },
  'not-removed': {
    words: (count) => `${messages(count)} could not be removed from the server.`,
    remedy: notRemovedRemedy,
  },
  'announcement-failed': {
    words: (count) => `${messages(count)} could not be announced yet.`,
    remedy: 'It is repeated by itself. If it repeats, an operator should look at the announcement topic.',
  },
}

/** The codes above: what of a run is worth remembering for the account's health. */
export const healthWarningCodes: ReadonlySet<string> = new Set(Object.keys(wordings))
