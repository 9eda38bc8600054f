import { describe, expect, test } from 'vitest'
import type { AccountStatus } from '../../../../lib/accounts/account-status.ts'
import {
  type AccountHealth,
  accountHealthOf,
  accountHealthSchema,
} from '../../../../lib/accounts/health/account-health.ts'
import { account } from '../../../support/account-rows.ts'

const now = new Date('2026-06-01T12:05:00.000Z')
const made = { createdAt: '2026-05-01T08:00:00.000Z', changedAt: '2026-05-01T08:00:00.000Z' }

const lastRun = {
  runId: 'r1',
  state: 'done',
  startedAt: '2026-06-01T12:00:01.000Z',
  endedAt: '2026-06-01T12:00:04.000Z',
  stored: 2,
  deleted: 2,
}
const good: AccountStatus = {
  accountId: 'a1',
  lastRun,
  lastSuccessAt: '2026-06-01T12:00:04.000Z',
  lastStoredAt: '2026-06-01T12:00:04.000Z',
  nextFetchAt: '2026-06-01T12:10:00.000Z',
  recentRuns: [{ state: 'done', at: '2026-06-01T12:00:04.000Z' }],
}
const lastError = {
  code: 'credentials-rejected',
  detail: 'The server rejected the login.',
  remedy: 'Check the password.',
  at: '2026-06-01T12:00:02.000Z',
  since: '2026-06-01T11:30:02.000Z',
  consecutive: 3,
}
const bad: AccountStatus = {
  ...good,
  lastRun: { ...lastRun, state: 'failed' },
  lastError,
  nextFetchAt: '2026-06-01T12:30:00.000Z',
}

const cases: ReadonlyArray<
  readonly [title: string, status: AccountStatus | undefined, changes: Parameters<typeof account>[0], AccountHealth]
> = [
  [
    'fetched and has received mail',
    good,
    {},
    { state: 'ok', detail: 'Fetched at 2026-06-01 12:00 UTC.', nextTryAt: '2026-06-01T12:10:00.000Z' },
  ],
  [
    'fetched but has received no mail for a day',
    { ...good, lastStoredAt: '2026-05-31T12:05:00.000Z' },
    {},
    {
      state: 'ok',
      detail: 'Fetched at 2026-06-01 12:00 UTC. No new mail since 2026-05-31 12:05 UTC.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
      nothingSince: '2026-05-31T12:05:00.000Z',
    },
  ],
  [
    'fetched but has received no mail since it was created a month ago',
    { ...good, lastStoredAt: undefined },
    {},
    {
      state: 'ok',
      detail: 'Fetched at 2026-06-01 12:00 UTC. No new mail since 2026-05-01 08:00 UTC.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
      nothingSince: '2026-05-01T08:00:00.000Z',
    },
  ],
  [
    'failing while mail is waiting on the server',
    { ...bad, oldestWaitingAt: '2026-06-01T11:41:00.000Z' },
    {},
    {
      state: 'failing',
      detail:
        'Failing since 2026-06-01 11:30 UTC, 3 runs in a row. The server rejected the login. ' +
        'The oldest message has been waiting since 2026-06-01 11:41 UTC.',
      cause: 'The server rejected the login.',
      since: '2026-06-01T11:30:02.000Z',
      code: 'credentials-rejected',
      remedy: 'Check the password.',
      nextTryAt: '2026-06-01T12:30:00.000Z',
      nextTryWhy:
        'After 3 failures in a row, Postmaster waits 30 minutes. To try sooner, use Fetch now or change the account.',
      oldestWaitingAt: '2026-06-01T11:41:00.000Z',
    },
  ],
  [
    'failing for the first time, with a status that does not contain the start of the failure',
    {
      ...bad,
      nextFetchAt: '2026-06-01T12:10:00.000Z',
      lastError: { ...lastError, since: undefined, consecutive: 1 },
    },
    {},
    {
      state: 'failing',
      detail: 'Failing since 2026-06-01 12:00 UTC, one run. The server rejected the login.',
      cause: 'The server rejected the login.',
      since: '2026-06-01T12:00:02.000Z',
      code: 'credentials-rejected',
      remedy: 'Check the password.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
      nextTryWhy: 'After a failure, Postmaster waits 10 minutes. To try sooner, use Fetch now or change the account.',
    },
  ],
  [
    'changed after a failure',
    bad,
    { changedAt: '2026-06-01T12:03:00.000Z' },
    {
      state: 'waiting',
      detail: 'Waiting for its first fetch since the change. It starts within seconds, or when the schedule next runs.',
      nextTryAt: '2026-06-01T12:30:00.000Z',
    },
  ],
  [
    'new',
    undefined,
    { createdAt: '2026-06-01T12:04:00.000Z', changedAt: '2026-06-01T12:04:00.000Z' },
    {
      state: 'waiting',
      detail: 'Waiting for its first fetch. It starts within seconds, or when the schedule next runs.',
    },
  ],
  [
    'invalid',
    bad,
    { validity: 'invalid' },
    { state: 'not-fetched', detail: 'Switched off. It is not fetched until an admin sets it to valid.' },
  ],
  [
    'invalid-temporarily',
    good,
    { validity: 'invalid-temporarily' },
    {
      state: 'not-fetched',
      detail: 'Switched off temporarily. It is not fetched until an admin sets it to valid again.',
    },
  ],
  [
    'new, but not fetched for longer than any back-off because the schedule is not running',
    undefined,
    { createdAt: '2026-06-01T10:00:00.000Z', changedAt: '2026-06-01T10:00:00.000Z' },
    {
      state: 'warning',
      detail: 'It was due at 2026-06-01 10:00 UTC but has not been fetched.',
      remedy: 'Check that the schedule is running and the fetch queue is draining.',
      warnings: [
        {
          code: 'overdue',
          detail: 'It was due at 2026-06-01 10:00 UTC but has not been fetched.',
          remedy: 'Check that the schedule is running and the fetch queue is draining.',
        },
      ],
    },
  ],
]

describe('account health', () => {
  test.each(cases)('account health describes an account that is %s', (_title, status, changes, expected) => {
    const health = accountHealthOf(status, account({ ...made, ...changes }), now)
    expect(health).toEqual(expected)
    expect(accountHealthSchema.parse(health)).toEqual(expected)
  })

  test.each<[string, Partial<AccountStatus>, string[], string]>([
    [
      'one message that is too large',
      { lastRun: { ...lastRun, warnings: { 'too-large': 1 } } },
      ['too-large'],
      'One message on the server is larger than the account allows.',
    ],
    [
      'messages that the server does not remove and messages that another client flagged as deleted',
      { lastRun: { ...lastRun, warnings: { 'flagged-deleted': 2, 'not-removed': 3 } } },
      ['flagged-deleted', 'not-removed'],
      '2 messages that another client flagged as deleted were not fetched. 3 messages could not be removed from the server.',
    ],
    [
      'failed announcements',
      { lastRun: { ...lastRun, warnings: { 'announcement-failed': 4 } } },
      ['announcement-failed'],
      '4 messages could not be announced yet.',
    ],
    [
      'a server that keeps changing its UIDLs',
      { resume: { uidls: 'unstable' } },
      ['uidls-unstable'],
      'The server keeps giving its messages new UIDLs. Postmaster ignores them and compares messages by their bytes, so each run downloads the whole mailbox.',
    ],
    [
      'messages that crash runs',
      {
        warning: {
          code: 'poison-messages',
          detail: 'One message crashes runs.',
          remedy: 'Remove it.',
          at: lastRun.endedAt,
        },
      },
      ['poison-messages'],
      'One message crashes runs.',
    ],
    [
      'failures among the last runs',
      {
        recentRuns: [
          { state: 'done', at: '2026-06-01T12:00:04.000Z' },
          { state: 'failed', at: '2026-06-01T11:50:04.000Z' },
          { state: 'done', at: '2026-06-01T11:40:04.000Z' },
          { state: 'crashed', at: '2026-06-01T11:30:04.000Z' },
        ],
      },
      ['failed-lately'],
      '2 of the last 4 runs failed, the latest at 2026-06-01 11:50 UTC.',
    ],
    [
      'an account that has not been fetched for longer than any back-off',
      { nextFetchAt: '2026-06-01T11:00:00.000Z' },
      ['overdue'],
      'It was due at 2026-06-01 11:00 UTC but has not been fetched.',
    ],
  ])('account health warns of %s', (_title, changes, codes, detail) => {
    const health = accountHealthOf({ ...good, ...changes }, account(made), now)
    expect(health).toMatchObject({ state: 'warning', detail })
    expect(health.warnings?.map(({ code }) => code)).toEqual(codes)
    expect(health.remedy).toBe(health.warnings?.[0]?.remedy)
  })

  test('account health is ok as soon as a failure in a row of runs is repaired', () => {
    const recentRuns = [
      { state: 'done' as const, at: '2026-06-01T12:00:04.000Z' },
      { state: 'failed' as const, at: '2026-06-01T11:50:04.000Z' },
      { state: 'crashed' as const, at: '2026-06-01T11:40:04.000Z' },
      { state: 'failed' as const, at: '2026-06-01T11:30:04.000Z' },
    ]
    expect(accountHealthOf({ ...good, recentRuns }, account(made), now).state).toBe('ok')
  })

  test('account health warns if no one receives mail, but not before the receivers were counted', () => {
    const codesFor = (receivers: { destinations: number; subscriptions: number } | undefined) =>
      accountHealthOf(good, account(made), now, { receivers }).warnings?.map(({ code }) => code)
    expect(codesFor({ destinations: 0, subscriptions: 0 })).toEqual(['no-receiver'])
    expect(codesFor({ destinations: 1, subscriptions: 0 })).toBeUndefined()
    expect(codesFor({ destinations: 0, subscriptions: 1 })).toBeUndefined()
    expect(codesFor(undefined)).toBeUndefined()
    const receivers = { destinations: 0, subscriptions: 0 }
    expect(accountHealthOf(undefined, account(made), now, { receivers }).state).toBe('warning')
    expect(accountHealthOf(bad, account(made), now, { receivers }).state).toBe('failing')
  })

  test('account health is failing, not warning, if the account fails and also has warnings', () => {
    const status = { ...bad, lastRun: { ...lastRun, warnings: { 'too-large': 1 } } }
    expect(accountHealthOf(status, account(made), now).state).toBe('failing')
  })
})
