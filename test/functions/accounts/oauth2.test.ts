import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditReader } from '../../../lib/audit/audit-reader.ts'
import { ProfileStore } from '../../../lib/oauth2/profiles/profile-store.ts'
import { consentKeyOf } from '../../../lib/oauth2/tokens/grant.ts'
import { secretVersionOf } from '../../support/account-rows.ts'
import { type AccountsApi, accountInput, startAccountsApi } from '../../support/accounts-api.ts'
import { oauth2Input, putConsent, putOwnProvider, putProfiles } from '../../support/oauth2-accounts.ts'
import { profile } from '../../support/oauth2-setup.ts'

let api: AccountsApi
let profiles: Awaited<ReturnType<typeof putProfiles>>
beforeAll(async () => {
  api = await startAccountsApi()
  profiles = await putProfiles(api.tables)
  await putOwnProvider(api.tables)
})
afterAll(() => api.stop())

const post = (body: unknown) => api.call({ method: 'POST', path: '/accounts', body })
const create = async (fields: Record<string, unknown> = {}) => {
  const { status, body } = await post(oauth2Input(fields))
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const problemsOf = async (body: unknown): Promise<Record<string, string>> => {
  const answer = await post(body)
  expect(answer.body.code, JSON.stringify(answer.body)).toBe('invalid-request')
  return Object.fromEntries(
    answer.body.errors.map(({ path, message }: { path: string; message: string }) => [path, message]),
  )
}
const rowOf = async (accountId: string) => {
  const row = await api.services.accounts.read(accountId)
  if (!row) throw new Error('the account is gone')
  return row
}
const grantOf = (accountId: string) => api.tables.table('oauthGrants').get(consentKeyOf(accountId))

describe('POST /accounts with OAuth2', () => {
  it('POST /accounts with OAuth2 creates an account that waits for consent, with the provider’s host and without a secret', async () => {
    const before = api.secrets.operations.length
    const created = await create({ username: 'jane@example.org', mailbox: 'desk@example.org' })
    expect(created).toMatchObject({
      authentication: 'oauth2',
      username: 'jane@example.org',
      mailbox: 'desk@example.org',
      host: 'outlook.office365.com',
      port: 993,
      folder: 'INBOX',
      oauth2: {
        profileId: 'people',
        profileName: 'People at Microsoft',
        grant: 'authorization_code',
        state: 'consent-missing',
        code: 'consent-missing',
      },
      health: { state: 'waiting', code: 'consent-missing' },
    })
    expect(created.health.remedy).toContain(`postmaster oauth2 connect ${created.accountId}`)
    expect(created).not.toHaveProperty('credential')
    expect((await api.get(created.accountId)).body).toEqual(created)
    expect(await rowOf(created.accountId)).toMatchObject({ credential: { method: 'oauth2', profileId: 'people' } })
    expect((await api.tables.table('accounts').get(created.accountId))?.profileId).toBe('people')
    expect(api.secrets.operations.length).toBe(before)
  })

  it('POST /accounts with OAuth2 proposes the host by protocol, and accepts another one for a custom provider', async () => {
    expect(await create({ profileId: 'google' })).toMatchObject({ host: 'imap.gmail.com' })
    expect(await create({ profileId: 'google', type: 'POP3S' })).toMatchObject({ host: 'pop.gmail.com', port: 995 })
    expect(await create({ profileId: 'own', host: 'Outlook.Example.ORG.' })).toMatchObject({
      host: 'outlook.example.org',
    })
  })

  it.each(['outlook.office.com', 'OUTLOOK.office365.us.', 'outlook-dod.office365.us', 'partner.outlook.cn'])(
    'POST /accounts with OAuth2 accepts %s, which is one of Microsoft’s own mail servers',
    async (host) => {
      expect((await create({ host })).host).toBe(host.toLowerCase().replace(/\.$/, ''))
    },
  )

  it.each([
    ['people', 'outlook.office365.com.evil.test'],
    ['people', 'imap.gmail.com'],
    ['people', '52.96.0.1'],
    ['people', 'outloo\u043a.office365.com'],
    ['google', 'imap-proxy.example.org'],
    ['google', 'pop.gmail.com'],
    ['google', '2001:db8::1'],
  ])('POST /accounts with OAuth2 and the profile %s refuses the host %s', async (profileId, host) => {
    expect(await problemsOf(oauth2Input({ profileId, host }))).toEqual({
      '/host': expect.stringMatching(
        /^must be `.*`, because Postmaster sends this provider’s tokens .* provider of your own$/,
      ),
    })
  })

  it('POST /accounts refuses an app-only profile whose provider specifies no mail server for the protocol', async () => {
    const problem = {
      '/profileId': expect.stringMatching(/^cannot be used for POP3\. .* Set the provider’s `hosts\.pop3` first$/),
    }
    for (const host of ['imap.example.org', 'evil.test', undefined])
      expect(await problemsOf(oauth2Input({ profileId: 'own-app', type: 'POP3S', host }))).toEqual(problem)
    expect(await create({ profileId: 'own-app' })).toMatchObject({ host: 'imap.example.org' })
  })

  it('POST /accounts with an app-only profile creates a connected account', async () => {
    const created = await create({ profileId: 'app', username: 'app-desk@example.org' })
    expect(created.oauth2).toMatchObject({ grant: 'client_credentials', state: 'connected' })
    expect(created.health).toMatchObject({ state: 'waiting', detail: expect.stringContaining('first fetch') })
  })

  it('POST /accounts with OAuth2 reports all errors at once', async () => {
    const body = oauth2Input({
      type: 'POP3',
      profileId: 'nobody',
      password: 'secret',
      mailbox: 'a\nb',
      port: 0,
      folder: 'Spam',
      dispatching: { by: 'queue', queueId: 'nowhere' },
      colour: 'red',
    })
    expect(await problemsOf(body)).toEqual({
      '/type': 'must be `POP3S` or `POP3TLS`, because a token is never sent without TLS',
      '/profileId': 'is not the id of an OAuth2 profile',
      '/password': 'is only for accounts with `authentication` `password`',
      '/mailbox': 'must not contain control characters',
      '/port': expect.any(String),
      '/folder': 'is for IMAP types only',
      '/dispatching/queueId': 'is not the id of a queue',
      '/colour': 'is not a known field',
    })
    const { username: _username, profileId: _profileId, ...incomplete } = oauth2Input()
    expect(await problemsOf(incomplete)).toEqual({ '/username': 'is missing', '/profileId': 'is missing' })
  })

  it('POST /accounts lists the allowed authentications, and does not report fields of either as unknown', async () => {
    const wrong = { '/authentication': 'must be `password` or `oauth2`' }
    expect(await problemsOf(oauth2Input({ authentication: 'OAuth2', mailbox: 'desk' }))).toEqual(wrong)
    expect(await problemsOf(accountInput({ authentication: 'basic' }))).toEqual(wrong)
    expect(await problemsOf(accountInput({ authentication: undefined }))).toEqual({ '/authentication': 'is missing' })
  })

  it('POST /accounts refuses OAuth2 fields for an account with a password', async () => {
    expect(await problemsOf(accountInput({ profileId: 'people', mailbox: 'desk' }))).toEqual({
      '/profileId': 'is only for accounts with `authentication` `oauth2`',
      '/mailbox': 'is only for accounts with `authentication` `oauth2`',
    })
  })

  it('POST /accounts with an app-only profile refuses another host and a separate mailbox', async () => {
    const body = oauth2Input({ profileId: 'app', host: 'attacker.example.net', mailbox: 'other@example.org' })
    expect(await problemsOf(body)).toEqual({
      '/host': 'must be `outlook.office365.com`, because Postmaster does not send the app-only token to any other host',
      '/mailbox': 'is only for profiles that require a consent. With this profile, `username` is the mailbox',
    })
    expect(await create({ profileId: 'app', host: 'Outlook.Office365.com' })).toMatchObject({
      host: 'outlook.office365.com',
    })
  })

  it('POST /accounts with OAuth2 requires a host if the provider proposes none, and always requires TLS', async () => {
    const store = new ProfileStore(api.tables.table('oauth2'))
    await store.create(profile({ profileId: 'orphan', name: 'Orphan', providerId: 'gone' }))
    expect(await problemsOf(oauth2Input({ profileId: 'own', type: 'POP3S' }))).toEqual({
      '/host': 'is missing, and the profile’s provider does not propose one',
    })
    expect(await problemsOf(oauth2Input({ profileId: 'orphan' }))).toEqual({
      '/profileId': 'is the id of a profile whose provider no longer exists',
    })
    for (const host of ['127.0.0.1', 'localhost', '::1'])
      expect(await problemsOf(oauth2Input({ profileId: 'own', type: 'IMAP', host }))).toHaveProperty('/type')
  })

  it('POST /accounts with OAuth2 omits a mailbox that is another spelling of the user name', async () => {
    const created = await create({ username: 'own@example.org', mailbox: 'Own@Example.org' })
    expect(created).not.toHaveProperty('mailbox')
  })
})

describe('a deployment for tests on one machine', () => {
  it('a deployment for tests on one machine allows unencrypted tokens only for loopback hosts', async () => {
    const local = await startAccountsApi({ allowClearTextOnLoopback: true })
    try {
      await putProfiles(local.tables)
      await putOwnProvider(local.tables)
      const send = (fields: Record<string, unknown>) =>
        local.call({ method: 'POST', path: '/accounts', body: oauth2Input({ profileId: 'own', ...fields }) })
      for (const host of ['127.0.0.1', 'localhost', '::1', '127.8.8.8'])
        expect((await send({ type: 'IMAP', host })).status, host).toBe(201)
      for (const host of ['mail.example.org', '192.0.2.1', 'localhost.example.org'])
        expect((await send({ type: 'POP3', host })).body.errors, host).toMatchObject([{ path: '/type' }])
      const atMicrosoft = { profileId: 'people', type: 'IMAP', host: '127.0.0.1' }
      expect((await send(atMicrosoft)).body.errors).toMatchObject([{ path: '/host' }])
    } finally {
      await local.stop()
    }
  })
})

describe('one mailbox', () => {
  it('one mailbox cannot be collected twice, regardless of the authentication', async () => {
    const host = 'one.example.org'
    const profileId = 'own'
    await create({ profileId, host, username: 'jane@example.org', mailbox: 'shared@example.org' })
    for (const body of [
      accountInput({ host, username: 'shared@example.org' }),
      oauth2Input({ profileId, host, username: 'shared@example.org' }),
      oauth2Input({ profileId, host, username: 'joe@example.org', mailbox: 'shared@example.org' }),
    ])
      expect((await post(body)).body.code).toBe('mailbox-taken')
    // The same user can consent for several mailboxes.
    await create({ profileId, host, username: 'jane@example.org', mailbox: 'returns@example.org' })
    await create({ profileId, host, username: 'jane@example.org' })
  })
})

describe('switching', () => {
  const password = 'given again'

  it('switching from a password to OAuth2 deletes the password', async () => {
    const { accountId, username, host } = (await api.create()).body
    const before = await rowOf(accountId)
    const change = { authentication: 'oauth2', profileId: 'own', password: null }
    const { status, body } = await api.change('PATCH', accountId, change)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ authentication: 'oauth2', username, host, oauth2: { state: 'consent-missing' } })
    const after = await rowOf(accountId)
    expect(after).toMatchObject({ credential: { method: 'oauth2', profileId: 'own' }, mailboxEpoch: 1 })
    expect(await api.secrets.store.read(accountId, secretVersionOf(before))).toBeUndefined()
    expect(api.secrets.operations.at(-2)).toBe('DeleteSecret')
    const reader = new AuditReader(api.tables.table('audit'))
    const { entries } = await reader.list({ subject: `/accounts/${accountId}`, limit: 10 })
    expect(entries.map(({ action }) => action)).toEqual(['change', 'create'])
    expect(entries[0]?.changes).toEqual([
      { field: 'authentication', from: 'password', to: 'oauth2' },
      { field: 'password', secret: true },
      { field: 'profileId', to: 'own' },
    ])
  })

  it('switching to OAuth2 uses the provider’s host if the patch sets the host to null', async () => {
    const { accountId } = (await api.create()).body
    const change = { authentication: 'oauth2', profileId: 'google', host: null }
    expect((await api.change('PATCH', accountId, change)).body).toMatchObject({ host: 'imap.gmail.com' })
    // After that, the host depends on the type, like the port.
    const pop3 = await api.change('PATCH', accountId, { type: 'POP3S' })
    expect(pop3.body).toMatchObject({ host: 'pop.gmail.com', port: 995 })
    const moved = await api.change('PATCH', accountId, { profileId: 'people' })
    expect(moved.body).toMatchObject({ host: 'outlook.office365.com' })
    const refused = await api.change('PATCH', accountId, { host: 'own.example.org' })
    expect(refused.body.errors).toMatchObject([{ path: '/host' }])
    await api.change('PATCH', accountId, { profileId: 'own', host: 'own.example.org' })
    expect((await api.change('PATCH', accountId, { type: 'IMAPS' })).body.host).toBe('own.example.org')
    const back = await api.change('PATCH', accountId, { profileId: 'people' })
    expect(back.body.errors).toMatchObject([{ path: '/host' }])
  })

  it('switching back to a password requires one, keeps the fetched mailbox and ends the consent', async () => {
    const { accountId } = await create({ username: 'jane@example.org', mailbox: 'back@example.org' })
    await putConsent(api.tables, await rowOf(accountId), profiles.people)
    const refused = await api.change('PATCH', accountId, { authentication: 'password' })
    expect(refused.body.errors).toEqual([
      {
        path: '/password',
        message: 'is missing. The account has logged in with OAuth2 so far, so no password is stored',
      },
    ])
    expect(await grantOf(accountId)).toBeDefined()
    const { body } = await api.change('PATCH', accountId, { authentication: 'password', password })
    expect(body).toMatchObject({ authentication: 'password', username: 'back@example.org' })
    for (const name of ['mailbox', 'profileId', 'oauth2']) expect(body).not.toHaveProperty(name)
    const row = await rowOf(accountId)
    expect(row.mailboxEpoch).toBe(1)
    expect(await api.secrets.store.read(accountId, secretVersionOf(row))).toBe(password)
    expect(await grantOf(accountId)).toMatchObject({ endedAt: expect.any(String), sealed: expect.any(String) })
    expect((await api.tables.table('accounts').get(accountId))?.profileId).toBeUndefined()
  })

  it('switching to a password and back requires a new consent, even if the old one is not revoked yet', async () => {
    const { accountId } = await create()
    await putConsent(api.tables, await rowOf(accountId), profiles.people)
    expect((await api.get(accountId)).body.oauth2.state).toBe('connected')
    await api.change('PATCH', accountId, { authentication: 'password', password })
    const { body } = await api.change('PATCH', accountId, { authentication: 'oauth2', profileId: 'people' })
    expect(body.oauth2).toMatchObject({ state: 'consent-missing', code: 'consent-missing' })
    expect(body.oauth2).not.toHaveProperty('consentedBy')
    // A new consent replaces the one that ended.
    await putConsent(api.tables, await rowOf(accountId), profiles.people)
    expect((await api.get(accountId)).body.oauth2.state).toBe('connected')
    expect(await grantOf(accountId)).not.toHaveProperty('endedAt')
  })

  it('switching back and forth uses the password of the last change', async () => {
    const { accountId } = (await api.create()).body
    await api.change('PATCH', accountId, { authentication: 'oauth2', profileId: 'own' })
    await api.change('PATCH', accountId, { authentication: 'password', password })
    expect(await api.secrets.store.read(accountId, secretVersionOf(await rowOf(accountId)))).toBe(password)
  })

  it('switching by PUT follows the same rules in both directions', async () => {
    const body = accountInput()
    const { accountId } = (await post(body)).body
    const { username } = body
    const oauth2 = oauth2Input({ username })
    expect((await api.change('PUT', accountId, oauth2)).body).toMatchObject({ authentication: 'oauth2' })
    const { password: _password, ...without } = body
    expect((await api.change('PUT', accountId, without)).body.errors).toMatchObject([{ path: '/password' }])
    expect((await api.change('PUT', accountId, body)).body).toMatchObject({ authentication: 'password', username })
  })

  it('a patch with a password for an OAuth2 account, or with a profile for a password account, is refused', async () => {
    const { accountId } = await create()
    expect((await api.change('PATCH', accountId, { password })).body.errors).toMatchObject([{ path: '/password' }])
    const other = (await api.create()).body.accountId
    expect((await api.change('PATCH', other, { profileId: 'people' })).body.errors).toMatchObject([
      { path: '/profileId' },
    ])
  })

  it('a consent stays valid until the protocol, host, provider or user changes', async () => {
    const { accountId } = await create()
    await putConsent(api.tables, await rowOf(accountId), profiles.people)
    const state = async (change: Record<string, unknown>) => {
      const { status, body } = await api.change('PATCH', accountId, change)
      expect(status, JSON.stringify(body)).toBe(200)
      return [body.oauth2.state, body.oauth2.code]
    }
    const connected = ['connected', undefined]
    const outdated = ['re-authorization-needed', 'consent-outdated']
    expect(await state({ comment: 'x', folder: 'Other', port: 994, mailbox: 'shared@example.org' })).toEqual(connected)
    expect(await state({ type: 'IMAPTLS' })).toEqual(connected)
    expect(await state({ type: 'POP3S', folder: null })).toEqual(outdated)
    expect(await state({ type: 'IMAPS' })).toEqual(connected)
    expect(await state({ host: 'outlook.office.com' })).toEqual(outdated)
    expect(await state({ host: null, profileId: 'google' })).toEqual(outdated)
    expect(await state({ host: null, profileId: 'people' })).toEqual(connected)
    expect(await state({ username: 'joe@example.org' })).toEqual(outdated)
  })
})

describe('DELETE of an account with OAuth2', () => {
  it('DELETE of an OAuth2 account ends its consent so that it is revoked, and deletes no secret', async () => {
    const { accountId } = await create()
    await putConsent(api.tables, await rowOf(accountId), profiles.people)
    const before = api.secrets.operations.length
    expect((await api.change('DELETE', accountId)).status).toBe(204)
    expect(await grantOf(accountId)).toMatchObject({ endedAt: expect.any(String), sealed: expect.any(String) })
    expect(api.secrets.operations.length).toBe(before)
  })

  it('DELETE of an app-only OAuth2 account keeps the tokens of its profile', async () => {
    const { accountId } = await create({ profileId: 'app' })
    await api.tables.table('oauthGrants').put({ grantKey: 'profile#app', version: 1 })
    expect((await api.change('DELETE', accountId)).status).toBe(204)
    expect(await api.tables.table('oauthGrants').get('profile#app')).toBeDefined()
    await api.tables.table('oauthGrants').delete('profile#app')
  })
})
