import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LocalStack, startLocal } from '../../local/start-local.ts'
import { rawRequest, statusOf } from '../support/raw-request.ts'
import { changedAssembly } from './support/fixture-assembly.ts'

const redirectUri = 'http://127.0.0.1/page/callback'
const start = Date.parse('2026-03-02T08:00:00Z')

let assembly: ReturnType<typeof changedAssembly>
let local: LocalStack
let clock = start
let issuer: string
let clientId: string

beforeAll(async () => {
  assembly = changedAssembly((_, stateful) => {
    const [client] = Object.values(stateful.Resources).filter(({ Type }) => Type === 'AWS::Cognito::UserPoolClient')
    client.Properties.CallbackURLs = [redirectUri]
  })
  local = await startLocal({ assembly: assembly.path, now: () => new Date(clock) })
  const claims = decodeJwt(local.token ?? '')
  issuer = String(claims.iss)
  clientId = String(claims.client_id)
})
beforeEach(() => {
  clock = start
})
afterAll(async () => {
  await local.stop()
  assembly.remove()
})

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

const authorize = (changes: Record<string, string | undefined> = {}, headers: Record<string, string> = {}) => {
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    login_hint: local.signIn?.adminKey,
    ...changes,
  }
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given[name] = value
  return fetch(`${issuer}/authorize?${new URLSearchParams(given)}`, { redirect: 'manual', headers })
}

const codeOf = async (changes: Record<string, string | undefined> = {}): Promise<string> =>
  new URL((await authorize(changes)).headers.get('location') ?? '').searchParams.get('code') ?? ''

// biome-ignore lint/suspicious/noExplicitAny: a token response, whose parts are asserted
const token = async (form: Record<string, string>): Promise<{ status: number; body: any }> => {
  const response = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: await response.json() }
}
const redeem = (code: string, changes: Record<string, string> = {}) =>
  token({
    grant_type: 'authorization_code',
    code,
    client_id: clientId,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changes,
  })
const refresh = (refreshToken: string) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId })

const refused = { status: 400, body: { error: 'invalid_grant' } }

describe('the sign-in of the local run', () => {
  it('the key in the printed address signs a browser in, without a password', async () => {
    const response = await authorize()
    expect(response.status).toBe(302)
    const back = new URL(response.headers.get('location') ?? '')
    expect(back.origin + back.pathname).toBe(redirectUri)
    expect(back.searchParams.get('state')).toBe('a-state')
    const { status, body } = await redeem(back.searchParams.get('code') ?? '')
    expect(status).toBe(200)
    expect(decodeJwt(body.id_token)).toMatchObject({ iss: issuer, aud: clientId, nonce: 'a-nonce', sub: 'local-admin' })
    expect(decodeJwt(body.access_token)).toMatchObject({ exp: start / 1000 + 600, sub: 'local-admin' })
  })

  it('the other key signs a reader in', async () => {
    const { body } = await redeem(await codeOf({ login_hint: local.signIn?.readerKey }))
    expect(decodeJwt(body.access_token).sub).toBe('local-reader')
  })

  it.each([
    ['without a key', undefined],
    ['with an empty key', ''],
    ['with a guessed key', randomBytes(32).toString('base64url')],
  ])(
    'a browser %s, for example of another user of the machine, learns which address to open and receives no code',
    async (_, key) => {
      const response = await authorize({ login_hint: key })
      expect(response.status).toBe(403)
      expect(response.headers.get('location')).toBeNull()
      expect(response.headers.getSetCookie()).toEqual([])
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await response.text()).toContain('Open the address that <code>npm start</code>')
    },
  )

  it('the keys differ between people and runs, and are not in the data folder', async () => {
    const other = await startLocal({ assembly: assembly.path })
    const keys = [local, other].flatMap(({ signIn }) => [signIn?.adminKey, signIn?.readerKey])
    await other.stop()
    expect(new Set(keys).size).toBe(4)
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/)
  })

  it.each([
    ['a foreign redirect URI', { redirect_uri: 'https://evil.example/' }],
    ['a redirect URI that begins like the right one', { redirect_uri: `${redirectUri}/../evil` }],
    ['an unknown client', { client_id: 'other' }],
    ['no PKCE', { code_challenge: undefined }],
    ['plain PKCE', { code_challenge_method: 'plain' }],
    ['an implicit flow', { response_type: 'token' }],
  ])('a request with %s is refused on a page and redirects to no other address', async (_, changes) => {
    const response = await authorize(changes)
    expect(response.status).toBe(400)
    expect(response.headers.get('location')).toBeNull()
  })

  it.each([
    ['another verifier', { code_verifier: randomBytes(32).toString('base64url') }],
    ['another redirect URI', { redirect_uri: 'http://127.0.0.1/other' }],
    ['another client', { client_id: 'other' }],
  ])('a code with %s is refused, and does not work afterwards', async (_, changes) => {
    const code = await codeOf()
    expect(await redeem(code, changes)).toEqual(refused)
    expect(await redeem(code)).toEqual(refused)
  })

  it('a code works once, and for a minute', async () => {
    const code = await codeOf()
    expect((await redeem(code)).status).toBe(200)
    expect(await redeem(code)).toEqual(refused)
    const late = await codeOf()
    clock += 60_000
    expect(await redeem(late)).toEqual(refused)
  })

  it('a refresh token is replaced, remains valid for a minute, and then ends the session if it is used', async () => {
    const { body: first } = await redeem(await codeOf())
    const second = await refresh(first.refresh_token)
    expect(second.status).toBe(200)
    expect(second.body.refresh_token).not.toBe(first.refresh_token)
    clock += 59_000
    expect((await refresh(first.refresh_token)).status).toBe(200)
    clock += 1_000
    expect(await refresh(first.refresh_token)).toEqual(refused)
    expect(await refresh(second.body.refresh_token)).toEqual(refused)
  })

  it('a session ends when its token is revoked, and all sessions end at once', async () => {
    const { body: one } = await redeem(await codeOf())
    const { body: other } = await redeem(await codeOf())
    const { status } = await fetch(`${issuer}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: one.refresh_token }),
    })
    expect(status).toBe(200)
    expect(await refresh(one.refresh_token)).toEqual(refused)
    const { body: renewed } = await refresh(other.refresh_token)
    local.signIn?.endSessions()
    expect(await refresh(renewed.refresh_token)).toEqual(refused)
  })

  it('a web page of another site cannot use the token endpoint or read the metadata', async () => {
    const port = Number(new URL(issuer).port)
    const path = new URL(issuer).pathname
    const ask = (...lines: readonly string[]) =>
      rawRequest(port, [...lines, `Host: 127.0.0.1:${port}`, 'Connection: close', 'Content-Length: 0'])
    for (const foreign of ['Origin: https://evil.example', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Site: same-site']) {
      expect(statusOf(await ask(`POST ${path}/token HTTP/1.1`, foreign))).toBe(403)
      expect(statusOf(await ask(`GET ${path}/.well-known/openid-configuration HTTP/1.1`, foreign))).toBe(403)
      expect(statusOf(await ask(`GET ${path}/authorize HTTP/1.1`, foreign))).toBe(403)
    }
  })
})
