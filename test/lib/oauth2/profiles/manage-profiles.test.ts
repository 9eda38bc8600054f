import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AccountStore } from '../../../../lib/accounts/store/account-store.ts'
import { AuditReader } from '../../../../lib/audit/audit-reader.ts'
import type { ExpectedVersion } from '../../../../lib/changes/versioned-change.ts'
import {
  changeProfile,
  createProfile,
  deleteProfile,
  listProfiles,
  readProfile,
  replaceProfile,
} from '../../../../lib/oauth2/profiles/manage-profiles.ts'
import { createProvider } from '../../../../lib/oauth2/providers/manage-providers.ts'
import { account } from '../../../support/account-rows.ts'
import { actor } from '../../../support/actor.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import {
  microsoftTenant,
  oauth2SetupOver,
  profileInput,
  providerInput,
  recordedSecrets,
} from '../../../support/oauth2-setup.ts'

let tables: TestTables
let clock: { now: Date }
let secrets: ReturnType<typeof recordedSecrets>
let services: ReturnType<typeof oauth2SetupOver>
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(async () => {
  await tables.clear()
  clock = { now: new Date('2026-03-01T10:00:00.000Z') }
  secrets = recordedSecrets()
  services = oauth2SetupOver(tables, clock, secrets)
})

const create = async (fields = {}) => (await createProfile(services, profileInput(fields), actor('anna'))).view
const change = (profileId: string, expected: ExpectedVersion = 'any', by = 'bert') => ({
  profileId,
  expected,
  by: actor(by),
})
/** An application id as Microsoft creates them. */
const clientNumber = (number: number) => `cccccccc-0000-4000-8000-${String(number).padStart(12, '0')}`
const otherClient = clientNumber(100)
const patch = (profileId: string, fields: Record<string, unknown>) => changeProfile(services, change(profileId), fields)
const row = async (profileId: string) => {
  const found = await services.profiles.read(profileId)
  if (!found) throw new Error('The profile does not exist')
  return found
}
const refused = (code: string, detail: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(detail) })
const wrongFields = async (work: Promise<unknown>): Promise<Record<string, string>> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const { fields } = error as { fields: { path: string; message: string }[] }
  return Object.fromEntries(fields.map(({ path, message }) => [path, message]))
}
/** Adds an account that uses the profile. @returns its id */
const use = async (profileId: string, username = 'support@example.com') => {
  const credential = { method: 'oauth2', profileId } as const
  const accountId = `account-of-${username}`
  const row = account({ accountId, credential, username, host: 'outlook.office365.com' })
  await new AccountStore(tables.table('accounts')).create(row)
  return accountId
}
/** Creates a custom provider. @returns its id */
const provider = async (fields = {}) =>
  (await createProvider(services, providerInput(fields), actor('anna'))).view.providerId
const trail = async () => (await new AuditReader(tables.table('audit')).list({ limit: 100 })).entries

describe('createProfile', () => {
  test('createProfile stores the secret before the row, and returns everything except the secret', async () => {
    const made = await createProfile(
      services,
      profileInput({ secretExpiresOn: '2028-03-01', comment: 'of the IT department' }),
      actor('anna'),
    )
    expect(made).toEqual({
      version: 1,
      view: {
        profileId: 'id-1',
        name: 'Desk',
        providerId: 'microsoft',
        providerName: 'Microsoft 365',
        tenant: microsoftTenant,
        clientId: '2d4d11a2-f814-46a7-890a-274a72a7309e',
        hasClientSecret: true,
        grant: 'authorization_code',
        secretExpiresOn: '2028-03-01',
        comment: 'of the IT department',
        redirectUri: 'https://postmaster.example.org/oauth2/callback',
        accounts: { count: 0, accountIds: [] },
        createdAt: '2026-03-01T10:00:00.000Z',
        createdBy: 'anna',
        createdBySub: 'sub-anna',
        changedAt: '2026-03-01T10:00:00.000Z',
        changedBy: 'anna',
        changedBySub: 'sub-anna',
      },
    })
    expect(secrets.done).toEqual(['put id-1 v1 Q~secret.value'])
    expect(await row('id-1')).toMatchObject({ secretVersion: 'v1', grantEpoch: 1, version: 1 })
    expect(await readProfile(services, 'id-1')).toEqual(made)
  })

  test('createProfile leaves no secret behind if the name is taken, in any case', async () => {
    await create({ name: 'Desk' })
    await expect(create({ name: ' dESK ' })).rejects.toEqual(
      refused('name-taken', /OAuth2 profile named dESK already exists\.$/),
    )
    expect(secrets.done).toEqual(['put id-1 v1 Q~secret.value', 'put id-2 v2 Q~secret.value', 'delete id-2'])
    await expect(readProfile(services, 'id-2')).rejects.toEqual(refused('not-found'))
  })

  test('createProfile creates only one profile if twelve simultaneous calls use the same name', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => create({ name: 'Race' })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await listProfiles(services, { limit: 50 })).items).toHaveLength(1)
  })

  test('createProfile stores no secret if a field is invalid', async () => {
    await expect(create({ tenant: undefined })).rejects.toEqual(refused('invalid-request'))
    expect(secrets.done).toEqual([])
  })
})

describe('the rules for OAuth2 profiles', () => {
  test('an invalid OAuth2 profile is rejected with all wrong fields at once, without their values', async () => {
    const wrong = await wrongFields(
      create({
        name: '',
        tenant: 'hunter2/../x',
        clientId: 'hunter2 x',
        clientSecret: 'hunter2\n',
        grant: 'hunter2',
        secretExpiresOn: 'hunter2',
        comment: 'x'.repeat(251),
        hunter: 2,
      }),
    )
    expect(Object.keys(wrong).toSorted()).toEqual([
      '/clientId',
      '/clientSecret',
      '/comment',
      '/grant',
      '/hunter',
      '/name',
      '/secretExpiresOn',
      '/tenant',
    ])
    expect(JSON.stringify(wrong)).not.toContain('hunter2')
  })

  test('an OAuth2 profile needs an existing provider', async () => {
    expect(await wrongFields(create({ providerId: 'gone' }))).toEqual({
      '/providerId': 'is not the id of an OAuth2 provider',
    })
  })

  test('an OAuth2 profile needs a tenant only if the provider’s endpoints contain one', async () => {
    expect(Object.keys(await wrongFields(create({ tenant: undefined })))).toEqual(['/tenant'])
    expect(Object.keys(await wrongFields(create({ providerId: 'google' })))).toEqual(['/tenant'])
    expect(await create({ providerId: 'google', tenant: undefined })).toMatchObject({
      providerName: expect.any(String),
    })
  })

  test.each(['.', '..', '-x', 'x-', 'a/b', 'a?b', 'a#b', 'a@b', 'a:1', 'a%2f', 'a b', '', '{tenant}', 'ä.example'])(
    'an OAuth2 profile’s tenant must be a plain name: %j is rejected',
    async (tenant) => {
      expect(Object.keys(await wrongFields(create({ tenant })))).toEqual(['/tenant'])
    },
  )

  test.each(['example.onmicrosoft.com', 'common', microsoftTenant, ` ${microsoftTenant} `])(
    'an OAuth2 profile accepts the tenant %j',
    async (tenant) => {
      expect((await create({ tenant })).tenant).toBe(tenant.trim())
    },
  )

  test('an app-only OAuth2 profile at Microsoft needs the tenant of one directory', async () => {
    for (const tenant of ['common', 'organizations', 'consumers'])
      expect(Object.keys(await wrongFields(create({ tenant, grant: 'client_credentials' })))).toEqual(['/tenant'])
    expect((await create({ grant: 'client_credentials' })).grant).toBe('client_credentials')
  })

  test('an OAuth2 profile can be app-only only if the provider supports it', async () => {
    const google = { providerId: 'google', tenant: undefined, grant: 'client_credentials' }
    expect(Object.keys(await wrongFields(create(google)))).toEqual(['/grant'])
    const hosts = { pop3: 'pop.example.org' }
    const own = { providerId: await provider({ clientCredentialsScopes: ['mail'], hosts }), tenant: undefined }
    expect((await create({ ...own, grant: 'client_credentials' })).grant).toBe('client_credentials')
  })

  test('an OAuth2 profile can be app-only only if the provider has a mail server for its tokens', async () => {
    const own = { providerId: await provider({ clientCredentialsScopes: ['mail'] }), tenant: undefined }
    expect(await wrongFields(create({ ...own, grant: 'client_credentials' }))).toEqual({
      '/grant': expect.stringMatching(/requires a provider with `hosts`.*set the provider’s `hosts` first/),
    })
    expect((await create(own)).grant).toBe('authorization_code')
  })

  test('an OAuth2 profile needs a client secret, except for a public client of a custom provider', async () => {
    const without = { clientSecret: undefined }
    expect(await wrongFields(create(without))).toEqual({ '/clientSecret': 'is missing' })
    expect(await wrongFields(create({ clientSecret: null }))).toEqual({ '/clientSecret': 'is missing' })
    expect(await wrongFields(create({ ...without, providerId: 'google', tenant: undefined }))).toEqual({
      '/clientSecret': 'is missing',
    })
    const hosts = { imap: 'imap.example.org' }
    const own = {
      providerId: await provider({ clientCredentialsScopes: ['mail'], hosts }),
      tenant: undefined,
      ...without,
    }
    expect(Object.keys(await wrongFields(create({ ...own, grant: 'client_credentials' })))).toEqual(['/clientSecret'])
    const made = await create(own)
    expect(made.hasClientSecret).toBe(false)
    expect(await row(made.profileId)).not.toHaveProperty('secretVersion')
    expect(secrets.done).toEqual([])
  })

  test('an OAuth2 profile at Microsoft needs an application id, and one at Google no address', async () => {
    for (const clientId of ['desk@example.com', 'Desk', 'api://2d4d11a2-f814-46a7-890a-274a72a7309e'])
      expect(await wrongFields(create({ clientId }))).toEqual({
        '/clientId': expect.stringMatching(/^must be the application \(client\) id.*overview of the app registration$/),
      })
    const google = { providerId: 'google', tenant: undefined }
    expect(await wrongFields(create({ ...google, clientId: 'desk@example.com' }))).toEqual({
      '/clientId': expect.stringContaining('instead of an address'),
    })
    expect((await create({ ...google, clientId: '17-x.apps.googleusercontent.com' })).providerId).toBe('google')
  })

  test('an OAuth2 profile whose stored client id is wrong can still be changed otherwise', async () => {
    const { profileId } = await create()
    const stored = await row(profileId)
    await services.profiles.replace({ ...stored, clientId: 'desk' }, stored)
    expect((await patch(profileId, { comment: 'x' })).view).toMatchObject({ clientId: 'desk', comment: 'x' })
    expect(Object.keys(await wrongFields(patch(profileId, { clientId: 'other' })))).toEqual(['/clientId'])
  })

  test('an OAuth2 profile’s expiry date cannot be in the past when it is set, but may pass afterwards', async () => {
    expect(await wrongFields(create({ secretExpiresOn: '2026-02-28' }))).toEqual({
      '/secretExpiresOn': expect.stringContaining('is in the past'),
    })
    const { profileId } = await create({ secretExpiresOn: '2026-03-01' })
    clock.now = new Date('2026-03-02T10:00:00.000Z')
    expect((await patch(profileId, { comment: 'x' })).view.secretExpiresOn).toBe('2026-03-01')
    for (const fields of [{ secretExpiresOn: '2026-02-27' }, { clientSecret: 'new', secretExpiresOn: '2026-03-01' }])
      expect(Object.keys(await wrongFields(patch(profileId, fields)))).toEqual(['/secretExpiresOn'])
  })

  test('an OAuth2 profile without a client secret cannot have an expiry date', async () => {
    const own = { providerId: await provider(), tenant: undefined, clientSecret: undefined }
    expect(Object.keys(await wrongFields(create({ ...own, secretExpiresOn: '2028-01-01' })))).toEqual([
      '/secretExpiresOn',
    ])
  })

  test('an OAuth2 profile at Microsoft needs the secret’s value instead of its id', async () => {
    const clientSecret = '0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f'
    const wrong = await wrongFields(create({ clientSecret }))
    expect(wrong['/clientSecret']).toMatch(/^must be the secret’s value instead of its id/)
    expect((await create({ clientSecret, providerId: 'google', tenant: undefined })).hasClientSecret).toBe(true)
  })

  test.each([' x', 'x ', 'x\n', '\u00a0x', 'schlüssel', ''])(
    'an OAuth2 profile rejects the client secret %j',
    async (clientSecret) => {
      expect(Object.keys(await wrongFields(create({ clientSecret })))).toEqual(['/clientSecret'])
    },
  )
})

describe('changes of OAuth2 profiles', () => {
  test('a change without a client secret keeps the stored one, by PUT and by PATCH', async () => {
    const { profileId } = await create({ comment: 'x' })
    const { clientSecret: _, ...rest } = profileInput({ name: 'Renamed' })
    const put = await replaceProfile(services, change(profileId, 1), rest)
    expect(put).toMatchObject({ version: 2, view: { name: 'Renamed', comment: '', hasClientSecret: true } })
    await patch(profileId, { comment: 'y' })
    expect(await row(profileId)).toMatchObject({ secretVersion: 'v1', grantEpoch: 1, version: 3 })
    expect(secrets.done).toHaveLength(1)
    expect((await create({ name: 'Desk' })).name).toBe('Desk')
  })

  test('a change of the client secret stores the new secret first, and requires no new consent', async () => {
    const { profileId } = await create({ secretExpiresOn: '2026-04-01' })
    const replaced = await patch(profileId, { clientSecret: 'new value', secretExpiresOn: '2028-04-01' })
    expect(replaced.view).toMatchObject({ secretExpiresOn: '2028-04-01', changedBy: 'bert' })
    expect(await row(profileId)).toMatchObject({ secretVersion: 'v2', grantEpoch: 1 })
    expect(secrets.done.at(-1)).toBe(`put ${profileId} v2 new value`)
  })

  test('a change of only the client secret removes the old expiry date', async () => {
    const { profileId } = await create({ secretExpiresOn: '2026-04-01' })
    expect((await patch(profileId, { comment: 'x' })).view.secretExpiresOn).toBe('2026-04-01')
    expect((await patch(profileId, { clientSecret: 'new value' })).view).not.toHaveProperty('secretExpiresOn')
  })

  test.each([
    ['tenant', { tenant: 'example.com' }, 2],
    ['client id', { clientId: otherClient }, 2],
    ['name', { name: 'Other' }, 1],
    ['comment', { comment: 'x' }, 1],
    ['secret’s expiry date', { secretExpiresOn: '2028-01-01' }, 1],
    ['tenant to the same tenant', { tenant: microsoftTenant }, 1],
  ])('a change of an OAuth2 profile’s %s sets the right grant epoch', async (_, fields, epoch) => {
    const { profileId } = await create()
    await patch(profileId, fields)
    expect((await row(profileId)).grantEpoch).toBe(epoch)
  })

  test('a reverted change of the client restores its grant epoch, and a new client gets a new one', async () => {
    const { profileId, clientId, tenant } = await create()
    const epochAfter = async (fields: Record<string, unknown>) => {
      const { view } = await patch(profileId, fields)
      expect(view).not.toHaveProperty('formerClients')
      return (await row(profileId)).grantEpoch
    }
    expect(await epochAfter({ clientId: otherClient })).toBe(2)
    expect(await epochAfter({ comment: 'x' })).toBe(2)
    expect(await epochAfter({ clientId, tenant: 'example.com' })).toBe(3)
    expect(await epochAfter({ tenant })).toBe(1)
    expect(await epochAfter({ clientId: otherClient })).toBe(2)
    expect(await epochAfter({ clientId: clientNumber(99) })).toBe(4)
    for (let i = 0; i < 20; i += 1) expect(await epochAfter({ clientId: clientNumber(i) })).toBe(5 + i)
    expect((await row(profileId)).formerClients).toHaveLength(10)
    expect(await epochAfter({ clientId })).toBe(25)
  })

  test('a change of the provider requires the client secret again and begins a new grant epoch', async () => {
    const { profileId } = await create({ providerId: await provider(), tenant: undefined })
    const twin = await provider({ name: 'At the same host' })
    expect(await wrongFields(patch(profileId, { providerId: twin }))).toEqual({
      '/clientSecret': 'must be sent again, because Postmaster never sends the stored one to another server',
    })
    await patch(profileId, { providerId: twin, clientSecret: 'its own' })
    expect(await row(profileId)).toMatchObject({ providerId: twin, secretVersion: 'v2', grantEpoch: 2 })
  })

  test('a change of a tenant in the token endpoint’s host requires the client secret again', async () => {
    const tokenEndpoint = 'https://{tenant}.example.org/token'
    const { profileId } = await create({ providerId: await provider({ tokenEndpoint }), tenant: 'ours' })
    expect(Object.keys(await wrongFields(patch(profileId, { tenant: 'theirs' })))).toEqual(['/clientSecret'])
    expect((await patch(profileId, { tenant: 'theirs', clientSecret: 'again' })).view.tenant).toBe('theirs')
  })

  test('the client secret can be removed only if the client may be public', async () => {
    expect(Object.keys(await wrongFields(patch((await create()).profileId, { clientSecret: null })))).toEqual([
      '/clientSecret',
    ])
    const own = { name: 'Own', providerId: await provider(), tenant: undefined, secretExpiresOn: '2028-01-01' }
    const { profileId } = await create(own)
    expect((await patch(profileId, { clientSecret: null })).view).toMatchObject({ hasClientSecret: false })
    expect(secrets.done.at(-1)).toBe(`delete ${profileId}`)
    const stored = await row(profileId)
    expect(stored).not.toHaveProperty('secretVersion')
    expect(stored).not.toHaveProperty('secretExpiresOn')
  })

  test('a change of an old version stores no client secret', async () => {
    const { profileId } = await create()
    await patch(profileId, { comment: 'x' })
    const late = changeProfile(services, change(profileId, 1), { clientSecret: 'late' })
    await expect(late).rejects.toEqual(refused('changed-meanwhile'))
    expect(secrets.done).toHaveLength(1)
  })

  test('of two simultaneous changes, the row refers to the winner’s client secret', async () => {
    const { profileId } = await create()
    const both = await Promise.allSettled(
      ['one', 'two'].map((clientSecret) => changeProfile(services, change(profileId, 1), { clientSecret })),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = both[0]?.status === 'fulfilled' ? 'one' : 'two'
    const { secretVersion } = await row(profileId)
    expect(secrets.done.find((line) => line.includes(` ${secretVersion} `))).toContain(winner)
  })

  test('an OAuth2 profile cannot be renamed to another profile’s name', async () => {
    await create({ name: 'First' })
    const { profileId } = await create({ name: 'Second' })
    await expect(patch(profileId, { name: 'FIRST' })).rejects.toEqual(refused('name-taken'))
    expect((await patch(profileId, { name: 'SECOND' })).view.name).toBe('SECOND')
  })

  test('an OAuth2 profile whose provider does not exist can be changed only to another provider', async () => {
    const { profileId } = await create({ providerId: await provider(), tenant: undefined })
    const { providerId } = await row(profileId)
    await tables.table('oauth2').delete(`provider#${providerId}`)
    expect((await readProfile(services, profileId)).view).not.toHaveProperty('providerName')
    expect(Object.keys(await wrongFields(patch(profileId, { comment: 'x' })))).toEqual(['/providerId'])
    const other = await patch(profileId, { providerId: 'google', clientSecret: 'x' })
    expect(other.view.providerId).toBe('google')
  })
})

describe('OAuth2 profiles with accounts', () => {
  test('an OAuth2 profile with accounts cannot be deleted, and the error lists the accounts', async () => {
    const { profileId } = await create()
    await use(profileId)
    await expect(deleteProfile(services, change(profileId))).rejects.toEqual(
      refused(
        'profile-in-use',
        /^The profile Desk is used by the mail accounts support@example\.com at outlook\.office365\.com\.$/,
      ),
    )
    for (const name of ['a', 'b', 'c', 'd', 'e']) await use(profileId, name)
    await expect(deleteProfile(services, change(profileId))).rejects.toEqual(refused('profile-in-use', / and more\.$/))
  })

  test('an OAuth2 profile with accounts cannot change its grant, and an app-only one cannot change its provider', async () => {
    const { profileId } = await create()
    await use(profileId)
    await expect(patch(profileId, { grant: 'client_credentials' })).rejects.toEqual(
      refused('profile-in-use', /cannot change its grant/),
    )
    const application = await create({ name: 'App', grant: 'client_credentials' })
    await use(application.profileId, 'app')
    const own = await provider({ clientCredentialsScopes: ['mail'], hosts: { imap: 'evil.example' } })
    const moved = { providerId: own, tenant: null, clientSecret: 'x' }
    await expect(patch(application.profileId, moved)).rejects.toEqual(
      refused('profile-in-use', /cannot change its provider/),
    )
    expect(secrets.done.filter((line) => line.startsWith(`put ${application.profileId}`))).toHaveLength(1)
    // The secret and the client can be replaced at any time.
    const renewed = await patch(application.profileId, { clientId: otherClient, clientSecret: 'new' })
    expect(renewed.view.accounts.count).toBe(1)
  })

  test('an OAuth2 profile can change to a built-in provider only if its accounts are on that vendor’s mail servers', async () => {
    const { profileId } = await create()
    await use(profileId)
    const google = { providerId: 'google', tenant: null, clientSecret: 'x' }
    await expect(patch(profileId, google)).rejects.toEqual(
      refused('profile-in-use', /provider Google Workspace and Gmail.*support@example\.com at outlook\.office365\.com/),
    )
    const government = { providerId: 'microsoft-us-gcc-high', clientSecret: 'x' }
    expect((await patch(profileId, government)).view.providerId).toBe('microsoft-us-gcc-high')
    const own = { providerId: await provider(), tenant: null, clientSecret: 'x' }
    expect((await patch(profileId, own)).view.providerId).toBe(own.providerId)
  })

  test('an OAuth2 profile shows the number of its accounts and the first ids', async () => {
    const { profileId } = await create()
    const ids = []
    for (let i = 0; i < 12; i += 1) ids.push(await use(profileId, `user-${String(i).padStart(2, '0')}`))
    const { accounts } = (await readProfile(services, profileId)).view
    expect(accounts).toEqual({ count: 12, accountIds: ids.slice(0, 10) })
  })
})

describe('deleteProfile', () => {
  test('deleteProfile removes the row, the name, the client secret and the app-only tokens', async () => {
    const { profileId } = await create({ grant: 'client_credentials' })
    const grantKey = `profile#${profileId}`
    await tables.table('oauthGrants').put({ grantKey, sealed: 'x' })
    await expect(deleteProfile(services, change(profileId, 7))).rejects.toEqual(refused('changed-meanwhile'))
    await deleteProfile(services, change(profileId, 1))
    await expect(readProfile(services, profileId)).rejects.toEqual(refused('not-found'))
    expect(secrets.done.at(-1)).toBe(`delete ${profileId}`)
    expect(await tables.table('oauthGrants').get(grantKey)).toBeUndefined()
    expect((await create()).name).toBe('Desk')
  })
})

describe('listProfiles', () => {
  test('listProfiles sorts by name, and includes each profile’s accounts and the secret’s expiry', async () => {
    const soon = await create({ name: 'beta', secretExpiresOn: '2026-03-20' })
    await create({ name: 'Alpha', providerId: 'google', tenant: undefined })
    await use(soon.profileId)
    const { items } = await listProfiles(services, { limit: 50 })
    expect(items.map(({ name, accounts, secretExpiry }) => [name, accounts.count, secretExpiry?.within])).toEqual([
      ['Alpha', 0, undefined],
      ['beta', 1, 30],
    ])
    const first = await listProfiles(services, { limit: 1 })
    const second = await listProfiles(services, { limit: 1, after: first.next })
    expect(second.items.map(({ name }) => name)).toEqual(['beta'])
  })

  test('listProfiles omits an unreadable row', async () => {
    await create()
    await tables.table('oauth2').put({ key: 'profile#bad', kind: 'profile', listingKey: 'bad' })
    expect((await listProfiles(services, { limit: 50 })).items.map(({ name }) => name)).toEqual(['Desk'])
    const existing = await services.profiles.readMany(['bad', 'id-1', 'gone'])
    expect(existing.map(({ profileId }) => profileId)).toEqual(['id-1'])
  })
})

test('the audit trail records that a client secret was changed, but never its value or version', async () => {
  const second = () => {
    clock.now = new Date(clock.now.getTime() + 1000)
  }
  const { profileId } = await create({ clientSecret: 'hunter2-one' })
  second()
  await patch(profileId, { clientSecret: 'hunter2-two', comment: 'renewed' })
  second()
  await deleteProfile(services, change(profileId))
  const entries = (await trail()).toReversed()
  expect(entries.map(({ action, subject, outcome }) => [action, subject, outcome])).toEqual([
    ['create', `/oauth2/profiles/${profileId}`, 'made'],
    ['change', `/oauth2/profiles/${profileId}`, 'made'],
    ['delete', `/oauth2/profiles/${profileId}`, 'made'],
  ])
  expect(entries[1]?.changes).toEqual([
    { field: 'comment', from: '', to: 'renewed' },
    { field: 'clientSecret', secret: true },
  ])
  expect(entries[0]?.changes).toContainEqual({ field: 'clientSecret', secret: true })
  expect(JSON.stringify(entries)).not.toMatch(/hunter2|"v1"|"v2"/)
})
