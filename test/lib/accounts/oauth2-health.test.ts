import { describe, expect, test } from 'vitest'
import { accountHealthOf, accountHealthSchema } from '../../../lib/accounts/account-health.ts'
import type { AccountOAuth2 } from '../../../lib/accounts/account-oauth2.ts'
import type { AccountStatus } from '../../../lib/accounts/account-status.ts'
import { account } from '../../support/account-rows.ts'

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
    words: 'The provider no longer takes the consent.',
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
  words: 'Connected: jane@example.org consented on 2026-05-01.',
  consentedAt: '2026-05-01T08:10:00.000Z',
}
const view = (changes: Partial<AccountOAuth2>): AccountOAuth2 => ({ ...connected, ...changes })

const healthOf = (status: AccountStatus | undefined, oauth2: AccountOAuth2, changes: object = {}) =>
  accountHealthSchema.parse(accountHealthOf(status, { ...row, ...changes }, now, { oauth2 }))

describe('the health of an account with OAuth2', () => {
  test('connected says nothing more than that it is fetched', () => {
    expect(healthOf(fetched, connected)).toEqual({
      state: 'ok',
      words: 'Fetched at 2026-06-01 12:00 UTC.',
      nextTryAt: '2026-06-01T12:10:00.000Z',
    })
  })

  test('waits for the first consent, whatever a run said meanwhile, and says how it is given', () => {
    const missing = view({
      state: 'consent-missing',
      code: 'consent-missing',
      words: 'Nobody has consented yet, so the account is not fetched.',
      remedy: `Connect the account: \`postmaster oauth2 connect ${row.accountId}\`.`,
    })
    for (const status of [undefined, lost, fetched])
      expect(healthOf(status, missing)).toEqual({
        state: 'waiting',
        words: 'Waits to be connected. Nobody has consented yet, so the account is not fetched.',
        code: 'consent-missing',
        remedy: `Connect the account: \`postmaster oauth2 connect ${row.accountId}\`. Fetching then begins by itself.`,
      })
  })

  test('fails while its consent no longer holds: since when, who has to do what, and that it goes on by itself', () => {
    const health = healthOf(
      lost,
      view({
        state: 're-authorization-needed',
        code: 'grant-revoked',
        words: 'The provider no longer takes the consent.',
        remedy: 'Connect the account again.',
        since: '2026-05-30T09:00:00.000Z',
      }),
    )
    expect(health).toEqual({
      state: 'failing',
      words:
        'Not fetched since 2026-05-30 09:00 UTC. The provider no longer takes the consent. ' +
        'It goes on by itself once jane@example.org has consented again.',
      since: '2026-05-30T09:00:00.000Z',
      code: 'grant-revoked',
      remedy: 'Connect the account again.',
    })
  })

  test('waits for its first fetch after the new consent, without calling it overdue', () => {
    const again = view({ consentedAt: '2026-06-01T12:01:00.000Z' })
    expect(healthOf(lost, again)).toMatchObject({
      state: 'waiting',
      words: expect.stringContaining('since the change'),
    })
    expect(healthOf(undefined, again)).toMatchObject({
      state: 'waiting',
      words: expect.stringContaining('first fetch'),
    })
    const forgotten = healthOf(undefined, view({ consentedAt: '2026-06-01T09:00:00.000Z' }))
    expect(forgotten.warnings).toMatchObject([{ code: 'overdue', words: expect.stringContaining('2026-06-01 09:00') }])
  })

  test.each([
    ['expires-soon', 'client-secret-expires', 'It expires in 23 days.'],
    ['change-needed', 'client-secret-expired', 'It has expired.'],
  ] as const)('warns when it is %s', (state, code, words) => {
    const health = healthOf(fetched, view({ state, code, words, remedy: 'Make a new one.' }))
    expect(health).toMatchObject({ state: 'warning', words, remedy: 'Make a new one.' })
    expect(health.warnings).toEqual([{ code, words, remedy: 'Make a new one.' }])
  })

  test('calls it failing once runs fail, and switched off while it is', () => {
    const soon = view({ state: 'expires-soon', code: 'consent-ends', words: 'It ends.', remedy: 'Again.' })
    expect(healthOf(lost, soon)).toMatchObject({ state: 'failing', code: 'grant-revoked' })
    const gone = view({ state: 're-authorization-needed', words: 'It is over.' })
    expect(healthOf(lost, gone, { validity: 'invalid' }).state).toBe('not-fetched')
  })
})
