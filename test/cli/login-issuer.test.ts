import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { currentToken } from '../../cli/login/current-token.ts'
import { consentInBrowser } from '../oauth2-server/browser/consent.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { loginFolder } from './login-flow.ts'
import { runCli } from './run-cli.ts'
import { scriptedApi } from './scripted-api.ts'

/** The first user of the server, allowing or denying. */
const person =
  (server: OAuth2Server, how: { deny?: boolean } = {}) =>
  async (url: string) => {
    const [user] = server.users
    if (!user) throw new Error('a user')
    return await consentInBrowser(url, user, how)
  }

/** This issuer gives a refresh token only when it may ask for consent. */
const offline = ['--prompt', 'consent']

const anyApi = () => scriptedApi(() => ({ body: { items: [] } }))

describe('postmaster login with a certified OpenID provider', () => {
  it('gets a token by the browser, uses it, and refreshes it, also where every refresh token serves once', async () => {
    await using server = await startOAuth2Server({ policy: { onRefresh: 'rotate' } })
    await using api = await anyApi()
    using files = loginFolder()
    const { code, out, page } = await files.login(server, person(server), ...offline)
    expect(code).toBe(0)
    expect(out).toContain('refreshed when it expires')
    expect(page).toMatchObject({ status: 200, html: expect.stringContaining('Go back to the terminal') })
    const list = () => runCli('--url', api.url, '--token-file', files.tokenFile, 'runs', 'list')
    for (let round = 0; round < 3; round += 1) {
      expect(await list()).toMatchObject({ code: 0, err: '' })
      files.expire()
    }
    const issued = server.tokensIssued
    expect(issued.map(({ grantType }) => grantType)).toEqual(['authorization_code', 'refresh_token', 'refresh_token'])
    expect(new Set(issued.map(({ refreshToken }) => refreshToken)).size).toBe(3)
    expect(api.asked.map(({ authorization }) => authorization)).toEqual(
      issued.map(({ accessToken }) => `Bearer ${accessToken}`),
    )
  })

  it('refreshes once when several commands find the token expired at the same time', async () => {
    await using server = await startOAuth2Server({ policy: { onRefresh: 'rotate' } })
    using files = loginFolder()
    await files.login(server, person(server), ...offline)
    files.expire()
    // As many processes would: nothing but the files in common. One of them was killed long ago while it refreshed.
    writeFileSync(`${files.tokenFile}.lock`, '')
    utimesSync(`${files.tokenFile}.lock`, 0, 0)
    const tokens = await Promise.all([1, 2, 3, 4].map(() => currentToken(files.tokenFile)()))
    expect(new Set(tokens)).toEqual(new Set([files.token()]))
    expect(server.tokenRequests.map(({ grantType }) => grantType)).toEqual(['authorization_code', 'refresh_token'])
    expect(existsSync(`${files.tokenFile}.lock`)).toBe(false)
  })

  it('keeps the id token and refreshes it, with --token id', async () => {
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

  it('says that the user said no, at once', async () => {
    await using server = await startOAuth2Server()
    using files = loginFolder()
    const { code, err } = await files.login(server, person(server, { deny: true }))
    expect(code).toBe(3)
    expect(err).toContain('The issuer refused the login: access_denied, The user said no')
  })

  it('says that the login has expired when the issuer has ended it', async () => {
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

  it('goes on without a refresh token where the issuer gives none, and says how one may be had', async () => {
    await using server = await startOAuth2Server()
    using files = loginFolder()
    const { code, out, err } = await files.login(server, person(server))
    expect(code).toBe(0)
    expect(out).toMatch(/Logged in until \d{4}-/)
    expect(err).toContain('no refresh token. Some give one with --prompt consent.')
    const again = await files.login(server, person(server), '--scope', 'openid')
    expect(again).toMatchObject({ code: 0, err: expect.not.stringContaining('refresh token') })
  })
})
