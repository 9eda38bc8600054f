import { describe, expect, it } from 'vitest'
import { html, json, raw, refusal, reset, rotating, silent, tokens } from '../../../oauth2-server/scripted-answers.ts'
import { clientFor, never, refusalOf, scripted, secrets, servers } from './asking.ts'

describe('authorizationUrl', () => {
  const server = { authorizationEndpoint: 'https://idp.example/t/authorize?p=policy#top', tokenEndpoint: '' }
  const request = {
    redirectUri: 'https://api.example/oauth2/callback',
    state: 'a state',
    codeChallenge: 'challenge',
    loginHint: 'desk@example.com',
    parameters: { access_type: 'offline', prompt: 'consent' },
  }
  const parametersOf = (address: string) => Object.fromEntries(new URL(address).searchParams)

  it('authorizationUrl contains the parameters of RFC 6749 and RFC 7636 and the provider’s own, and no secret', () => {
    const address = servers().authorizationUrl(clientFor(server), request)
    expect(address).toMatch(/^https:\/\/idp\.example\/t\/authorize\?/)
    expect(address).not.toContain('#')
    expect(parametersOf(address)).toEqual({
      p: 'policy',
      response_type: 'code',
      client_id: 'postmaster',
      redirect_uri: request.redirectUri,
      state: 'a state',
      scope: 'mail.imap offline_access',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      login_hint: 'desk@example.com',
      access_type: 'offline',
      prompt: 'consent',
    })
  })

  it('authorizationUrl does not let a provider’s parameters replace ours', () => {
    const parameters = {
      client_id: 'another',
      response_type: 'token',
      redirect_uri: 'https://elsewhere.example',
      state: 'known',
      scope: 'everything',
      code_challenge_method: 'plain',
    }
    const address = servers().authorizationUrl(clientFor(server), { ...request, loginHint: undefined, parameters })
    expect(parametersOf(address)).toMatchObject({
      client_id: 'postmaster',
      response_type: 'code',
      redirect_uri: request.redirectUri,
      state: 'a state',
      scope: 'mail.imap offline_access',
      code_challenge_method: 'S256',
    })
    expect(address).not.toContain('login_hint')
  })

  it('authorizationUrl keeps the host of a path with two slashes', () => {
    const client = clientFor({ ...server, authorizationEndpoint: 'https://idp.example//elsewhere.example/authorize' })
    expect(new URL(servers().authorizationUrl(client, request)).host).toBe('idp.example')
  })

  it.each(['javascript:alert(1)', 'http://idp.example/authorize', 'https://u:p@idp.example/', 'nonsense', ''])(
    'authorizationUrl rejects the endpoint %j',
    async (authorizationEndpoint) => {
      const client = clientFor({ ...server, authorizationEndpoint })
      const { kind } = await refusalOf(() => servers().authorizationUrl(client, request))
      expect(kind).toBe('unreachable')
    },
  )
})

describe('revoke', () => {
  const revocable = (server: Awaited<ReturnType<typeof scripted>>, change = {}) =>
    clientFor(server, { revocationEndpoint: `${server.url}/revoke?v=1`, ...change })

  it('revoke sends the refresh token with the client’s authentication, as RFC 7009 requires', async () => {
    const server = await scripted()
    server.next.push(raw(''))
    await servers().revoke(revocable(server), secrets.refreshToken, never)
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/revoke?v=1' }])
    expect(server.requests[0]?.parameters).toEqual({
      token: secrets.refreshToken,
      token_type_hint: 'refresh_token',
      client_id: 'postmaster',
      client_secret: secrets.clientSecret,
    })
    server.next.push(json({}))
    await servers().revoke(revocable(server, { clientAuthentication: 'header' }), secrets.refreshToken, never)
    expect(server.requests[1]?.headers.authorization).toMatch(/^Basic /)
    expect(server.requests[1]?.parameters).not.toHaveProperty('client_secret')
  })

  it.each([
    ['an empty body', raw('')],
    ['an object', json({})],
    ['text', raw('OK', 200, { 'content-type': 'text/plain' })],
    ['a page', html(200)],
  ])('revoke succeeds if the server returns 200 with %s', async (_, answer) => {
    const server = await scripted()
    server.next.push(answer)
    await servers().revoke(revocable(server), secrets.refreshToken, never)
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    [
      'refuses it',
      refusal('unsupported_token_type', 'Not here.'),
      { kind: 'refused', error: 'unsupported_token_type' },
    ],
    [
      'rejects the client',
      refusal('invalid_client', secrets.clientSecret, 401),
      { kind: 'refused', error: 'invalid_client' },
    ],
    ['redirects it', raw('', 302, { location: 'https://evil.example/' }), { kind: 'misbehaved', error: 'redirected' }],
    ['is overloaded', raw('', 503), { status: 503 }],
    ['cuts it off', reset, { kind: 'unreachable' }],
  ])('revoke fails if the server %s', async (_, answer, refused) => {
    const server = await scripted()
    server.next.push(answer)
    expect(await refusalOf(servers().revoke(revocable(server), secrets.refreshToken, never))).toMatchObject(refused)
    expect(server.requests).toHaveLength(1)
  })

  it('revoke connects only to allowed addresses, and does not exceed its time limit', async () => {
    const server = await scripted()
    server.otherwise = silent
    const closed = { allowPrivateAddresses: false, allowClearTextOnLoopback: true }
    const revoke = servers({ rules: closed }).revoke(revocable(server), secrets.refreshToken, never)
    expect(await refusalOf(revoke)).toMatchObject({ error: 'address-not-allowed' })
    expect(server.requests).toEqual([])
    const slow = servers({ time: 200 }).revoke(revocable(server), secrets.refreshToken, never)
    expect(await refusalOf(slow)).toMatchObject({ error: 'no-answer-in-time' })
  })
})

describe('token requests', () => {
  it('exchangeCode sends the code with the verifier and the same redirect URI', async () => {
    const server = await scripted()
    const grant = { code: secrets.code, redirectUri: 'https://api.example/cb', codeVerifier: secrets.codeVerifier }
    const answer = await servers().exchangeCode(clientFor(server), grant, never)
    expect(answer).toEqual({ accessToken: 'access-1', refreshToken: 'refresh-1', expiresIn: 3600 })
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/token' }])
    expect(server.requests[0]?.parameters).toEqual({
      grant_type: 'authorization_code',
      code: secrets.code,
      redirect_uri: 'https://api.example/cb',
      code_verifier: secrets.codeVerifier,
      client_id: 'postmaster',
      client_secret: secrets.clientSecret,
      scope: 'mail.imap offline_access',
    })
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'accept-encoding': 'identity',
    })
  })

  it('refresh sends the scopes, and returns a refresh token only if it was rotated', async () => {
    const server = await scripted()
    server.otherwise = rotating(secrets.refreshToken)
    const client = clientFor(server)
    const first = await servers().refresh(client, secrets.refreshToken, never)
    expect(first.refreshToken).toBe('refresh-1')
    server.otherwise = tokens({ refresh_token: undefined })
    const second = await servers().refresh(client, 'refresh-1', never)
    expect(second).toEqual({ accessToken: 'access-2', expiresIn: 3600 })
    expect(server.requests[1]?.parameters).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
      scope: 'mail.imap offline_access',
    })
  })

  it('refresh repeats the request without scopes if fewer scopes were consented to', async () => {
    const server = await scripted()
    server.next.push(refusal('invalid_scope', 'refresh token missing requested scope'))
    expect(await servers().refresh(clientFor(server), secrets.refreshToken, never)).toMatchObject({
      accessToken: 'access-2',
    })
    const [, second] = server.requests
    expect(second?.parameters).toMatchObject({ refresh_token: secrets.refreshToken })
    expect(second?.parameters).not.toHaveProperty('scope')
  })

  it.each([
    "AADSTS65001: The user or administrator has not consented to use the application with ID 'x' named 'y'.",
    'AADSTS70000: The request was denied because one or more scopes requested are unauthorized or expired.',
  ])(
    'refresh repeats the request without scopes if Microsoft reports that as a missing consent: %s',
    async (detail) => {
      const server = await scripted()
      server.next.push(refusal('invalid_grant', detail))
      expect(await servers().refresh(clientFor(server), secrets.refreshToken, never)).toMatchObject({
        accessToken: 'access-2',
      })
      server.next.push(refusal('invalid_grant', detail), refusal('invalid_grant', detail))
      const refused = await refusalOf(servers().refresh(clientFor(server), secrets.refreshToken, never))
      expect(refused).toMatchObject({ error: 'invalid_grant', description: detail })
      server.next.push(refusal('invalid_grant', detail), json({ error: 'server_error' }, 503))
      const troubled = await refusalOf(servers().refresh(clientFor(server), secrets.refreshToken, never))
      expect(troubled).toMatchObject({ error: 'server_error' })
      expect(server.requests).toHaveLength(6)
    },
  )

  it.each([
    ['invalid_grant', 'invalid_grant'],
    ['invalid_request', 'invalid_scope'],
  ])(
    'refresh reports a revoked consent after the repeated request, and otherwise the scopes (%s: %s)',
    async (answered, told) => {
      const server = await scripted()
      server.next.push(refusal('invalid_scope'), refusal(answered))
      const refused = await refusalOf(servers().refresh(clientFor(server), secrets.refreshToken, never))
      expect(refused).toMatchObject({ kind: 'refused', error: told })
      expect(server.requests).toHaveLength(2)
    },
  )

  it('refresh does not repeat the request if no scopes were sent or the error is not about scopes', async () => {
    const server = await scripted()
    server.next.push(refusal('invalid_scope'), refusal('invalid_grant'))
    await refusalOf(servers().refresh(clientFor(server, { scopes: [] }), secrets.refreshToken, never))
    await refusalOf(servers().refresh(clientFor(server), secrets.refreshToken, never))
    expect(server.requests).toHaveLength(2)
  })

  it('clientCredentials sends the client’s own credentials', async () => {
    const server = await scripted()
    const answer = await servers().clientCredentials(clientFor(server, { scopes: ['mail/.default'] }), never)
    expect(answer.accessToken).toBe('access-1')
    expect(server.requests[0]?.parameters).toEqual({
      grant_type: 'client_credentials',
      scope: 'mail/.default',
      client_id: 'postmaster',
      client_secret: secrets.clientSecret,
    })
  })

  it('refresh omits the scope parameter if there are no scopes', async () => {
    const server = await scripted()
    await servers().refresh(clientFor(server, { scopes: [] }), 'refresh', never)
    expect(server.requests[0]?.parameters).not.toHaveProperty('scope')
  })

  it('refresh sends id and secret in the header if the provider requires it, encoded according to RFC 6749 section 2.3.1', async () => {
    const server = await scripted()
    const client = clientFor(server, { clientAuthentication: 'header', clientSecret: 'a b~c:+/=%' })
    await servers().refresh(client, 'refresh', never)
    const [request] = server.requests
    const [scheme, credentials = ''] = request?.headers.authorization?.split(' ') ?? []
    expect(scheme).toBe('Basic')
    expect(Buffer.from(credentials, 'base64').toString()).toBe('postmaster:a+b~c%3A%2B%2F%3D%25')
    expect(request?.parameters).not.toHaveProperty('client_id')
    expect(request?.parameters).not.toHaveProperty('client_secret')
  })

  it.each(['body', 'header'] as const)(
    'refresh sends only the client id for a public client (%s)',
    async (clientAuthentication) => {
      const server = await scripted()
      const client = clientFor(server, { clientSecret: undefined, clientAuthentication })
      await servers().refresh(client, 'refresh', never)
      const [request] = server.requests
      expect(request?.headers).not.toHaveProperty('authorization')
      expect(request?.parameters).toEqual({
        grant_type: 'refresh_token',
        refresh_token: 'refresh',
        scope: 'mail.imap offline_access',
        client_id: 'postmaster',
      })
    },
  )

  it('refresh keeps the token endpoint’s path and query', async () => {
    const server = await scripted()
    const tokenEndpoint = `${server.url}//tenant/token?p=policy#top`
    await servers().refresh(clientFor({ ...server, tokenEndpoint }), 'refresh', never)
    expect(server.requests[0]?.path).toBe('//tenant/token?p=policy')
  })

  it('refresh sends special characters in a secret unchanged', async () => {
    const server = await scripted()
    const clientSecret = 'Ab8~Q.1-_ %+&=/?#"\\\''
    await servers().refresh(clientFor(server, { clientSecret }), 'refresh', never)
    expect(server.requests[0]?.parameters.client_secret).toBe(clientSecret)
  })

  it.each(['sécret-in-no-error', 'line\nbreak-in-no-error'])(
    'refresh sends nothing with a secret like %j',
    async (clientSecret) => {
      const server = await scripted()
      const refusal = await refusalOf(servers().refresh(clientFor(server, { clientSecret }), 'refresh', never))
      expect(refusal).toMatchObject({ kind: 'refused', error: 'invalid_client' })
      expect(JSON.stringify(refusal)).not.toContain('in-no-error')
      expect(server.requests).toEqual([])
    },
  )

  it('20 simultaneous refreshes use separate connections, which are closed afterwards', async () => {
    const server = await scripted()
    const asked = Array.from({ length: 20 }, (_, at) => servers().refresh(clientFor(server), `refresh-${at}`, never))
    const answers = await Promise.all(asked)
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(20)
    await expect.poll(() => server.openConnections).toBe(0)
  })
})
