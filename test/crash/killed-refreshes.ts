import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { tokensByCodeFlow } from '../oauth2-server/code-flow.ts'
import type { TokenPolicy } from '../oauth2-server/options.ts'
import { type OAuth2Server, startOAuth2Server } from '../oauth2-server/server.ts'
import { startTables, type TestTables } from '../support/dynamo.ts'
import { tokenWorld } from '../support/token-world.ts'
import type { TokenProcessOutcome, TokenProcessSettings } from './token-process.ts'

let tables: TestTables

const run = async (settings: TokenProcessSettings): Promise<TokenProcessOutcome | 'killed'> => {
  const file = fileURLToPath(new URL('token-process.ts', import.meta.url))
  const child = spawn(process.execPath, [file, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (piece) => {
    output += String(piece)
  })
  const [code, signal] = await once(child, 'close')
  if (signal === 'SIGKILL') return 'killed'
  expect(code).toBe(0)
  return JSON.parse(output)
}

const consentAt = async (server: OAuth2Server) => {
  const [user] = server.users
  if (!user) throw new Error('no user')
  const { accessToken, refreshToken = '', expiresIn } = await tokensByCodeFlow(server, user)
  return { accessToken, refreshToken, expiresIn }
}

/**
 * An account with consent from a real authorization server. By its processes' clock, the access token expired a short
 * time ago.
 */
const aConnectedAccount = async (onRefresh: TokenPolicy['onRefresh']) => {
  const server = await startOAuth2Server({ policy: { onRefresh } })
  onTestFinished(() => server.stop())
  const { authorization: authorizationEndpoint, token: tokenEndpoint } = server.endpoints
  const world = tokenWorld(tables, {
    endpoints: { authorizationEndpoint, tokenEndpoint },
    profile: { clientId: server.clients.public.clientId, secretVersion: undefined },
  })
  world.state.now = Date.now()
  await world.consent(await consentAt(server))
  const { state, desk } = world
  const provider = state.provider && {
    ...state.provider,
    scopes: { imap: ['openid', 'email', 'offline_access', ...server.scopes], pop3: [] },
  }
  if (!provider || !state.profile) throw new Error('no setup')
  const settings = {
    dynamo: tables.clientConfig,
    tableName: tables.tableName('oauthGrants'),
    account: desk,
    profile: state.profile,
    provider,
    keyMaterial: state.keys.material.toString('base64'),
    later: 3_600_000,
  }
  const refreshes = () => server.tokenRequests.filter(({ grantType }) => grantType === 'refresh_token')
  return { server, settings, refreshes, ...world }
}

/** Settings for a time after the killed process's claim has expired. */
const afterwards = <S extends TokenProcessSettings>(settings: S) => ({ ...settings, later: settings.later + 31_000 })

const kills = {
  'before the request to the provider loses nothing, and the next process takes over': async () => {
    const { settings, refreshes, grant } = await aConnectedAccount('rotate')
    expect(await run({ ...settings, dieWhen: 'claimed' })).toBe('killed')
    expect((await grant())?.refreshingUntil).toBeDefined()
    expect(await run(afterwards(settings))).toEqual({ accessToken: refreshes().at(-1)?.accessToken })
    expect(refreshes()).toHaveLength(1)
    expect(await grant()).toMatchObject({ state: 'connected' })
  },

  'after writing the tokens loses nothing, and the next process uses them': async () => {
    const { settings, refreshes } = await aConnectedAccount('rotate')
    expect(await run({ ...settings, dieWhen: 'written' })).toBe('killed')
    expect(await run(settings)).toEqual({ accessToken: refreshes()[0]?.accessToken })
    expect(refreshes()).toHaveLength(1)
  },

  'between the provider’s response and the write loses nothing if the provider accepts the old refresh token again':
    async () => {
      const { settings, refreshes, sealed } = await aConnectedAccount('repeat')
      expect(await run({ ...settings, dieWhen: 'rotated' })).toBe('killed')
      expect(await run(afterwards(settings))).toEqual({ accessToken: refreshes().at(-1)?.accessToken })
      expect(refreshes()).toHaveLength(2)
      expect((await sealed())?.accessToken).toBe(refreshes().at(-1)?.accessToken)
    },

  'between the provider’s response and the write requires only a new consent if the provider rejects reused refresh tokens':
    async () => {
      const { server, settings, refreshes, grant, consent } = await aConnectedAccount('rotate')
      expect(await run({ ...settings, dieWhen: 'rotated' })).toBe('killed')
      expect(refreshes().map(({ error }) => error)).toEqual([undefined])

      const lost = await run(afterwards(settings))
      expect(lost).toMatchObject({ cure: 'consent' })
      expect(refreshes().map(({ error }) => error)).toEqual([undefined, 'invalid_grant'])
      expect(await grant()).toMatchObject({ state: 're-authorization-needed', failure: { at: expect.any(String) } })
      expect(await run(afterwards(settings))).toEqual(lost)
      expect(refreshes()).toHaveLength(2)

      const fresh = await consentAt(server)
      await consent(fresh)
      expect(await run({ ...settings, later: 0 })).toEqual({ accessToken: fresh.accessToken })
    },
} as const satisfies Record<string, () => Promise<void>>

export type Kill = keyof typeof kills
export const everyKill = Object.keys(kills) as Kill[]

/** Kills a process at each of these moments and checks the next process. */
export const describeKilledRefreshes = (chosen: readonly Kill[]): void => {
  beforeAll(async () => {
    tables = await startTables()
  })
  afterAll(() => tables.stop())

  describe('a process killed during a token refresh', () => {
    it.each(chosen)('a token refresh killed %s', async (kill) => await kills[kill]())
  })
}
