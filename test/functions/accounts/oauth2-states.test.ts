import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import type { Profile } from '../../../lib/oauth2/profiles/profile.ts'
import { ProfileStore } from '../../../lib/oauth2/profiles/profile-store.ts'
import { type AccountsApi, startAccountsApi } from '../../support/accounts-api.ts'
import { oauth2Input, putConsent, putProfiles } from '../../support/oauth2-accounts.ts'
import { profile } from '../../support/oauth2-setup.ts'

let api: AccountsApi
let people: Profile
beforeAll(async () => {
  api = await startAccountsApi()
  ;({ people } = await putProfiles(api.tables))
  for (const [profileId, secretExpiresOn] of Object.entries({ soon: '2026-12-10', over: '2026-11-20' }))
    await new ProfileStore(api.tables.table('oauth2')).create(
      profile({ profileId, name: `Profile ${profileId}`, secretExpiresOn }),
    )
})
afterAll(() => api.stop())

const create = async (fields: Record<string, unknown> = {}): Promise<Account> => {
  const { status, body } = await api.call({ method: 'POST', path: '/accounts', body: oauth2Input(fields) })
  expect(status, JSON.stringify(body)).toBe(201)
  const row = await api.services.accounts.read(body.accountId)
  if (!row) throw new Error('not there')
  return row
}
const viewOf = async ({ accountId }: Account) => (await api.get(accountId)).body
const idsOf = async (query: Record<string, string>): Promise<string[]> => {
  const { status, body } = await api.list({ limit: '100', ...query })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.items.map(({ accountId }: { accountId: string }) => accountId)
}
const revoked = {
  state: 're-authorization-needed',
  failure: {
    code: 'grant-revoked',
    detail: 'The provider no longer accepts the consent.',
    remedy: 'Connect it: `postmaster oauth2 connect ACCOUNT`.',
    at: '2026-11-22T09:00:00.000Z',
  },
} as const

describe('an account with OAuth2', () => {
  it('an OAuth2 account shows its consent, who requested it and when it expires, but nothing about its tokens', async () => {
    const row = await create({ username: 'jane@example.org' })
    await putConsent(api.tables, row, people, { refreshExpiresAt: '2027-02-01T00:00:00.000Z' })
    const view = await viewOf(row)
    expect(view.oauth2).toEqual({
      profileId: 'people',
      profileName: 'People at Microsoft',
      grant: 'authorization_code',
      state: 'connected',
      detail: 'Connected: jane@example.org consented on 2026-11-23.',
      consentedBy: 'jane@example.org',
      consentedAt: '2026-11-23T10:00:00.000Z',
      requestedBy: 'admin@example.org',
      expiresAt: '2027-02-01T00:00:00.000Z',
    })
    for (const inner of ['sealed', 'dataKey', 'data-key', 'grantKey', 'grantEpoch', 'listingKey'])
      expect(JSON.stringify(view)).not.toContain(inner)
  })

  it('an OAuth2 account requires a new consent once the old one is revoked, and shows the time and the remedy', async () => {
    const row = await create()
    await putConsent(api.tables, row, people, revoked)
    const { oauth2, health } = await viewOf(row)
    expect(oauth2).toMatchObject({ state: 're-authorization-needed', code: 'grant-revoked', since: revoked.failure.at })
    expect(oauth2.remedy).toBe(`Connect it: \`postmaster oauth2 connect ${row.accountId}\`.`)
    expect(health).toMatchObject({ state: 'failing', code: 'grant-revoked', since: revoked.failure.at })
    expect(health.detail).toContain(`once ${row.username} has consented again`)
  })

  it('an OAuth2 account warns in the sixty days before its client secret expires, and requires a change after that', async () => {
    const [soon, over] = [await create({ profileId: 'soon' }), await create({ profileId: 'over' })]
    for (const row of [soon, over]) {
      const profileId = row === soon ? 'soon' : 'over'
      await putConsent(api.tables, row, { ...people, profileId })
    }
    const ending = await viewOf(soon)
    expect(ending.oauth2).toMatchObject({
      state: 'expires-soon',
      code: 'client-secret-expires',
      detail: expect.stringContaining(
        'The client secret of the profile Profile soon expires on 2026-12-10, in 17 days.',
      ),
      consentedBy: 'jane@example.org',
      expiresAt: '2026-12-10T00:00:00.000Z',
    })
    expect(ending.health).toMatchObject({ state: 'warning', warnings: [{ code: 'client-secret-expires' }] })
    expect(await viewOf(over)).toMatchObject({
      oauth2: { state: 'change-needed', code: 'client-secret-expired' },
      health: { state: 'warning', warnings: [{ code: 'client-secret-expired' }] },
    })
  })

  it('an OAuth2 account shows what expires first', async () => {
    const row = await create({ profileId: 'soon' })
    const consented = { ...people, profileId: 'soon' }
    await putConsent(api.tables, row, consented, { refreshExpiresAt: '2026-11-26T00:00:00.000Z' })
    expect((await viewOf(row)).oauth2).toMatchObject({ code: 'consent-ends', expiresAt: '2026-11-26T00:00:00.000Z' })
    await putConsent(api.tables, row, consented, { refreshExpiresAt: '2026-12-30T00:00:00.000Z' })
    expect((await viewOf(row)).oauth2).toMatchObject({ code: 'client-secret-expires' })
    await putConsent(api.tables, row, consented, revoked)
    expect((await viewOf(row)).oauth2).toMatchObject({ code: 'grant-revoked' })
  })

  it('an OAuth2 account whose profile does not exist requires a change', async () => {
    const row = await create({ profileId: 'soon' })
    await api.tables.table('accounts').put({
      ...(await api.tables.table('accounts').get(row.accountId)),
      credential: { method: 'oauth2', profileId: 'vanished' },
    })
    expect((await viewOf(row)).oauth2).toMatchObject({ profileId: 'vanished', state: 'change-needed' })
  })
})

describe('GET /accounts', () => {
  it('GET /accounts finds accounts by connection state, by profile and by the user who consented', async () => {
    const [working, missing, over] = [await create(), await create(), await create()]
    await putConsent(api.tables, working, people, { consentedBy: 'only.she@example.org' })
    await putConsent(api.tables, over, people, revoked)
    const password = (await api.create()).body.accountId
    const found = (ids: string[]) =>
      [working.accountId, missing.accountId, over.accountId, password].map((id) => ids.includes(id))
    expect(found(await idsOf({ oauth2: 'connected' }))).toEqual([true, false, false, false])
    expect(found(await idsOf({ oauth2: 'consent-missing' }))).toEqual([false, true, false, false])
    expect(found(await idsOf({ oauth2: 're-authorization-needed' }))).toEqual([false, false, true, false])
    expect(found(await idsOf({ oauth2: 're-authorization-needed', health: 'failing' }))).toEqual([
      false,
      false,
      true,
      false,
    ])
    expect(found(await idsOf({ filter: 'PEOPLE AT' }))).toEqual([true, true, true, false])
    expect(await idsOf({ filter: 'only.she@' })).toEqual([working.accountId])
    expect(await idsOf({ filter: 'no longer accepts the consent' })).toEqual([])
    expect((await api.list({ oauth2: 'lost' })).body.errors).toMatchObject([{ path: 'oauth2' }])
  })
})
