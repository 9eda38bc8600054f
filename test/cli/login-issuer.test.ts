import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { currentToken } from '../../cli/api/token/current-token.ts'
import { consentInBrowser } from '../oauth2-server/browser/consent.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { loginFolder } from './login-flow.ts'
import { runCli } from './run-cli.ts'
import { scriptedApi } from './scripted-api.ts'

/** The first user of the server, who gives or denies consent. */
const person =
  (server: OAuth2Server, how: { deny?: boolean } = {}) =>
  async (url: string) => {
    const [user] = server.users
    if (!user) throw new Error('a user')
    return await consentInBrowser(url, user, how)
  }

/** This issuer returns a refresh token only if it may ask for consent. */
const offline = ['--prompt', 'consent']

const anyApi = () => scriptedApi(() => ({ body: { items: [] } }))

describe('postmaster login with a certified OpenID provider', () => {
  it('login gets a token through the browser, and commands refresh it even if each refresh token works only once', async () => {
    await using server = await startOAuth2Server({ policy: { onRefresh: 'rotate' } })
    await using api = await anyApi()
    using files = loginFolder()
    const { code, out, page } = await files.login(server, person(server), ...offline)
    expect(code).toBe(0)
    expect(out).toContain('Commands refresh the token when it expires')
    expect(page).toMatchObject({ status: 200, html: expect.stringContaining('Return to the terminal') })
    const list = () => runCli('--url', api.url, '--token-file', files.tokenFile, 'runs', 'list')
    for (let round = 0; round < 3; round += 1) {
      expect(await list()).toMatchObject({ code: 0, out: '' })
      files.expire()
    }
    const issued = server.tokensIssued
    expect(issued.map(({ grantType }) => grantType)).toEqual(['authorization_code', 'refresh_token', 'refresh_token'])
    expect(new Set(issued.map(({ refreshToken }) => refreshToken)).size).toBe(3)
    expect(api.asked.map(({ authorization }) => authorization)).toEqual(
      issued.map(({ accessToken }) => `Bearer ${accessToken}`),
    )
  })

  it('an expired token is refreshed only once if several commands find it at the same time', async () => {
    await using server = await startOAuth2Server({ policy: { onRefresh: 'rotate' } })
    using files = loginFolder()
    await files.login(server, person(server), ...offline)
    files.expire()
    // Like separate processes, they have only the files in common. An earlier process was killed during its refresh.
    writeFileSync(`${files.tokenFile}.lock`, '')
    utimesSync(`${files.tokenFile}.lock`, 0, 0)
    const tokens = await Promise.all([1, 2, 3, 4].map(() => currentToken(files.tokenFile)()))
    expect(new Set(tokens)).toEqual(new Set([files.token()]))
    expect(server.tokenRequests.map(({ grantType }) => grantType)).toEqual(['authorization_code', 'refresh_token'])
    expect(existsSync(`${files.tokenFile}.lock`)).toBe(false)
  })

  it('login --token id stores the id token, and commands refresh it', async () => {
    await using server = await startOAuth2Server()
    await using api = await anyApi()
    using files = loginFolder()
    expect((await files.login(server, person(server), ...offline, '--token', 'id')).code).toBe(0)
    files.expire()
    expect((await runCli('--url', api.url, '--token-file', files.tokenFile, 'runs', 'list')).code).toBe(0)
    const [, refreshed] = server.tokensIssued
    expect(refreshed).toMatchObject({ grantType: 'refresh_token', idToken: expect.any(String) })
    expect(api.asked[0]?.authorization).toBe(`Bearer ${refreshed?.idToken}`)
  })

  it('login reports immediately that the user denied access', async () => {
    await using server = await startOAuth2Server()
    using files = loginFolder()
    const { code, err } = await files.login(server, person(server, { deny: true }))
    expect(code).toBe(3)
    expect(err).toContain('The issuer rejected the login: access_denied, The user denied access')
  })

  it('a command asks for a new login if the issuer has revoked the refresh token', async () => {
    await using server = await startOAuth2Server()
    await using api = await anyApi()
    using files = loginFolder()
    await files.login(server, person(server), ...offline)
    server.revokeGrants('desk@example.com')
    files.expire()
    const { code, err } = await runCli('--url', api.url, '--token-file', files.tokenFile, 'runs', 'list')
    expect(code).toBe(3)
    expect(err).toContain('postmaster login')
    expect(api.asked).toEqual([])
  })

  it('login succeeds without a refresh token and suggests how to get one', async () => {
    await using server = await startOAuth2Server()
    using files = loginFolder()
    const { code, out, err } = await files.login(server, person(server))
    expect(code).toBe(0)
    expect(out).toMatch(/The token is valid until \d{4}-/)
    expect(err).toContain('The issuer did not return a refresh token. Some issuers return one with --prompt consent.')
    const again = await files.login(server, person(server), '--scope', 'openid')
    expect(again).toMatchObject({ code: 0, err: expect.not.stringContaining('refresh token') })
  })
})
