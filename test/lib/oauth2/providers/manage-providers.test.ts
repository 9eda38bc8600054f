import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AuditReader } from '../../../../lib/audit/audit-reader.ts'
import type { ExpectedVersion } from '../../../../lib/changes/versioned-change.ts'
import { createProfile } from '../../../../lib/oauth2/profiles/manage-profiles.ts'
import {
  builtInProviderIds,
  hasOwnEndpoints,
  revocationEndpointOf,
  shippedProvider,
} from '../../../../lib/oauth2/providers/built-in-providers.ts'
import {
  changeProvider,
  createProvider,
  deleteProvider,
  listProviders,
  type ProviderCursor,
  readProvider,
  replaceProvider,
} from '../../../../lib/oauth2/providers/manage-providers.ts'
import { providerSettingsSchema } from '../../../../lib/oauth2/providers/provider.ts'
import { parseProviderInput } from '../../../../lib/oauth2/providers/provider-rules.ts'
import { actor } from '../../../support/actor.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { oauth2SetupOver, profileInput, providerInput } from '../../../support/oauth2-setup.ts'

let tables: TestTables
let clock: { now: Date }
let services: ReturnType<typeof oauth2SetupOver>
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(async () => {
  await tables.clear()
  clock = { now: new Date('2026-03-01T10:00:00.000Z') }
  services = oauth2SetupOver(tables, clock)
})

const create = async (fields = {}) => (await createProvider(services, providerInput(fields), actor('anna'))).view
const change = (providerId: string, expected: ExpectedVersion = 'any', by = 'bert') => ({
  providerId,
  expected,
  by: actor(by),
})
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

describe('built-in OAuth2 providers', () => {
  test.each(builtInProviderIds)('the built-in provider %s is a valid provider input', (providerId) => {
    const shipped = shippedProvider(providerId)
    if (!shipped) throw new Error('The provider is not shipped')
    const { kind, ...settings } = providerSettingsSchema.parse(shipped)
    expect(kind).toBe(providerId.split('-')[0])
    expect(parseProviderInput(settings, services, providerId)).toEqual(settings)
  })

  test('built-in providers exist from the start with the shipped defaults', async () => {
    const { version, view } = await readProvider(services, 'microsoft')
    expect(version).toBe(1)
    expect(view).toMatchObject({ kind: 'microsoft', builtIn: true, changedFields: [], createdBy: 'postmaster' })
    expect((await readProvider(services, 'google')).view.authorizationParameters).toEqual({
      access_type: 'offline',
      prompt: 'consent',
    })
  })

  test('a change of a built-in provider is stored, and the changed fields are listed', async () => {
    const patch = { authorizationParameters: { domain_hint: 'example.com' }, name: 'Our Microsoft' }
    const { view, version } = await changeProvider(services, change('microsoft', 1), patch)
    expect(version).toBe(2)
    expect(view).toMatchObject({
      providerId: 'microsoft',
      kind: 'microsoft',
      name: 'Our Microsoft',
      authorizationParameters: { prompt: 'select_account', domain_hint: 'example.com' },
      changedFields: ['name', 'authorizationParameters'],
      createdBy: 'postmaster',
      changedBy: 'bert',
      changedBySub: 'sub-bert',
    })
    expect((await readProvider(services, 'microsoft')).view).toEqual(view)
    expect((await readProvider(services, 'google')).view.changedFields).toEqual([])
  })

  test('a built-in provider’s field returns to its default if it is null or omitted in a replacement, and a null parameter is no longer sent', async () => {
    await changeProvider(services, change('microsoft'), {
      scopes: { imap: ['other'] },
      hosts: { pop3: 'outlook.office.com' },
      clientAuthentication: 'header',
    })
    const patched = await changeProvider(services, change('microsoft'), {
      scopes: { imap: null },
      hosts: null,
      authorizationParameters: { prompt: null },
    })
    expect(patched.view.changedFields?.toSorted()).toEqual(['authorizationParameters', 'clientAuthentication'])
    expect(patched.view.authorizationParameters).toEqual({})
    const replaced = await replaceProvider(services, change('microsoft'), {
      authorizationParameters: { prompt: 'login' },
    })
    expect(replaced.view).toMatchObject({
      authorizationParameters: { prompt: 'login' },
      changedFields: ['authorizationParameters'],
    })
  })

  test('deleting a built-in provider resets it, and an ETag from before the reset never matches again', async () => {
    await changeProvider(services, change('google', 1), { name: 'First' })
    await deleteProvider(services, change('google', 2))
    const reset = await readProvider(services, 'google')
    expect(reset).toMatchObject({ version: 3, view: { name: 'Google Workspace and Gmail', changedFields: [] } })
    expect(reset.view.changedBy).toBe('bert')
    await expect(changeProvider(services, change('google', 1), { name: 'x' })).rejects.toEqual(
      refused('changed-meanwhile'),
    )
    await expect(changeProvider(services, change('google', 2), { name: 'x' })).rejects.toEqual(
      refused('changed-meanwhile'),
    )
    expect((await changeProvider(services, change('google', 3), { name: 'Second' })).version).toBe(4)
  })

  test('deleting an unchanged built-in provider changes nothing and leaves no audit entry', async () => {
    await deleteProvider(services, change('google', 1))
    expect((await readProvider(services, 'google')).version).toBe(1)
    expect(await trail()).toEqual([])
  })

  test('a built-in provider cannot get another kind or id', async () => {
    const wrong = await wrongFields(changeProvider(services, change('google'), { kind: 'custom', providerId: 'x' }))
    expect(wrong).toEqual({ '/kind': 'is not a known field', '/providerId': 'is not a known field' })
    expect((await readProvider(services, 'google')).version).toBe(1)
  })

  test('of two simultaneous first changes of a built-in provider, only one succeeds', async () => {
    const both = await Promise.allSettled(
      ['a', 'b'].map((name) => changeProvider(services, change('microsoft', 1), { name })),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('custom OAuth2 providers', () => {
  test('a custom provider needs only a name and endpoints', async () => {
    const made = await createProvider(services, providerInput(), actor('anna'))
    expect(made).toEqual({
      version: 1,
      view: {
        providerId: 'id-1',
        kind: 'custom',
        ...providerInput(),
        scopes: { imap: [], pop3: [] },
        clientCredentialsScopes: [],
        authorizationParameters: {},
        clientAuthentication: 'body',
        hosts: {},
        builtIn: false,
        createdAt: '2026-03-01T10:00:00.000Z',
        createdBy: 'anna',
        createdBySub: 'sub-anna',
        changedAt: '2026-03-01T10:00:00.000Z',
        changedBy: 'anna',
        changedBySub: 'sub-anna',
      },
    })
    expect(await readProvider(services, 'id-1')).toEqual(made)
  })

  test('a custom provider is changed with its expected version, and can be deleted while no profile uses it', async () => {
    const { providerId } = await create({ clientAuthentication: 'header', hosts: { imap: 'IMAP.Example.org.' } })
    const replaced = await replaceProvider(services, change(providerId, 1), providerInput({ name: 'New' }))
    expect(replaced).toMatchObject({ version: 2, view: { name: 'New', clientAuthentication: 'body', hosts: {} } })
    await expect(changeProvider(services, change(providerId, 1), { name: 'x' })).rejects.toEqual(
      refused('changed-meanwhile'),
    )
    await expect(deleteProvider(services, change(providerId, 1))).rejects.toEqual(refused('changed-meanwhile'))
    await deleteProvider(services, change(providerId, 2))
    await expect(readProvider(services, providerId)).rejects.toEqual(refused('not-found'))
    await expect(deleteProvider(services, change(providerId))).rejects.toEqual(refused('not-found'))
  })

  test('an invalid custom provider is rejected with all wrong fields at once, without their values', async () => {
    const wrong = await wrongFields(
      createProvider(
        services,
        {
          name: 'a\nb',
          authorizationEndpoint: 'https://user:hunter2@login.example.org/',
          tokenEndpoint: 'http://localhost/token',
          scopes: { imap: ['two words'], smtp: [] },
          clientAuthentication: 'hunter2',
          hosts: { imap: 'imaps://hunter2' },
          colour: 'hunter2',
        },
        actor('anna'),
      ),
    )
    expect(Object.keys(wrong).toSorted()).toEqual([
      '/authorizationEndpoint',
      '/clientAuthentication',
      '/colour',
      '/hosts/imap',
      '/name',
      '/scopes/imap/0',
      '/scopes/smtp',
      '/tokenEndpoint',
    ])
    expect(JSON.stringify(wrong)).not.toContain('hunter2')
  })

  test.each([
    'client_id',
    'redirect_uri',
    'state',
    'response_type',
    'response_mode',
    'scope',
    'code_challenge',
    'code_challenge_method',
    'nonce',
    'login_hint',
    'request',
    'request_uri',
    'STATE',
    'redirect_uri[]',
    '',
    'a b',
    'x=1&state',
  ])('a custom provider cannot set the authorization parameter %j', async (name) => {
    const made = create({ authorizationParameters: { [name]: 'x', prompt: 'consent' } })
    expect(Object.keys(await wrongFields(made))).toEqual([`/authorizationParameters/${name}`])
  })

  test('a custom provider can have at most twenty authorization parameters', async () => {
    const some = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, 'x']))
    expect((await create({ authorizationParameters: some(20) })).authorizationParameters).toEqual(some(20))
    expect(Object.keys(await wrongFields(create({ authorizationParameters: some(21) })))).toEqual([
      '/authorizationParameters',
    ])
  })

  test('a custom provider can omit TLS only on this machine and only if the deployment allows it', async () => {
    const local = { tokenEndpoint: 'http://127.0.0.1:4000/token', authorizationEndpoint: 'http://localhost:4000/auth' }
    expect(await wrongFields(create(local))).toEqual({
      '/tokenEndpoint': 'must begin with `https://`',
      '/authorizationEndpoint': 'must begin with `https://`',
    })
    services = { ...services, allowClearTextOnLoopback: true }
    expect(await create(local)).toMatchObject(local)
    expect(await wrongFields(create({ tokenEndpoint: 'http://login.example.org/token' }))).toEqual({
      '/tokenEndpoint': 'must begin with `https://`',
    })
  })
})

describe('OAuth2 providers with profiles', () => {
  const public_ = { providerId: 'id-1', tenant: undefined, clientSecret: undefined }

  test('a provider with profiles cannot be deleted, and the error lists the profiles', async () => {
    const { providerId } = await create()
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F'])
      await createProfile(services, profileInput({ ...public_, name }), actor('x'))
    await expect(deleteProvider(services, change(providerId))).rejects.toEqual(
      refused('provider-in-use', /^The provider Own login is used by the profiles A, B, C, D, E and more\.$/),
    )
  })

  test('a provider with profiles cannot move its token endpoint to another host, because secrets are sent there', async () => {
    const { providerId } = await create()
    await createProfile(services, profileInput({ ...public_, clientSecret: 'x' }), actor('anna'))
    const moved = { tokenEndpoint: 'https://evil.example/token' }
    await expect(changeProvider(services, change(providerId), moved)).rejects.toEqual(
      refused(
        'provider-in-use',
        /cannot be changed this way while it is used by the profiles Desk\. Their client secrets/,
      ),
    )
    await expect(replaceProvider(services, change(providerId), providerInput(moved))).rejects.toEqual(
      refused('provider-in-use'),
    )
    const stays = {
      tokenEndpoint: 'https://login.example.org:443/v2/token',
      authorizationEndpoint: 'https://login.example.org/v2/authorize',
    }
    expect((await changeProvider(services, change(providerId), stays)).version).toBe(2)
  })

  test('a provider cannot move its authorization endpoint to another host while people consent through its profiles', async () => {
    const { providerId } = await create({ clientCredentialsScopes: ['mail'], hosts: { imap: 'imap.example.org' } })
    const moved = { authorizationEndpoint: 'https://evil.example/authorize' }
    const application = { ...public_, clientSecret: 'x', grant: 'client_credentials' }
    const { view } = await createProfile(services, profileInput(application), actor('anna'))
    expect((await changeProvider(services, change(providerId), moved)).version).toBe(2)
    await changeProvider(services, change(providerId), providerInput())
    await createProfile(services, profileInput({ ...public_, name: 'People' }), actor('anna'))
    await expect(changeProvider(services, change(providerId), moved)).rejects.toEqual(
      refused('provider-in-use', /used by the profiles People\. People consented at the current host of/),
    )
    expect(view.grant).toBe('client_credentials')
  })

  test('a built-in provider whose endpoint an older version moved is not reset while profiles use it', async () => {
    const moved = 'https://login.microsoftonline.us/{tenant}/oauth2/v2.0/token'
    const microsoft = shippedProvider('microsoft')
    if (!microsoft) throw new Error('The provider is not shipped')
    await services.providers.replace({ ...microsoft, version: 2, tokenEndpoint: moved }, 1)
    await createProfile(services, profileInput(), actor('anna'))
    await expect(deleteProvider(services, change('microsoft'))).rejects.toEqual(refused('provider-in-use'))
    expect((await readProvider(services, 'microsoft')).view.tokenEndpoint).toBe(moved)
  })

  test('a provider with profiles cannot add or remove {tenant} in its endpoints', async () => {
    const { providerId } = await create()
    await createProfile(services, profileInput({ ...public_ }), actor('anna'))
    const named = { authorizationEndpoint: 'https://login.example.org/{tenant}/authorize' }
    await expect(changeProvider(services, change(providerId), named)).rejects.toEqual(
      refused('provider-in-use', /They have no tenant\.$/),
    )
    const many = await create({ tokenEndpoint: 'https://login.example.org/{tenant}/token' })
    const tenant = { name: 'One tenant', providerId: many.providerId, tenant: 'desk' }
    await createProfile(services, profileInput(tenant), actor('anna'))
    await expect(changeProvider(services, change(many.providerId), providerInput())).rejects.toEqual(
      refused('provider-in-use', /They have a tenant/),
    )
  })

  test('a provider with app-only profiles cannot remove their scopes or change their mail servers', async () => {
    await createProfile(services, profileInput({ grant: 'client_credentials' }), actor('anna'))
    await expect(changeProvider(services, change('microsoft'), { clientCredentialsScopes: [] })).rejects.toEqual(
      refused('provider-in-use', /They require `clientCredentialsScopes`/),
    )
    await expect(
      changeProvider(services, change('microsoft'), { hosts: { imap: 'outlook.office.com' } }),
    ).rejects.toEqual(refused('provider-in-use', /app-only tokens only to the current `hosts`/))
    const other = { clientCredentialsScopes: ['https://outlook.office.com/.default'] }
    expect((await changeProvider(services, change('microsoft'), other)).version).toBe(2)
  })
})

test('a provider with app-only profiles can add a missing mail server', async () => {
  const { providerId } = await create({ clientCredentialsScopes: ['mail'], hosts: { imap: 'imap.example.org' } })
  const application = { providerId, tenant: undefined, grant: 'client_credentials' }
  await createProfile(services, profileInput(application), actor('anna'))
  const named = { hosts: { pop3: 'pop.example.org' } }
  expect((await changeProvider(services, change(providerId), named)).view.hosts).toEqual({
    imap: 'imap.example.org',
    pop3: 'pop.example.org',
  })
  for (const hosts of [{ pop3: null }, { pop3: 'pop.evil.example' }, null])
    await expect(changeProvider(services, change(providerId), { hosts })).rejects.toEqual(refused('provider-in-use'))
})

describe('a provider’s revocation endpoint', () => {
  test('a provider’s revocation endpoint is stored and can be removed', async () => {
    const revocationEndpoint = 'https://login.example.org:443/revoke'
    const { providerId } = await create({ revocationEndpoint })
    expect((await readProvider(services, providerId)).view).toMatchObject({ revocationEndpoint })
    const without = await changeProvider(services, change(providerId), { revocationEndpoint: null })
    expect(without.view).not.toHaveProperty('revocationEndpoint')
  })

  test.each([
    'https://evil.example/revoke',
    'https://login.example.org.evil.example/revoke',
    'https://login.example.org:8443/revoke',
  ])('a provider’s revocation endpoint cannot be on another server: %s', async (revocationEndpoint) => {
    const problem = { '/revocationEndpoint': 'must have the scheme, host and port of `tokenEndpoint`' }
    expect(await wrongFields(create({ revocationEndpoint }))).toEqual(problem)
    const { providerId } = await create()
    expect(await wrongFields(changeProvider(services, change(providerId), { revocationEndpoint }))).toEqual(problem)
  })

  test('a built-in provider uses the shipped revocation endpoint even if its row was written before the field existed', async () => {
    const google = shippedProvider('google')
    if (!google) throw new Error('The provider is not shipped')
    const { revocationEndpoint, ...older } = google
    expect(revocationEndpoint).toBe('https://oauth2.googleapis.com/revoke')
    for (const providerId of ['google', 'microsoft'])
      expect(
        Object.keys(
          await wrongFields(
            changeProvider(services, change(providerId), { revocationEndpoint: 'https://oauth2.googleapis.com/other' }),
          ),
        ),
      ).toContain('/revocationEndpoint')
    await services.providers.replace({ ...older, version: 2, name: 'Ours' }, 1)
    const row = await services.providers.read('google')
    expect(row && hasOwnEndpoints(row)).toBe(true)
    expect(row && revocationEndpointOf(row)).toBe(revocationEndpoint)
  })
})

describe('the addresses of built-in providers', () => {
  const elsewhere = {
    authorizationEndpoint: 'https://login.microsoftonline.de/{tenant}/oauth2/v2.0/authorize',
    tokenEndpoint: 'https://evil.example/{tenant}/oauth2/v2.0/token',
  }
  const cannotBeChanged = expect.stringMatching(
    /^cannot be changed, because .* is a built-in provider; .* provider of your own/,
  )

  test.each(builtInProviderIds)(
    'the built-in provider %s cannot be given other endpoints, by PATCH or PUT',
    async (providerId) => {
      for (const write of [changeProvider, replaceProvider]) {
        expect(await wrongFields(write(services, change(providerId), elsewhere))).toEqual({
          '/authorizationEndpoint': cannotBeChanged,
          '/tokenEndpoint': cannotBeChanged,
        })
        for (const [field, value] of Object.entries(elsewhere))
          expect(Object.keys(await wrongFields(write(services, change(providerId), { [field]: value })))).toEqual([
            `/${field}`,
          ])
      }
      expect((await readProvider(services, providerId)).version).toBe(1)
    },
  )

  test.each([
    'https://LOGIN.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    'https://login.microsoftonline.com:443/{tenant}/oauth2/v2.0/token',
    'https://login.microsoftonline.com./{tenant}/oauth2/v2.0/token',
    'https://login.microsoftonline.com.evil.example/{tenant}/oauth2/v2.0/token',
    'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  ])('a built-in provider rejects another spelling of its endpoint: %s', async (tokenEndpoint) => {
    expect(await wrongFields(changeProvider(services, change('microsoft'), { tokenEndpoint }))).toEqual({
      '/tokenEndpoint': cannotBeChanged,
    })
  })

  test('setting a built-in provider’s endpoints to the shipped values or null changes nothing', async () => {
    const { authorizationEndpoint, tokenEndpoint } = (await readProvider(services, 'google')).view
    const sent = { authorizationEndpoint, tokenEndpoint, name: 'Ours' }
    expect((await replaceProvider(services, change('google'), sent)).view).toMatchObject(sent)
    const nulled = { authorizationEndpoint: null, tokenEndpoint: null }
    expect((await changeProvider(services, change('google'), nulled)).view).toMatchObject(sent)
  })

  test.each([
    { imap: 'imap.evil.example' },
    { imap: 'imap.gmail.com.evil.example' },
    { pop3: 'imap.gmail.com' },
    { pop3: '127.0.0.1' },
    { imap: 'outlook.office365.com' },
  ])('a built-in provider rejects mail servers of other operators: %j', async (hosts) => {
    const [protocol = ''] = Object.keys(hosts)
    expect(await wrongFields(changeProvider(services, change('google'), { hosts }))).toEqual({
      [`/hosts/${protocol}`]: expect.stringMatching(/own mail servers \(.*gmail\.com, .*\); .* provider of your own/),
    })
  })

  test('a built-in provider accepts another of the vendor’s mail servers', async () => {
    const hosts = { imap: 'Outlook.Office.com.' }
    expect((await changeProvider(services, change('microsoft'), { hosts })).view.hosts.imap).toBe('outlook.office.com')
  })

  test('endpoints that were changed before they were fixed can be reset with null', async () => {
    const microsoft = shippedProvider('microsoft')
    if (!microsoft) throw new Error('The provider is not shipped')
    await services.providers.replace({ ...microsoft, ...elsewhere, version: 2 }, 1)
    expect(Object.keys(await wrongFields(changeProvider(services, change('microsoft'), { name: 'x' })))).toEqual([
      '/authorizationEndpoint',
      '/tokenEndpoint',
    ])
    const nulled = { authorizationEndpoint: null, tokenEndpoint: null }
    expect((await changeProvider(services, change('microsoft'), nulled)).view.changedFields).toEqual([])
  })
})

describe('listProviders', () => {
  const names = async (limit: number): Promise<string[][]> => {
    const pages: string[][] = []
    let cursor: ProviderCursor | undefined
    do {
      const page = await listProviders(services, { limit, cursor })
      pages.push(page.items.map(({ name }) => name))
      cursor = page.next
    } while (cursor)
    return pages
  }
  const builtIn = builtInProviderIds.map((id) => shippedProvider(id)?.name)

  test.each([1, 2, 3, 5, 50])(
    'listProviders with pages of %s lists each provider once, the built-in ones first and the others by name',
    async (limit) => {
      await create({ name: 'beta' })
      await create({ name: 'Alpha' })
      const pages = await names(limit)
      expect(pages.flat()).toEqual([...builtIn, 'Alpha', 'beta'])
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit)
    },
  )

  test('listProviders lists a changed built-in provider once, under its new name', async () => {
    await changeProvider(services, change('microsoft'), { name: 'Zeta' })
    expect((await names(50)).flat()).toEqual(['Zeta', ...builtIn.slice(1)])
  })
})

const trail = async () => (await new AuditReader(tables.table('audit')).list({ limit: 100 })).entries

test('the audit trail records every change of a provider, and a reset as a change', async () => {
  const { providerId } = await create()
  await changeProvider(services, change(providerId), { name: 'New' })
  await deleteProvider(services, change(providerId))
  await changeProvider(services, change('google'), { name: 'Ours' })
  await deleteProvider(services, change('google'))
  const entries = (await trail()).map(({ action, subject, name, version, outcome }) => [
    action,
    subject,
    name,
    version,
    outcome,
  ])
  expect(entries.toSorted()).toEqual(
    [
      ['create', '/oauth2/providers/id-1', 'Own login', 1, 'made'],
      ['change', '/oauth2/providers/id-1', 'New', 2, 'made'],
      ['delete', '/oauth2/providers/id-1', 'New', 2, 'made'],
      ['change', '/oauth2/providers/google', 'Ours', 2, 'made'],
      ['change', '/oauth2/providers/google', 'Google Workspace and Gmail', 3, 'made'],
    ].toSorted(),
  )
})
