import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { main } from '../../cli/main.ts'
import { runCli } from './run-cli.ts'
import { scriptedApi } from './scripted-api.ts'

const folder = mkdtempSync(join(tmpdir(), 'postmaster-login-'))
const tokenFile = join(folder, 'inner', 'token')
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => rmSync(join(folder, 'inner'), { recursive: true, force: true }))

const { privateKey } = await generateKeyPair('RS256')

interface IssuerOptions {
  readonly scopes?: readonly string[]
  readonly refuseRefresh?: boolean
  readonly withoutRefreshToken?: boolean
  readonly wrongNonce?: boolean
}

/** A minimal OpenID Connect issuer that validates the requests it receives. */
const startIssuer = async (options: IssuerOptions = {}) => {
  const grants: URLSearchParams[] = []
  let issuer = ''
  const asked = { challenge: '', nonce: '' }
  const server = createServer(async (request, response) => {
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.url === '/.well-known/openid-configuration')
      return json(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        scopes_supported: options.scopes ?? ['openid'],
        id_token_signing_alg_values_supported: ['RS256'],
      })
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const form = new URLSearchParams(text)
    grants.push(form)
    if (form.get('grant_type') === 'refresh_token')
      return options.refuseRefresh
        ? json(400, { error: 'invalid_grant' })
        : json(200, { access_token: `refreshed-${grants.length}`, token_type: 'Bearer', expires_in: 3600 })
    const proven = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (form.get('code') !== 'the-code' || proven !== asked.challenge) return json(400, { error: 'invalid_grant' })
    const idToken = await new SignJWT({ nonce: options.wrongNonce ? 'another' : asked.nonce })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(issuer)
      .setAudience('postmaster')
      .setSubject('jane')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
    return json(200, {
      access_token: 'first',
      token_type: 'Bearer',
      expires_in: 3600,
      id_token: idToken,
      ...(!options.withoutRefreshToken && { refresh_token: 'refresh-1' }),
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    grants,
    /** Stores the values that an issuer keeps between the authorization request and the token request. */
    remember: (url: URL) => {
      asked.challenge = url.searchParams.get('code_challenge') ?? ''
      asked.nonce = url.searchParams.get('nonce') ?? ''
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Issuer = Awaited<ReturnType<typeof startIssuer>>

type Browse = (authorize: URL, redirect: URL) => Promise<unknown>

const clientOf = ({ issuer }: Issuer): string[] => ['--issuer', issuer, '--client-id', 'postmaster']

const login = (issuer: Issuer, browse: Browse, ...more: string[]) =>
  runLogin(issuer, browse, '--token-file', tokenFile, ...clientOf(issuer), ...more)

/** Runs `postmaster login`. `browse` acts as the browser. */
const runLogin = async (
  issuer: Issuer,
  browse: Browse,
  ...more: string[]
): Promise<{ code: number; out: string; err: string }> => {
  let [out, err] = ['', '']
  let browsing: Promise<unknown> | undefined
  const code = await main(
    // Use any free port, because tests run in parallel.
    ['login', '--port', '0', ...more],
    {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
        const [found] = /http\S+authorize\S+/.exec(text) ?? []
        if (!found) return
        const authorize = new URL(found)
        issuer.remember(authorize)
        browsing = browse(authorize, new URL(authorize.searchParams.get('redirect_uri') ?? ''))
      },
    },
  )
  await browsing
  return { code, out, err }
}

/** Requests the redirect as a browser does. It uses 127.0.0.1 for `localhost`, as browsers do if IPv6 fails. */
const visit = async (redirect: URL, query: Record<string, string>): Promise<number> => {
  const url = new URL(redirect)
  url.hostname = '127.0.0.1'
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return (await fetch(url)).status
}
const comesBack = (authorize: URL, redirect: URL) =>
  visit(redirect, { code: 'the-code', state: authorize.searchParams.get('state') ?? '' })

const session = () => JSON.parse(readFileSync(`${tokenFile}.session`, 'utf8'))
const expire = () =>
  writeFileSync(`${tokenFile}.session`, JSON.stringify({ ...session(), expiresAt: Date.now() + 30_000 }))
const runsList = (url: string) =>
  main(['--url', url, '--token-file', tokenFile, 'runs', 'list'], { out: () => undefined, err: () => undefined })

describe('postmaster login', () => {
  it('login gets a token through the authorization code flow with PKCE and stores it for its owner only', async () => {
    await using issuer = await startIssuer({ scopes: ['openid', 'offline_access'] })
    let authorize = new URL('http://x')
    const { code, out, err } = await login(issuer, (url, redirect) => {
      authorize = url
      return comesBack(url, redirect)
    })
    expect(code, err).toBe(0)
    expect(Object.fromEntries(authorize.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'postmaster',
      scope: 'openid offline_access',
      code_challenge_method: 'S256',
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/callback$/),
    })
    expect(readFileSync(tokenFile, 'utf8')).toBe('first\n')
    for (const file of [tokenFile, `${tokenFile}.session`]) expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(session()).toMatchObject({ issuer: issuer.issuer, clientId: 'postmaster', refreshToken: 'refresh-1' })
    expect(`${out}${err}`).not.toMatch(/first|refresh-1/)
  })

  it('login ignores redirects with a wrong state and keeps waiting', async () => {
    await using issuer = await startIssuer()
    const seen: number[] = []
    const { code } = await login(issuer, async (authorize, redirect) => {
      seen.push(await visit(redirect, { code: 'the-code', state: 'a guess' }))
      seen.push(await visit(redirect, { code: 'the-code' }))
      seen.push(await comesBack(authorize, redirect))
    })
    expect(seen).toEqual([404, 404, 200])
    expect(code).toBe(0)
    expect(issuer.grants).toHaveLength(1)
  })

  it('login reports why it was rejected and stores nothing', async () => {
    await using issuer = await startIssuer({ wrongNonce: true })
    const denied = await login(issuer, (authorize, redirect) =>
      visit(redirect, { error: 'access_denied', state: authorize.searchParams.get('state') ?? '' }),
    )
    expect(denied).toMatchObject({ code: 3, err: expect.stringContaining('access_denied') })
    const wrongCode = await login(issuer, (authorize, redirect) =>
      visit(redirect, { code: 'other', state: authorize.searchParams.get('state') ?? '' }),
    )
    expect(wrongCode).toMatchObject({ code: 3, err: expect.stringContaining('invalid_grant') })
    expect((await login(issuer, comesBack)).code).toBe(3)
    expect(() => statSync(tokenFile)).toThrow()
  })

  it('login fails after its timeout, for an issuer without TLS, and for an unreachable issuer', async () => {
    await using issuer = await startIssuer()
    expect(await login(issuer, async () => undefined, '--timeout', '0')).toMatchObject({ code: 3 })
    const other = (address: string) => login({ ...issuer, issuer: address }, comesBack)
    expect((await other('http://login.example.com')).code).toBe(2)
    expect((await other('http://127.0.0.1:1')).code).toBe(3)
  })

  it('login --token id stores the id token', async () => {
    await using issuer = await startIssuer({ withoutRefreshToken: true })
    expect((await login(issuer, comesBack, '--token', 'id')).code).toBe(0)
    expect(readFileSync(tokenFile, 'utf8').split('.')).toHaveLength(3)
    expect(() => statSync(`${tokenFile}.session`)).toThrow()
  })
})

describe('postmaster login --url', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('login stores the address, so that later commands and a repeated login need no options', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'inner'))
    await using issuer = await startIssuer({ withoutRefreshToken: true })
    await using api = await scriptedApi(({ path }) => ({
      body: path === '/me' ? { name: 'jane', role: 'admin', deployment: 'Desk' } : { items: [] },
    }))
    const first = await runLogin(issuer, comesBack, '--url', api.url, ...clientOf(issuer))
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining(`Logged in to ${api.url} as jane (admin).`) })
    expect(await runCli('runs', 'list')).toMatchObject({ code: 0 })
    expect(await runLogin(issuer, comesBack)).toMatchObject({ code: 0 })
    expect(api.asked.map(({ path, authorization }) => `${path.split('?')[0]} ${authorization}`)).toEqual([
      '/me Bearer first',
      '/runs Bearer first',
      '/me Bearer first',
    ])
  })

  it('login stores the complete path of its token file, so that later commands find it from any folder', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'inner'))
    await using issuer = await startIssuer({ withoutRefreshToken: true })
    await using api = await scriptedApi(() => ({ body: { name: 'jane', role: 'admin', deployment: 'Desk' } }))
    const file = ['--token-file', relative(process.cwd(), join(folder, 'of-jane'))]
    expect(await runLogin(issuer, comesBack, '--url', api.url, ...file, ...clientOf(issuer))).toMatchObject({ code: 0 })
    const { out } = await runCli('auth', 'status')
    expect(out).toContain(`Token\t${join(folder, 'of-jane')}`)
  })

  it('login reports that the deployment does not accept the token', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'inner'))
    await using issuer = await startIssuer()
    await using api = await scriptedApi(() => ({ status: 401, body: {} }))
    const { code, err } = await runLogin(issuer, comesBack, '--url', api.url, ...clientOf(issuer))
    expect(code).toBe(3)
    expect(err).toContain('but it does not work: The API rejected the token.')
  })

  it('the first login needs an address, an issuer and a client', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'inner'))
    expect(await runCli('login')).toMatchObject({ code: 2, err: expect.stringContaining('Specify --url') })
    expect(await runCli('login', '--url', 'https://a.example')).toMatchObject({
      code: 2,
      err: 'Specify --issuer and --client-id.\n',
    })
    expect(await runCli('login', '--url', 'http://a.example')).toMatchObject({ code: 2 })
  })
})

describe('a token from a login', () => {
  it('a command uses a valid token and refreshes an expired one', async () => {
    await using issuer = await startIssuer()
    await using api = await scriptedApi(() => ({ body: { items: [] } }))
    await login(issuer, comesBack)
    expect(await runsList(api.url)).toBe(0)
    expire()
    expect(await runsList(api.url)).toBe(0)
    expect(await runsList(api.url)).toBe(0)
    expect(api.asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer first',
      'Bearer refreshed-2',
      'Bearer refreshed-2',
    ])
    expect(issuer.grants.at(-1)?.get('refresh_token')).toBe('refresh-1')
    expect(readFileSync(tokenFile, 'utf8')).toBe('refreshed-2\n')
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600)
    // The issuer does not rotate refresh tokens, so the old one stays.
    expect(session().refreshToken).toBe('refresh-1')
  })

  it('a command does not send an expired token that cannot be refreshed, and exits with code 3', async () => {
    await using issuer = await startIssuer({ refuseRefresh: true })
    await using api = await scriptedApi(() => ({ body: { items: [] } }))
    await login(issuer, comesBack)
    expire()
    const { code, err } = await api.cli('--token-file', tokenFile, 'runs', 'list')
    expect(code).toBe(3)
    expect(err).toContain('postmaster login')
    expect(api.asked).toEqual([])
  })
})
