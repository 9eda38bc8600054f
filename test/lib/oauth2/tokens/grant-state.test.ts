import { describe, expect, it } from 'vitest'
import { connectionStateSchema } from '../../../../lib/accounts/account-oauth2.ts'
import { consentedFor } from '../../../../lib/oauth2/consented-for.ts'
import type { Grant } from '../../../../lib/oauth2/tokens/grant.ts'
import { consentKeyOf } from '../../../../lib/oauth2/tokens/grant.ts'
import { oauth2StateOf } from '../../../../lib/oauth2/tokens/grant-state.ts'
import { account } from '../../../support/account-rows.ts'
import { profile } from '../../../support/oauth2-setup.ts'

const desk = account({ credential: { method: 'oauth2', profileId: 'profile-1' }, username: 'desk@example.com' })
const people = profile()
const application = profile({ grant: 'client_credentials' })
const now = new Date('2026-06-01T12:00:00.000Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString()

const grant = (fields: Partial<Grant> = {}): Grant => ({
  grantKey: consentKeyOf(desk.accountId),
  version: 3,
  ...consentedFor(desk, people),
  state: 'connected',
  consentedBy: 'jane@example.com',
  consentedAt: '2026-03-02T08:00:00.000Z',
  requestedBy: 'admin@example.com',
  refreshedAt: inDays(-0.02),
  sealed: 'in-no-answer',
  dataKey: 'in-no-answer',
  ...fields,
})

const who = {
  consentedBy: 'jane@example.com',
  consentedAt: '2026-03-02T08:00:00.000Z',
  requestedBy: 'admin@example.com',
}

const stateOf = (fields: Partial<Grant> = {}, secretExpiresOn?: string) =>
  connectionStateSchema
    .strict()
    .parse(oauth2StateOf(desk, { ...people, ...(secretExpiresOn && { secretExpiresOn }) }, grant(fields), now))

describe('oauth2StateOf', () => {
  it('oauth2StateOf reports a connected account with the person and the date', () => {
    expect(stateOf()).toEqual({
      state: 'connected',
      detail: 'Connected: jane@example.com consented on 2026-03-02.',
      ...who,
    })
    expect(stateOf({ consentedBy: undefined }).detail).toBe('Connected: desk@example.com consented on 2026-03-02.')
  })

  it('oauth2StateOf contains no token', () => {
    expect(JSON.stringify(stateOf())).not.toContain('in-no-answer')
  })

  it('oauth2StateOf reports a missing consent', () => {
    expect(oauth2StateOf(desk, people, undefined, now)).toMatchObject({
      state: 'consent-missing',
      code: 'consent-missing',
      remedy: expect.any(String),
    })
  })

  it('oauth2StateOf reports the reason why the provider no longer accepts the consent', () => {
    const failure = { code: 'grant-revoked', detail: 'It was revoked.', remedy: 'Connect again.', at: inDays(-1) }
    expect(stateOf({ state: 're-authorization-needed', failure, sealed: undefined })).toEqual({
      state: 're-authorization-needed',
      code: 'grant-revoked',
      detail: 'It was revoked.',
      remedy: 'Connect again.',
      ...who,
    })
  })

  it('oauth2StateOf reports a consent that no longer matches the account or profile', () => {
    const outdated = { state: 're-authorization-needed', code: 'consent-outdated' }
    expect(oauth2StateOf({ ...desk, username: 'sales@example.com' }, people, grant(), now)).toMatchObject(outdated)
    expect(oauth2StateOf(desk, { ...people, grantEpoch: 2 }, grant(), now)).toMatchObject(outdated)
    expect(oauth2StateOf(desk, profile({ profileId: 'profile-2' }), grant(), now)).toMatchObject(outdated)
    expect(oauth2StateOf({ ...desk, type: 'IMAPTLS' }, people, grant(), now).state).toBe('connected')
  })

  it('oauth2StateOf reports a missing profile', () => {
    expect(oauth2StateOf(desk, undefined, grant(), now)).toMatchObject({
      state: 'change-needed',
      code: 'profile-missing',
    })
  })

  it('oauth2StateOf warns a week before the consent expires at the provider', () => {
    expect(stateOf({ refreshExpiresAt: inDays(8) })).toMatchObject({ state: 'connected', expiresAt: inDays(8) })
    expect(stateOf({ refreshExpiresAt: inDays(7) })).toMatchObject({
      state: 'expires-soon',
      code: 'consent-ends',
      detail: 'Connected: jane@example.com consented on 2026-03-02. The consent expires at the provider on 2026-06-08.',
      expiresAt: inDays(7),
    })
    expect(stateOf({ refreshExpiresAt: inDays(-1) })).toMatchObject({
      state: 're-authorization-needed',
      code: 'consent-ends',
      ...who,
    })
  })

  it('oauth2StateOf warns if the consent was not used for two months', () => {
    expect(stateOf({ refreshedAt: inDays(-59) })).toEqual(stateOf())
    expect(stateOf({ refreshedAt: inDays(-60) })).toMatchObject({
      state: 'expires-soon',
      code: 'consent-unused',
      expiresAt: inDays(30),
    })
    // Only the provider's response can show that the consent has expired.
    expect(stateOf({ refreshedAt: inDays(-200) }).state).toBe('expires-soon')
  })

  it('oauth2StateOf warns sixty days before the client secret expires, and then requires a change', () => {
    expect(stateOf({}, '2026-08-01')).toMatchObject({ state: 'connected', expiresAt: '2026-08-01T00:00:00.000Z' })
    const soon = stateOf({}, '2026-07-31')
    expect(soon).toMatchObject({ state: 'expires-soon', code: 'client-secret-expires', ...who })
    expect(soon.detail).toContain('expires on 2026-07-31, in 60 days')
    expect(stateOf({}, '2026-06-01')).toMatchObject({ state: 'change-needed', code: 'client-secret-expired', ...who })
  })

  it('oauth2StateOf reports the earliest expiry', () => {
    expect(stateOf({ refreshExpiresAt: inDays(3) }, '2026-06-20').code).toBe('consent-ends')
    expect(stateOf({ refreshExpiresAt: inDays(3) }, '2026-06-02').code).toBe('client-secret-expires')
  })

  it('oauth2StateOf requires no consent for app-only access, only a valid client secret', () => {
    const connected = oauth2StateOf(desk, application, undefined, now)
    expect(connected).toEqual({ state: 'connected', detail: expect.stringContaining('no consent is needed') })
    const secretExpiresOn = '2026-06-05'
    expect(oauth2StateOf(desk, { ...application, secretExpiresOn }, undefined, now)).toMatchObject({
      state: 'expires-soon',
      code: 'client-secret-expires',
    })
  })
})
