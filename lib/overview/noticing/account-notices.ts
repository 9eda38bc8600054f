import type { AccountStatus } from '../../accounts/account-status.ts'
import { nameInSubject, noticeOf } from '../../notifications/notice-text.ts'
import type { Notice } from '../../notifications/notices.ts'
import { minuteOf } from '../../text/times.ts'
import { causesIn, namesIn, type Telling } from './tell.ts'

/** An account as a notice names it. */
interface NamedAccount {
  readonly accountId: string
  /** The user of its mailbox, and the host. */
  readonly name: string
}

const aboutAccount = ({ accountId }: NamedAccount) => ({
  about: { account: accountId },
  page: `/accounts/${accountId}`,
})

const idAndCommand = ({ accountId }: NamedAccount): string =>
  `Account: ${accountId}. To see it, run \`postmaster accounts show ${accountId}\`.`

/** The notice that every run of an account has failed for an hour. */
export const failingNotice = (
  account: NamedAccount,
  { detail, remedy, at, since = at, consecutive }: NonNullable<AccountStatus['lastError']>,
): Notice =>
  noticeOf({
    kind: 'account-failing',
    ...aboutAccount(account),
    subject: `${nameInSubject(account.name)} is failing`,
    happened: `The mail account ${account.name} has been failing since ${minuteOf(since)}, ${consecutive === 1 ? 'in one run' : `in ${consecutive} runs in a row`}.`,
    cause: detail,
    remedy,
    closing: `${idAndCommand(account)} Its mail stays on the server, and Postmaster keeps trying. You get another notice when this is over.`,
  })

export const failingSummary = (tellings: readonly Telling[]): Notice =>
  noticeOf({
    kind: 'account-failing',
    about: {},
    page: '/accounts',
    subject: `${tellings.length} mail accounts are failing`,
    happened: `${tellings.length} mail accounts have been failing for an hour or longer, in addition to those of which you have been told.`,
    list: namesIn(tellings),
    cause: causesIn(tellings),
    remedy: 'Repair the cause. If many accounts fail for the same reason, look for a common one first.',
    closing:
      'To see all of them, run `postmaster accounts list --health failing`. Their mail stays on the servers, and Postmaster keeps trying. You get another notice when this is over.',
  })

/** How the failure of an account ended. */
export type Recovery = 'fetched' | 'switched off' | 'deleted'

const recoveryWords: Readonly<Record<Recovery, { readonly subject: string; readonly happened: string }>> = {
  fetched: { subject: 'is fetched again', happened: 'is fetched again. Its latest run succeeded.' },
  'switched off': {
    subject: 'was switched off',
    happened: 'was failing and is no longer fetched, because someone switched it off.',
  },
  deleted: { subject: 'was deleted', happened: 'was failing and is no longer fetched, because someone deleted it.' },
}

/** The notice that an account no longer fails. */
export const recoveryNotice = (account: NamedAccount, how: Recovery): Notice =>
  noticeOf({
    kind: 'account-recovered',
    ...aboutAccount(account),
    subject: `${nameInSubject(account.name)} ${recoveryWords[how].subject}`,
    happened: `The mail account ${account.name} ${recoveryWords[how].happened}`,
    closing: `Account: ${account.accountId}. You do not have to do anything.`,
  })

export const recoverySummary = (tellings: readonly Telling[]): Notice =>
  noticeOf({
    kind: 'account-recovered',
    about: {},
    page: '/accounts',
    subject: `${tellings.length} mail accounts are no longer failing`,
    happened: `${tellings.length} mail accounts are fetched again, or were switched off or deleted.`,
    list: namesIn(tellings),
    closing: 'You do not have to do anything.',
  })

const overdueRemedy =
  'Check whether the fetch function runs: read its log and its metrics `Throttles` and `Errors`, and check how old the oldest job of the fetch queue is. If jobs wait because many accounts are fetched, raise `MaxConcurrentFetches`.'

/** The notice that an account is due but no run of it starts. */
export const overdueNotice = (account: NamedAccount, due: string): Notice =>
  noticeOf({
    kind: 'account-overdue',
    ...aboutAccount(account),
    subject: `${nameInSubject(account.name)} is not being fetched`,
    happened: `The mail account ${account.name} has been due since ${minuteOf(due)}, but no run of it has started.`,
    remedy: overdueRemedy,
    closing: `${idAndCommand(account)} Its mail stays on the server.`,
  })

export const overdueSummary = (tellings: readonly Telling[]): Notice =>
  noticeOf({
    kind: 'account-overdue',
    about: {},
    page: '/accounts',
    subject: `${tellings.length} mail accounts are not being fetched`,
    happened: `${tellings.length} mail accounts have been due for an hour or longer, but no run of them has started.`,
    list: namesIn(tellings),
    remedy: overdueRemedy,
    closing: 'To see them, run `postmaster accounts list --health warning`. Their mail stays on the servers.',
  })
