import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createCertificates } from '../mail-server/certificates.ts'
import { consentInBrowser } from './browser/consent.ts'
import { exchange } from './browser/exchange.ts'
import { HttpBrowser } from './browser/http-browser.ts'
import { tokensByCodeFlow } from './code-flow.ts'
import { defaultUsers } from './options.ts'
import { type OAuth2Server, startOAuth2Server } from './server.ts'

const [desk = { email: '', password: '' }, other = { email: '', password: '' }] = defaultUsers

const post = async (
  url: string,
  fields: Record<string, string>,
  basic?: { clientId: string; clientSecret: string },
) => {
  const { status, body } = await exchange({
    method: 'POST',
    url: new URL(url),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic && {
        authorization: `Basic ${Buffer.from(`${basic.clientId}:${basic.clientSecret}`).toString('base64')}`,
      }),
    },
    body: new URLSearchParams(fields).toString(),
  })
  return { status, answer: body === '' ? {} : JSON.parse(body) }
}

const introspect = async (server: OAuth2Server, token: string) =>
  (await post(server.endpoints.introspection, { token }, server.clients.mailServer)).answer

const refresh = (server: OAuth2Server, refreshToken = '') =>
  post(server.endpoints.token, {
    grant_type: 'refresh_token',
    client_id: server.clients.public.clientId,
    refresh_token: refreshToken,
  })

const spoken = vi.spyOn(console, 'warn')
const informed = vi.spyOn(console, 'info')
afterEach(() => {
  expect([...spoken.mock.calls, ...informed.mock.calls]).toEqual([])
})

describe('the OAuth2 test server', () => {
  it('the OAuth2 test server issues tokens that name the mailbox of a user who consents', async () => {
    await using server = await startOAuth2Server()
    const tokens = await tokensByCodeFlow(server, desk)
    expect(tokens).toMatchObject({ expiresIn: 3600, scope: 'openid email offline_access mail.imap mail.pop3' })
    expect(await introspect(server, tokens.accessToken)).toMatchObject({
      active: true,
      username: desk.email,
      client_id: 'postmaster-cli',
    })
    const keys = createRemoteJWKSet(new URL(server.endpoints.jwks))
    const { payload } = await jwtVerify(tokens.idToken ?? '', keys, { issuer: server.issuer })
    expect(payload).toMatchObject({ email: desk.email, aud: 'postmaster-cli' })
    expect(payload.sub).not.toBe(desk.email)
    expect(server.tokensIssued).toMatchObject([{ grantType: 'authorization_code', user: desk.email }])
  })

  it('the OAuth2 test server redirects with access_denied if the user denies access', async () => {
    await using server = await startOAuth2Server({ redirectUris: ['http://127.0.0.1:1/back'] })
    const url = new URL(server.endpoints.authorization)
    url.search = new URLSearchParams({
      client_id: server.clients.confidential.clientId,
      redirect_uri: 'http://127.0.0.1:1/back',
      response_type: 'code',
      scope: 'mail.imap',
      state: 's',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }).toString()
    const stopBefore = ({ port }: URL) => port === '1'
    const page = await consentInBrowser(url.href, desk, { deny: true, stopBefore })
    expect(Object.fromEntries(new URL(page.url).searchParams)).toMatchObject({ error: 'access_denied', state: 's' })
    // Without PKCE, no consent page is shown.
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
    const refused = await new HttpBrowser({ stopBefore }).open(url.href)
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request')
    url.searchParams.set('redirect_uri', 'http://127.0.0.1:1/elsewhere')
    expect(await new HttpBrowser({ stopBefore }).open(url.href)).toMatchObject({ status: 400 })
  })

  it('the OAuth2 test server issues refresh tokens according to its policy', async () => {
    await using server = await startOAuth2Server()
    const scopes = ['openid', 'mail.imap']
    expect((await tokensByCodeFlow(server, desk, { scopes })).refreshToken).toBeUndefined()
    expect((await tokensByCodeFlow(server, desk)).refreshToken).toBeDefined()
    server.policy.refreshTokens = 'always'
    expect((await tokensByCodeFlow(server, desk, { scopes })).refreshToken).toBeDefined()
    server.policy.refreshTokens = 'never'
    expect((await tokensByCodeFlow(server, desk)).refreshToken).toBeUndefined()
  })

  it('the OAuth2 test server repeats, rotates or omits the refresh token, and detects reuse', async () => {
    await using server = await startOAuth2Server()
    const { refreshToken = '' } = await tokensByCodeFlow(server, desk)
    expect((await refresh(server, refreshToken)).answer).toMatchObject({ refresh_token: refreshToken })
    server.policy.onRefresh = 'omit'
    const { answer } = await refresh(server, refreshToken)
    expect(answer.access_token).toBeDefined()
    expect(answer).not.toHaveProperty('refresh_token')
    server.policy.onRefresh = 'rotate'
    const { answer: rotated } = await refresh(server, refreshToken)
    expect(rotated.refresh_token).not.toBe(refreshToken)
    expect(await refresh(server, refreshToken)).toMatchObject({ status: 400, answer: { error: 'invalid_grant' } })
    expect(await refresh(server, rotated.refresh_token)).toMatchObject({ answer: { error: 'invalid_grant' } })
    expect(server.tokenRequests.map(({ error }) => error)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'invalid_grant',
      'invalid_grant',
    ])
  })

  it('the OAuth2 test server invalidates tokens by expiry, by revocation, and for a user at once', async () => {
    await using server = await startOAuth2Server({ policy: { accessTokenSeconds: 1 } })
    const short = await tokensByCodeFlow(server, desk)
    await vi.waitFor(async () => expect(await introspect(server, short.accessToken)).toEqual({ active: false }), 10_000)
    server.policy.accessTokenSeconds = 60
    const first = await tokensByCodeFlow(server, desk)
    const client_id = server.clients.public.clientId
    await post(server.endpoints.revocation, { token: first.refreshToken ?? '', client_id })
    expect(await introspect(server, first.accessToken)).toEqual({ active: false })
    const [mine, theirs] = [await tokensByCodeFlow(server, desk), await tokensByCodeFlow(server, other)]
    expect(server.revokeGrants(desk.email)).toBeGreaterThan(0)
    expect(await introspect(server, mine.accessToken)).toEqual({ active: false })
    expect((await refresh(server, mine.refreshToken)).answer).toMatchObject({ error: 'invalid_grant' })
    expect(await introspect(server, theirs.accessToken)).toMatchObject({ active: true })
    expect(() => server.revokeGrants('nobody@example.com')).toThrow('nobody')
  })

  it('the OAuth2 test server issues app-only tokens', async () => {
    await using server = await startOAuth2Server({
      scopes: ['https://mail.example/.default'],
      applicationMailbox: 'a@b',
    })
    const { clientId: client_id, clientSecret: client_secret } = server.clients.application
    const ask = { grant_type: 'client_credentials', client_id, scope: 'https://mail.example/.default' }
    const { answer } = await post(server.endpoints.token, { ...ask, client_secret })
    expect(await introspect(server, answer.access_token)).toMatchObject({ username: 'a@b', scope: ask.scope })
    const wrong = await post(server.endpoints.token, { ...ask, client_secret: 'wrong' })
    expect(wrong).toMatchObject({ status: 401, answer: { error: 'invalid_client' } })
  })

  it('the OAuth2 test server issues readable tokens with the user’s claims if configured', async () => {
    const claims = { tid: 'tenant', groups: ['postmaster-admins'] }
    await using server = await startOAuth2Server({
      users: [{ ...desk, claims }],
      accessTokens: { jwtFor: 'https://mail.example' },
    })
    const tokens = await tokensByCodeFlow(server, desk)
    expect(decodeJwt(tokens.accessToken)).toMatchObject({
      aud: 'https://mail.example',
      scope: 'mail.imap mail.pop3',
      username: desk.email,
    })
    expect(decodeJwt(tokens.idToken ?? '')).toMatchObject(claims)
  })

  it('the OAuth2 test server supports https with the mail servers’ certificates', async () => {
    const authority = await createCertificates()
    await using server = await startOAuth2Server({ authority })
    expect(server.issuer).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await tokensByCodeFlow(server, desk, { caPem: authority.caPem })).toHaveProperty('accessToken')
    await expect(tokensByCodeFlow(server, desk)).rejects.toThrow(/certificate/)
  })

  it('the OAuth2 test server rejects a wrong password and an unknown sign-in page', async () => {
    await using server = await startOAuth2Server()
    await expect(tokensByCodeFlow(server, { ...desk, password: 'wrong' })).rejects.toThrow('The login failed')
    expect(await new HttpBrowser().open(`${server.issuer}/interaction/unknown`)).toMatchObject({ status: 400 })
  })
})
