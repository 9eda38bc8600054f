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

describe('the OAuth2 server of the tests', () => {
  it('gives a user who consents tokens that name the mailbox', async () => {
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

  it('sends the browser back with access_denied when the user says no', async () => {
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
    // Without PKCE nothing is even asked.
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
    const refused = await new HttpBrowser({ stopBefore }).open(url.href)
    expect(new URL(refused.url).searchParams.get('error')).toBe('invalid_request')
    url.searchParams.set('redirect_uri', 'http://127.0.0.1:1/elsewhere')
    expect(await new HttpBrowser({ stopBefore }).open(url.href)).toMatchObject({ status: 400 })
  })

  it('gives refresh tokens as the policy says', async () => {
    await using server = await startOAuth2Server()
    const scopes = ['openid', 'mail.imap']
    expect((await tokensByCodeFlow(server, desk, { scopes })).refreshToken).toBeUndefined()
    expect((await tokensByCodeFlow(server, desk)).refreshToken).toBeDefined()
    server.policy.refreshTokens = 'always'
    expect((await tokensByCodeFlow(server, desk, { scopes })).refreshToken).toBeDefined()
    server.policy.refreshTokens = 'never'
    expect((await tokensByCodeFlow(server, desk)).refreshToken).toBeUndefined()
  })

  it('repeats, rotates or leaves out the refresh token, and takes a rotated one for theft', async () => {
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

  it('ends tokens after their time, by revocation, and all of a user at once', async () => {
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

  it('gives an application tokens of its own', async () => {
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

  it('gives tokens that can be read, where told so, with the claims of the user', async () => {
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

  it('speaks https with the certificates of the mail servers', async () => {
    const authority = await createCertificates()
    await using server = await startOAuth2Server({ authority })
    expect(server.issuer).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await tokensByCodeFlow(server, desk, { caPem: authority.caPem })).toHaveProperty('accessToken')
    await expect(tokensByCodeFlow(server, desk)).rejects.toThrow(/certificate/)
  })

  it('refuses a wrong password and somebody else’s page', async () => {
    await using server = await startOAuth2Server()
    await expect(tokensByCodeFlow(server, { ...desk, password: 'wrong' })).rejects.toThrow('The login failed')
    expect(await new HttpBrowser().open(`${server.issuer}/interaction/unknown`)).toMatchObject({ status: 400 })
  })
})
