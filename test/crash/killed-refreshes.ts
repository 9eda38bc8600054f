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
 * An account that a person consented for at a real authorization server, an hour and a bit ago by its processes' clock.
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
    dynamoUrl: `http://127.0.0.1:${(await tables.client.config.endpoint?.())?.port}`,
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

/** Later than the claim of whoever was killed. */
const afterwards = <S extends TokenProcessSettings>(settings: S) => ({ ...settings, later: settings.later + 31_000 })

const kills = {
  'before the provider was asked costs nothing: the next one takes over': async () => {
    const { settings, refreshes, grant } = await aConnectedAccount('rotate')
    expect(await run({ ...settings, dieWhen: 'claimed' })).toBe('killed')
    expect((await grant())?.refreshingUntil).toBeDefined()
    expect(await run(afterwards(settings))).toEqual({ accessToken: refreshes().at(-1)?.accessToken })
    expect(refreshes()).toHaveLength(1)
    expect(await grant()).toMatchObject({ state: 'connected' })
  },

  'after its tokens were written costs nothing: the next one uses them': async () => {
    const { settings, refreshes } = await aConnectedAccount('rotate')
    expect(await run({ ...settings, dieWhen: 'written' })).toBe('killed')
    expect(await run(settings)).toEqual({ accessToken: refreshes()[0]?.accessToken })
    expect(refreshes()).toHaveLength(1)
  },

  'between the two costs nothing where the provider takes the old refresh token again': async () => {
    const { settings, refreshes, sealed } = await aConnectedAccount('repeat')
    expect(await run({ ...settings, dieWhen: 'rotated' })).toBe('killed')
    expect(await run(afterwards(settings))).toEqual({ accessToken: refreshes().at(-1)?.accessToken })
    expect(refreshes()).toHaveLength(2)
    expect((await sealed())?.accessToken).toBe(refreshes().at(-1)?.accessToken)
  },

  'between the two takes a new consent where the provider notices a token used twice, and nothing worse': async () => {
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

/** Kills a process at each of these moments, and looks at what the next one finds. */
export const describeKilledRefreshes = (chosen: readonly Kill[]): void => {
  beforeAll(async () => {
    tables = await startTables()
  })
  afterAll(() => tables.stop())

  describe('a process killed while it refreshes', () => {
    it.each(chosen)('%s', async (kill) => await kills[kill]())
  })
}
