import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Issuer, type PageClient } from '../../../lib/session/issuer.ts'
import { tokenOf } from '../../support/http-event.ts'

interface Scripted {
  readonly status: number
  readonly body: unknown
}

/** An issuer whose answers the test sets, by path. */
const answers = new Map<string, Scripted>()
let asked: string[] = []
let issuerUrl: string
const server = createServer((request, response) => {
  const path = (request.url ?? '').split('?')[0] ?? ''
  asked.push(path)
  const { status, body } = answers.get(path) ?? { status: 404, body: {} }
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
})

const metadataPath = '/.well-known/openid-configuration'
const metadata = (more: object = {}) => ({
  issuer: `${issuerUrl}/`,
  authorization_endpoint: `${issuerUrl}/authorize`,
  token_endpoint: `${issuerUrl}/token`,
  ...more,
})
const tokens = (more: object = {}) => ({
  token_type: 'Bearer',
  access_token: tokenOf({ exp: 2_000_000_000 }),
  expires_in: 600,
  ...more,
})
const issuer = (client: Partial<PageClient> = {}) =>
  new Issuer({
    issuer: issuerUrl,
    clientId: 'page',
    token: 'access',
    redirectUri: 'https://postmaster.example.com/admin/session/callback',
    signedOutUri: 'https://postmaster.example.com/admin/session/signed-out',
    ...client,
  })

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked = []
  answers.clear()
  answers.set(metadataPath, { status: 200, body: metadata() })
  answers.set('/token', { status: 200, body: tokens() })
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

const scopeAt = async (one: Issuer) => new URL((await one.signInAddress(undefined)).url).searchParams.get('scope')

describe('the issuer of the admin page', () => {
  it('the page requests the email address and refresh tokens if the issuer supports these scopes', async () => {
    expect(await scopeAt(issuer())).toBe('openid')
    answers.set(metadataPath, {
      status: 200,
      body: metadata({ scopes_supported: ['openid', 'offline_access', 'email', 'phone'] }),
    })
    expect(await scopeAt(issuer())).toBe('openid email offline_access')
    expect(await scopeAt(issuer({ scope: 'openid api://postmaster/use' }))).toBe('openid api://postmaster/use')
  })

  it('the hint of a sign-in is passed to the issuer', async () => {
    const { url } = await issuer().signInAddress('desk@example.com')
    expect(new URL(url).searchParams.get('login_hint')).toBe('desk@example.com')
  })

  it('the metadata of the issuer is read once, but again after a failure', async () => {
    const one = issuer()
    answers.set(metadataPath, { status: 503, body: {} })
    await expect(one.signInAddress(undefined)).rejects.toMatchObject({ failure: 'unavailable' })
    answers.set(metadataPath, { status: 200, body: metadata() })
    for (let round = 0; round < 3; round += 1) await one.signInAddress(undefined)
    await one.refresh('token')
    expect(asked).toEqual([metadataPath, metadataPath, '/token'])
  })

  it.each([
    ['a used or revoked refresh token', 400, { error: 'invalid_grant' }, 'refused', 'invalid_grant'],
    ['an unknown client', 401, { error: 'invalid_client' }, 'misconfigured', 'invalid_client'],
    ['a client without refresh tokens', 400, { error: 'unauthorized_client' }, 'misconfigured', 'unauthorized_client'],
    ['too many requests', 429, { error: 'slow_down' }, 'unavailable', 'slow_down'],
    ['an outage', 400, { error: 'temporarily_unavailable' }, 'unavailable', 'temporarily_unavailable'],
    [
      'an outage in front of the issuer',
      502,
      '<html>Bad gateway</html>',
      'unavailable',
      'OAUTH_RESPONSE_IS_NOT_CONFORM',
    ],
    ['a web page', 200, '<html>Welcome</html>', 'misconfigured', 'OAUTH_RESPONSE_IS_NOT_JSON'],
    ['an opaque token', 200, tokens({ access_token: 'opaque' }), 'misconfigured', 'token-not-jwt'],
    ['a token without an end', 200, tokens({ access_token: tokenOf({}) }), 'misconfigured', 'token-not-jwt'],
    ['an error code that is a text', 400, { error: 'see your token abc' }, 'misconfigured', 'unknown'],
  ])(
    '%s at the issuer is recognised, and its error contains nothing else of the response',
    async (_, status, body, failure, code) => {
      answers.set('/token', { status, body })
      const error = await issuer()
        .refresh('a-refresh-token')
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'IssuerError', failure, code })
      expect(Object.keys(error as object).sort()).toEqual(['code', 'failure', 'name'])
    },
  )

  it('an issuer that does not return an ID token although the API needs one is recognised', async () => {
    await expect(issuer({ token: 'id' }).refresh('token')).rejects.toMatchObject({ code: 'id-token-missing' })
  })

  it('metadata of another issuer is not used', async () => {
    answers.set(metadataPath, { status: 200, body: metadata({ issuer: 'https://evil.example' }) })
    await expect(issuer().signInAddress(undefined)).rejects.toMatchObject({ failure: 'misconfigured' })
  })

  it('an issuer without TLS is used only on this machine', async () => {
    await expect(issuer({ issuer: 'http://192.0.2.1' }).signInAddress(undefined)).rejects.toMatchObject({
      failure: 'misconfigured',
      code: 'OAUTH_HTTP_REQUEST_FORBIDDEN',
    })
  })

  it('an issuer without a revocation endpoint is not asked to revoke', async () => {
    await issuer().revoke('token')
    expect(asked).toEqual([metadataPath])
  })

  it('the address that signs out at the issuer follows OpenID Connect, and is absent if the issuer has none', async () => {
    expect(await issuer().signOutAddress()).toBeUndefined()
    answers.set(metadataPath, { status: 200, body: metadata({ end_session_endpoint: `${issuerUrl}/logout` }) })
    const url = new URL((await issuer().signOutAddress()) ?? '')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'page',
      post_logout_redirect_uri: 'https://postmaster.example.com/admin/session/signed-out',
    })
  })
})
