import { describe, expect, test } from 'vitest'
import { type AccountHealth, accountHealthOf, accountHealthSchema } from '../../../lib/accounts/account-health.ts'
import type { AccountStatus } from '../../../lib/accounts/account-status.ts'
import { account } from '../../support/account-rows.ts'

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
  words: 'The server rejected the login.',
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
    'fetched, and mail came',
    good,
    {},
    { state: 'ok', words: 'Fetched at 2026-06-01 12:00 UTC.', nextTryAt: '2026-06-01T12:10:00.000Z' },
  ],
  [
    'fetched, and no mail for a day',
    { ...good, lastStoredAt: '2026-05-31T12:05:00.000Z' },
    {},
    {
      state: 'ok',
      words: 'Fetched at 2026-06-01 12:00 UTC. It fetches nothing since 2026-05-31 12:05 UTC.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
      nothingSince: '2026-05-31T12:05:00.000Z',
    },
  ],
  [
    'fetched for a month and nothing ever came',
    { ...good, lastStoredAt: undefined },
    {},
    {
      state: 'ok',
      words: 'Fetched at 2026-06-01 12:00 UTC. It fetches nothing since 2026-05-01 08:00 UTC.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
      nothingSince: '2026-05-01T08:00:00.000Z',
    },
  ],
  [
    'failing, with mail that waits',
    { ...bad, oldestWaitingAt: '2026-06-01T11:41:00.000Z' },
    {},
    {
      state: 'failing',
      words:
        'Failing since 2026-06-01 11:30 UTC, 3 runs in a row. The server rejected the login. ' +
        'The oldest message waits since 2026-06-01 11:41 UTC.',
      since: '2026-06-01T11:30:02.000Z',
      code: 'credentials-rejected',
      remedy: 'Check the password.',
      nextTryAt: '2026-06-01T12:30:00.000Z',
      nextTryWhy:
        'After 3 failures in a row it waits 30 minutes. A change of the account, or Fetch now, tries at once.',
      oldestWaitingAt: '2026-06-01T11:41:00.000Z',
    },
  ],
  [
    'failing for the first time, by a row without its beginning',
    {
      ...bad,
      nextFetchAt: '2026-06-01T12:10:00.000Z',
      lastError: { ...lastError, since: undefined, consecutive: 1 },
    },
    {},
    {
      state: 'failing',
      words: 'Failing since 2026-06-01 12:00 UTC, one run. The server rejected the login.',
      since: '2026-06-01T12:00:02.000Z',
      code: 'credentials-rejected',
      remedy: 'Check the password.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
      nextTryWhy: 'After a failure it waits 10 minutes. A change of the account, or Fetch now, tries at once.',
    },
  ],
  [
    'repaired after it failed',
    bad,
    { changedAt: '2026-06-01T12:03:00.000Z' },
    {
      state: 'waiting',
      words:
        'Waiting for its first fetch since the change, which starts within seconds, or at the next tick at the latest.',
      nextTryAt: '2026-06-01T12:30:00.000Z',
    },
  ],
  [
    'new',
    undefined,
    { createdAt: '2026-06-01T12:04:00.000Z', changedAt: '2026-06-01T12:04:00.000Z' },
    {
      state: 'waiting',
      words: 'Waiting for its first fetch, which starts within seconds, or at the next tick at the latest.',
    },
  ],
  [
    'invalid',
    bad,
    { validity: 'invalid' },
    { state: 'not-fetched', words: 'Switched off: it is not fetched until somebody sets it valid.' },
  ],
  [
    'invalid for the time being',
    good,
    { validity: 'invalid-temporarily' },
    {
      state: 'not-fetched',
      words: 'Switched off for the time being: it is not fetched, and comes back only when somebody sets it valid.',
    },
  ],
  [
    'new for longer than any back-off, because nobody runs the schedule',
    undefined,
    { createdAt: '2026-06-01T10:00:00.000Z', changedAt: '2026-06-01T10:00:00.000Z' },
    {
      state: 'warning',
      words: 'It was due at 2026-06-01 10:00 UTC and has not been fetched.',
      remedy: 'An operator should look whether the schedule runs and whether the fetch queue is emptied.',
      warnings: [
        {
          code: 'overdue',
          words: 'It was due at 2026-06-01 10:00 UTC and has not been fetched.',
          remedy: 'An operator should look whether the schedule runs and whether the fetch queue is emptied.',
        },
      ],
    },
  ],
]

describe('the health of an account that is', () => {
  test.each(cases)('%s', (_title, status, changes, expected) => {
    const health = accountHealthOf(status, account({ ...made, ...changes }), now)
    expect(health).toEqual(expected)
    expect(accountHealthSchema.parse(health)).toEqual(expected)
  })

  test.each<[string, Partial<AccountStatus>, string[], string]>([
    [
      'one message too large',
      { lastRun: { ...lastRun, warnings: { 'too-large': 1 } } },
      ['too-large'],
      'One message on the server is larger than the account allows.',
    ],
    [
      'messages the server keeps and others flagged',
      { lastRun: { ...lastRun, warnings: { 'flagged-deleted': 2, 'not-removed': 3 } } },
      ['flagged-deleted', 'not-removed'],
      '2 messages that somebody else flagged as deleted were not fetched. 3 messages could not be removed from the server.',
    ],
    [
      'announcements that failed',
      { lastRun: { ...lastRun, warnings: { 'announcement-failed': 4 } } },
      ['announcement-failed'],
      '4 messages could not be announced yet.',
    ],
    [
      'a server whose UIDLs change again and again',
      { uidls: 'unstable' },
      ['uidls-unstable'],
      'The server gives its messages new UIDLs again and again. Postmaster ignores them and compares messages by their bytes, so that each run downloads the whole mailbox.',
    ],
    [
      'deadly messages',
      { warning: { code: 'messages-deadly', words: 'One kills.', remedy: 'Take it out.', at: lastRun.endedAt } },
      ['messages-deadly'],
      'One kills.',
    ],
    [
      'failures among the last runs',
      {
        recentRuns: [
          { state: 'done', at: '2026-06-01T12:00:04.000Z' },
          { state: 'failed', at: '2026-06-01T11:50:04.000Z' },
          { state: 'crashed', at: '2026-06-01T11:40:04.000Z' },
        ],
      },
      ['failed-lately'],
      '2 of the last 3 runs failed, the latest at 2026-06-01 11:50 UTC.',
    ],
    [
      'no run for longer than any back-off',
      { nextFetchAt: '2026-06-01T11:00:00.000Z' },
      ['overdue'],
      'It was due at 2026-06-01 11:00 UTC and has not been fetched.',
    ],
  ])('a warning: %s', (_title, changes, codes, words) => {
    const health = accountHealthOf({ ...good, ...changes }, account(made), now)
    expect(health).toMatchObject({ state: 'warning', words })
    expect(health.warnings?.map(({ code }) => code)).toEqual(codes)
    expect(health.remedy).toBe(health.warnings?.[0]?.remedy)
  })

  test('failing says so before anything it may also warn of', () => {
    const status = { ...bad, lastRun: { ...lastRun, warnings: { 'too-large': 1 } } }
    expect(accountHealthOf(status, account(made), now).state).toBe('failing')
  })
})
