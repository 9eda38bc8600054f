import { describe, expect, test } from 'vitest'
import type { AccountOAuth2 } from '../../../../lib/accounts/account-oauth2.ts'
import type { AccountStatus } from '../../../../lib/accounts/account-status.ts'
import { accountHealthOf, accountHealthSchema } from '../../../../lib/accounts/health/account-health.ts'
import { account } from '../../../support/account-rows.ts'

const now = new Date('2026-06-01T12:05:00.000Z')
const row = account({
  credential: { method: 'oauth2', profileId: 'people' },
  username: 'jane@example.org',
  changedAt: '2026-05-01T08:00:00.000Z',
})
const fetched: AccountStatus = {
  accountId: row.accountId,
  lastRun: {
    runId: 'r1',
    state: 'done',
    startedAt: '2026-06-01T12:00:01.000Z',
    endedAt: '2026-06-01T12:00:04.000Z',
    stored: 2,
    deleted: 2,
  },
  lastSuccessAt: '2026-06-01T12:00:04.000Z',
  lastStoredAt: '2026-06-01T12:00:04.000Z',
  nextFetchAt: '2026-06-01T12:10:00.000Z',
}
const lost: AccountStatus = {
  accountId: row.accountId,
  lastError: {
    code: 'grant-revoked',
    detail: 'The provider no longer accepts the consent.',
    remedy: 'Connect the account again.',
    at: '2026-05-30T09:00:00.000Z',
    consecutive: 1,
  },
}
const connected: AccountOAuth2 = {
  profileId: 'people',
  profileName: 'People',
  grant: 'authorization_code',
  state: 'connected',
  detail: 'Connected: jane@example.org consented on 2026-05-01.',
  consentedAt: '2026-05-01T08:10:00.000Z',
}
const view = (changes: Partial<AccountOAuth2>): AccountOAuth2 => ({ ...connected, ...changes })

const healthOf = (status: AccountStatus | undefined, oauth2: AccountOAuth2, changes: object = {}) =>
  accountHealthSchema.parse(accountHealthOf(status, { ...row, ...changes }, now, { oauth2 }))

describe('the health of an OAuth2 account', () => {
  test('the health of an OAuth2 account is the same as that of a password account while the account is connected', () => {
    expect(healthOf(fetched, connected)).toEqual({
      state: 'ok',
      detail: 'Fetched at 2026-06-01 12:00 UTC.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
    })
  })

  test('the health of an OAuth2 account is waiting until the first consent, whatever the status of earlier runs, and its remedy is to connect the account', () => {
    const missing = view({
      state: 'consent-missing',
      code: 'consent-missing',
      detail: 'The user has not consented yet, so the account is not fetched.',
      remedy: `Connect the account: \`postmaster oauth2 connect ${row.accountId}\`.`,
    })
    for (const status of [undefined, lost, fetched])
      expect(healthOf(status, missing)).toEqual({
        state: 'waiting',
        detail: 'Waiting to be connected. The user has not consented yet, so the account is not fetched.',
        code: 'consent-missing',
        remedy: `Connect the account: \`postmaster oauth2 connect ${row.accountId}\`. Fetching then starts automatically.`,
      })
  })

  test('the health of an OAuth2 account is failing while the consent is no longer valid, and contains the time, the person who must consent and what happens then', () => {
    const health = healthOf(
      lost,
      view({
        state: 're-authorization-needed',
        code: 'grant-revoked',
        detail: 'The provider no longer accepts the consent.',
        remedy: 'Connect the account again.',
        since: '2026-05-30T09:00:00.000Z',
      }),
    )
    expect(health).toEqual({
      state: 'failing',
      detail:
        'Not fetched since 2026-05-30 09:00 UTC. The provider no longer accepts the consent. ' +
        'Fetching resumes automatically once jane@example.org has consented again.',
      cause:
        'The provider no longer accepts the consent. ' +
        'Fetching resumes automatically once jane@example.org has consented again.',
      since: '2026-05-30T09:00:00.000Z',
      code: 'grant-revoked',
      remedy: 'Connect the account again.',
    })
  })

  test('the health of an OAuth2 account is waiting for the first fetch after a new consent, and is overdue only an hour after it', () => {
    const again = view({ consentedAt: '2026-06-01T12:01:00.000Z' })
    expect(healthOf(lost, again)).toMatchObject({
      state: 'waiting',
      detail: expect.stringContaining('since the change'),
    })
    expect(healthOf(undefined, again)).toMatchObject({
      state: 'waiting',
      detail: expect.stringContaining('first fetch'),
    })
    const forgotten = healthOf(undefined, view({ consentedAt: '2026-06-01T09:00:00.000Z' }))
    expect(forgotten.warnings).toMatchObject([{ code: 'overdue', detail: expect.stringContaining('2026-06-01 09:00') }])
  })

  test.each([
    ['expires-soon', 'client-secret-expires', 'It expires in 23 days.'],
    ['change-needed', 'client-secret-expired', 'It has expired.'],
  ] as const)('the health of an OAuth2 account is a warning while the connection is %s', (state, code, detail) => {
    const health = healthOf(fetched, view({ state, code, detail, remedy: 'Create a new one.' }))
    expect(health).toMatchObject({ state: 'warning', detail, remedy: 'Create a new one.' })
    expect(health.warnings).toEqual([{ code, detail, remedy: 'Create a new one.' }])
  })

  test('the health of an OAuth2 account is failing once runs fail, and not-fetched while the account is switched off', () => {
    const soon = view({ state: 'expires-soon', code: 'consent-ends', detail: 'It ends.', remedy: 'Again.' })
    expect(healthOf(lost, soon)).toMatchObject({ state: 'failing', code: 'grant-revoked' })
    const gone = view({ state: 're-authorization-needed', detail: 'It is over.' })
    expect(healthOf(lost, gone, { validity: 'invalid' }).state).toBe('not-fetched')
  })
})
