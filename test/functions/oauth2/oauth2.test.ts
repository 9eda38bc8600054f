import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { ProfileStore } from '../../../lib/oauth2/profiles/profile-store.ts'
import { builtInProviderIds, shippedProvider } from '../../../lib/oauth2/providers/built-in-providers.ts'
import { SecretsManagerSecretStore } from '../../../lib/secrets/secrets-manager-secret-store.ts'
import { account } from '../../support/account-rows.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'
import { profileInput, providerInput } from '../../support/oauth2-setup.ts'
import { startSecrets, type TestSecrets, testDeployment, testSecretPrefix } from '../../support/secrets.ts'

let tables: TestTables
let secrets: TestSecrets
let handler: HttpHandler
beforeAll(async () => {
  ;[tables, secrets] = await Promise.all([startTables(), startSecrets()])
  const more = {
    ...secrets.environment,
    SECRET_NAME_PREFIX: testSecretPrefix,
    DEPLOYMENT_ID: testDeployment,
    PUBLIC_URL: 'http://127.0.0.1:4000',
    ALLOW_CLEAR_TEXT_ON_LOOPBACK: 'true',
  }
  Object.assign(process.env, await functionEnvironment(tables, more))
  handler = (await import('../../../functions/oauth2/index.ts')).handler
})
afterAll(async () => {
  await Promise.all([tables.stop(), secrets.stop()])
})
beforeEach(() => tables.clear())

const call = async (method: string, path: string, more: Partial<RequestSketch> = {}) =>
  await callHttp(handler, { method, path, ...more })
const ifMatch = (version: string) => ({ headers: { 'if-match': version } })

describe('OAuth2 providers over HTTP', () => {
  test('OAuth2 providers can be created, read, listed, replaced, patched and deleted over HTTP, each with its version', async () => {
    const made = await call('POST', '/oauth2/providers', { body: providerInput() })
    const path = `/oauth2/providers/${made.body.providerId}`
    expect(made).toMatchObject({ status: 201, headers: { etag: '"1"', location: path }, body: { builtIn: false } })
    expect(await call('GET', path)).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: made.body })
    const put = await call('PUT', path, { body: providerInput({ name: 'New' }), ...ifMatch('"1"') })
    expect(put).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { name: 'New' } })
    const patched = await call('PATCH', path, { body: { clientAuthentication: 'header' }, ...ifMatch('*') })
    expect(patched).toMatchObject({ status: 200, headers: { etag: '"3"' }, body: { clientAuthentication: 'header' } })
    const listed = await call('GET', '/oauth2/providers')
    expect(listed.body.items.map(({ providerId }: { providerId: string }) => providerId)).toEqual([
      ...builtInProviderIds,
      made.body.providerId,
    ])
    expect((await call('DELETE', path, ifMatch('"2"'))).status).toBe(412)
    expect(await call('DELETE', path, ifMatch('"3"'))).toMatchObject({ status: 204, body: undefined })
    expect((await call('GET', path)).status).toBe(404)
  })

  test('a built-in OAuth2 provider can be changed and reset over HTTP, and always exists', async () => {
    const path = '/oauth2/providers/google'
    const patched = await call('PATCH', path, { body: { name: 'Ours' }, ...ifMatch('"1"') })
    expect(patched).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { changedFields: ['name'] } })
    expect((await call('DELETE', path, ifMatch('"2"'))).status).toBe(204)
    expect(await call('GET', path)).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: { changedFields: [] },
    })
  })

  test('the list of OAuth2 providers continues at its token, and rejects a forged token as a wrong field', async () => {
    for (const name of ['a', 'b']) await call('POST', '/oauth2/providers', { body: providerInput({ name }) })
    const names: string[] = []
    let next: string | undefined
    do {
      const { body } = await call('GET', '/oauth2/providers', { query: { limit: '1', ...(next && { next }) } })
      names.push(...body.items.map(({ name }: { name: string }) => name))
      next = body.next
    } while (next)
    expect(names).toEqual([...builtInProviderIds.map((id) => shippedProvider(id)?.name), 'a', 'b'])
    for (const made of [{ builtIn: builtInProviderIds.length + 1 }, { builtIn: 0 }, { key: 'x' }, 'x']) {
      const token = Buffer.from(JSON.stringify(made)).toString('base64url')
      expect((await call('GET', '/oauth2/providers', { query: { next: token } })).body.errors).toMatchObject([
        { path: 'next' },
      ])
    }
  })
})

describe('OAuth2 profiles over HTTP', () => {
  test('OAuth2 profiles can be created, read, listed, replaced, patched and deleted over HTTP, and no response contains the secret', async () => {
    const made = await call('POST', '/oauth2/profiles', { body: profileInput({ clientSecret: 'hunter2-one' }) })
    const { profileId } = made.body
    const path = `/oauth2/profiles/${profileId}`
    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: path },
      body: { hasClientSecret: true },
    })
    const read = await call('GET', path)
    expect(read).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: made.body })
    const { clientSecret: _, ...rest } = profileInput({ name: 'Renamed' })
    const put = await call('PUT', path, { body: rest, ...ifMatch('"1"') })
    expect(put).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { name: 'Renamed' } })
    const patched = await call('PATCH', path, { body: { clientSecret: 'hunter2-two' }, ...ifMatch('"2"') })
    expect(patched).toMatchObject({ status: 200, headers: { etag: '"3"' } })
    const listed = await call('GET', '/oauth2/profiles')
    expect(listed.body.items).toEqual([patched.body])

    const row = await new ProfileStore(tables.table('oauth2')).read(profileId)
    const store = new SecretsManagerSecretStore(secrets.client, 'profile', {
      prefix: testSecretPrefix,
      deployment: testDeployment,
    })
    expect(await store.read(profileId, row?.secretVersion ?? '')).toBe('hunter2-two')
    for (const seen of [made, read, put, patched, listed, row]) expect(JSON.stringify(seen)).not.toContain('hunter2')

    expect((await call('DELETE', path, ifMatch('"3"'))).status).toBe(204)
    expect((await call('GET', path)).status).toBe(404)
    expect(await store.read(profileId, row?.secretVersion ?? '')).toBeUndefined()
  })

  test('the list of OAuth2 profiles contains the redirect URI before a profile exists, locally with a host that providers accept', async () => {
    const redirectUri = 'http://localhost:4000/oauth2/callback'
    expect((await call('GET', '/oauth2/profiles')).body).toEqual({ items: [], redirectUri })
    const made = await call('POST', '/oauth2/profiles', { body: profileInput() })
    expect(made.body.redirectUri).toBe(redirectUri)
  })

  test('OAuth2 profiles and providers report different codes for different conflicts', async () => {
    const provider = await call('POST', '/oauth2/providers', { body: providerInput() })
    const { providerId } = provider.body
    const made = await call('POST', '/oauth2/profiles', { body: profileInput({ providerId, tenant: undefined }) })
    const taken = await call('POST', '/oauth2/profiles', { body: profileInput({ name: 'DESK' }) })
    expect(taken).toMatchObject({ status: 409, body: { code: 'name-taken' } })
    const inUse = await call('DELETE', `/oauth2/providers/${providerId}`, ifMatch('*'))
    expect(inUse).toMatchObject({
      status: 409,
      body: { code: 'provider-in-use', detail: expect.stringMatching(/Desk/) },
    })
    const { profileId } = made.body
    await new AccountStore(tables.table('accounts')).create(
      account({ credential: { method: 'oauth2', profileId }, username: 'support@example.com' }),
    )
    const used = await call('DELETE', `/oauth2/profiles/${profileId}`, ifMatch('*'))
    expect(used).toMatchObject({
      status: 409,
      body: { code: 'profile-in-use', detail: expect.stringMatching(/support@example\.com at /) },
    })
  })

  test('an OAuth2 provider on this machine may omit TLS if the deployment allows it', async () => {
    const local = providerInput({ tokenEndpoint: 'http://localhost:4001/token' })
    expect((await call('POST', '/oauth2/providers', { body: local })).status).toBe(201)
  })
})

test('a change of an OAuth2 profile or provider without If-Match is rejected with 428', async () => {
  const { body } = await call('POST', '/oauth2/profiles', { body: profileInput() })
  for (const [path, whole] of [
    [`/oauth2/profiles/${body.profileId}`, profileInput()],
    ['/oauth2/providers/google', { name: 'x' }],
  ] as const)
    for (const [method, sent] of [
      ['PUT', whole],
      ['PATCH', { name: 'x' }],
      ['DELETE', undefined],
    ] as const)
      expect(await call(method, path, { body: sent })).toMatchObject({
        status: 428,
        body: { code: 'version-required' },
      })
})

test('OAuth2 profiles and providers can be read by readers and changed only by admins, and every request needs a token', async () => {
  const made = await call('POST', '/oauth2/profiles', { body: profileInput() })
  const profile = `/oauth2/profiles/${made.body.profileId}`
  const claims = readerClaims
  for (const path of ['/oauth2/providers', '/oauth2/providers/google', '/oauth2/profiles', profile]) {
    expect((await call('GET', path, { claims })).status).toBe(200)
    expect((await call('GET', path, { claims: null })).status).toBe(401)
  }
  const headers = { 'if-match': '*' }
  const writes: [string, string, object?][] = [
    ['POST', '/oauth2/providers', providerInput()],
    ['PUT', '/oauth2/providers/google', {}],
    ['PATCH', '/oauth2/providers/google', {}],
    ['DELETE', '/oauth2/providers/google'],
    ['POST', '/oauth2/profiles', profileInput()],
    ['PUT', profile, profileInput()],
    ['PATCH', profile, {}],
    ['DELETE', profile],
  ]
  for (const [method, path, body] of writes)
    expect((await call(method, path, { body, claims, headers })).body).toMatchObject({
      status: 403,
      code: 'role-missing',
    })
})
