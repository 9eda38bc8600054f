import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuthorizationServers } from '../../../../lib/oauth2/authorization/authorization-servers.ts'
import type { Profile } from '../../../../lib/oauth2/profiles/profile.ts'
import type { Provider } from '../../../../lib/oauth2/providers/provider.ts'
import { revokeGrant } from '../../../../lib/oauth2/tokens/revoke-grant.ts'
import { exchange } from '../../../oauth2-server/browser/exchange.ts'
import { tokensByCodeFlow } from '../../../oauth2-server/code-flow.ts'
import { defaultUsers } from '../../../oauth2-server/options.ts'
import { type OAuth2Server, startOAuth2Server } from '../../../oauth2-server/server.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { tokenWorld } from '../../../support/token-world.ts'

let tables: TestTables
let server: OAuth2Server
beforeAll(async () => {
  ;[tables, server] = await Promise.all([startTables(), startOAuth2Server()])
})
afterAll(async () => {
  await Promise.all([tables.stop(), server.stop()])
})

const [desk = { email: '', password: '' }] = defaultUsers

/** A consent at a certified server by a client without a secret, stored as the callback stores it. */
const consented = async () => {
  const { authorization: authorizationEndpoint, token: tokenEndpoint, revocation } = server.endpoints
  const profile = { clientId: server.clients.public.clientId, secretVersion: undefined }
  const world = tokenWorld(tables, { endpoints: { authorizationEndpoint, tokenEndpoint }, profile })
  const tokens = await tokensByCodeFlow(server, desk)
  const { accessToken, refreshToken = '' } = tokens
  await world.consent({ accessToken, refreshToken, expiresIn: 3600 })
  const grant = await world.grant()
  if (!grant) throw new Error('No grant was stored')
  if (world.state.provider) world.state.provider = { ...world.state.provider, revocationEndpoint: revocation }
  const revoke = (change: { provider?: Partial<Provider> | null; profile?: Partial<Profile> | null } = {}) => {
    const { provider, profile } = world.state
    if (!provider || !profile) throw new Error('The setup is incomplete')
    return revokeGrant({
      profiles: { read: async () => (change.profile === null ? undefined : { ...profile, ...change.profile }) },
      providers: { read: async () => (change.provider === null ? undefined : { ...provider, ...change.provider }) },
      secrets: { read: async () => undefined },
      cipher: world.services.cipher,
      servers: new AuthorizationServers({ allowPrivateAddresses: true, allowClearTextOnLoopback: true }),
    })
  }
  return { grant, revoke, accessToken, refreshToken, keys: world.state.keys }
}

const post = async (url: string, fields: Record<string, string>, authorization?: string) => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(authorization && { authorization }) }
  const body = new URLSearchParams(fields).toString()
  return JSON.parse((await exchange({ method: 'POST', url: new URL(url), headers, body })).body)
}
const isActive = async (token: string): Promise<boolean> => {
  const { clientId, clientSecret } = server.clients.mailServer
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  return (await post(server.endpoints.introspection, { token }, basic)).active
}
const refresh = (refresh_token: string) => {
  const client_id = server.clients.public.clientId
  return post(server.endpoints.token, { grant_type: 'refresh_token', client_id, refresh_token })
}

describe('revokeGrant', () => {
  it('revokeGrant revokes the refresh token and its access token at a certified server, and can be repeated', async () => {
    const { grant, revoke, accessToken, refreshToken } = await consented()
    expect(await isActive(accessToken)).toBe(true)
    expect(await revoke()(grant)).toEqual({ outcome: 'revoked' })
    expect(await isActive(accessToken)).toBe(false)
    expect(await refresh(refreshToken)).toMatchObject({ error: 'invalid_grant' })
    expect(await revoke()(grant)).toEqual({ outcome: 'revoked' })
  })

  it('revokeGrant leaves no data key in memory', async () => {
    const { grant, revoke, keys } = await consented()
    await revoke()(grant)
    expect(keys.handedOut.every((key) => key.every((byte) => byte === 0))).toBe(true)
  })

  it.each([
    ['the provider does not support revocation', { provider: { revocationEndpoint: undefined } }, {}],
    ['the row no longer contains tokens', {}, { sealed: undefined }],
  ])('revokeGrant sends no request if %s', async (_, change, row) => {
    const { grant, revoke, accessToken } = await consented()
    expect(await revoke(change)({ ...grant, ...row })).toEqual({ outcome: 'not-offered' })
    expect(await isActive(accessToken)).toBe(true)
  })

  it.each([
    ['profile-missing', { profile: null }],
    ['provider-missing', { provider: null }],
    ['client-changed', { profile: { grantEpoch: 2 } }],
    ['client-secret-missing', { profile: { secretVersion: 'gone' } }],
    ['provider-unreachable', { provider: { revocationEndpoint: 'http://localhost:1/revoke' } }],
    ['endpoint-not-allowed', { provider: { revocationEndpoint: 'http://login.example.org/revoke' } }],
    ['client-secret-rejected', { profile: { clientId: 'nobody' } }],
  ])('revokeGrant reports why a token could not be revoked: %s', async (code, change) => {
    const { grant, revoke, accessToken } = await consented()
    expect(await revoke(change)(grant)).toMatchObject({ outcome: 'failed', finding: { code } })
    expect(await isActive(accessToken)).toBe(true)
  })

  it('revokeGrant cannot open another account’s tokens', async () => {
    const { grant, revoke } = await consented()
    expect(await revoke()({ ...grant, grantKey: 'account#another' })).toMatchObject({ outcome: 'failed' })
  })
})
