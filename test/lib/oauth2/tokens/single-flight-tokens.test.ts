import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { oauth2Finding } from '../../../../lib/oauth2/findings/oauth2-findings.ts'
import { OAuth2Error, type OAuth2Finding } from '../../../../lib/oauth2/oauth2-error.ts'
import { html, json, refusal, reset, rotating, slow, tokens } from '../../../oauth2-server/scripted-answers.ts'
import { startScriptedServer } from '../../../oauth2-server/scripted-server.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { type TokenWorldOptions, tokenWorld } from '../../../support/token-world.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())

const minute = 60_000

/** A scripted provider and an account. By default, a person consented for the account an hour ago. */
const aWorld = async (options: Omit<TokenWorldOptions, 'endpoints'> = {}) => {
  const server = await startScriptedServer()
  onTestFinished(() => server.stop())
  const { authorizationEndpoint, tokenEndpoint } = server
  return { server, ...tokenWorld(tables, { endpoints: { authorizationEndpoint, tokenEndpoint }, ...options }) }
}

const connected = async (options: Omit<TokenWorldOptions, 'endpoints'> = {}) => {
  const world = await aWorld(options)
  await world.consent({ accessToken: 'access-0', refreshToken: 'refresh-0', expiresIn: 3600 })
  return world
}

const findingOf = async (work: Promise<unknown>): Promise<OAuth2Finding> => {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  if (!(error instanceof OAuth2Error)) throw error ?? new Error('nothing was thrown')
  return error.finding
}

describe('tokenFor', () => {
  it('tokenFor returns the stored token while it is valid for five more minutes', async () => {
    const { tokens, desk, state, server } = await connected()
    expect(await tokens.tokenFor(desk)).toEqual({ accessToken: 'access-0', expiresAt: '2026-06-01T13:00:00.000Z' })
    state.now += 55 * minute
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-0')
    expect(server.requests).toEqual([])
  })

  it('tokenFor refreshes the token before it expires, and stores both tokens in one write', async () => {
    const { tokens, desk, state, server, grant, sealed } = await connected()
    state.now += 55 * minute + 1
    const before = await grant()
    expect(await tokens.tokenFor(desk)).toEqual({ accessToken: 'access-1', expiresAt: '2026-06-01T13:55:00.001Z' })
    expect(server.requests.map(({ parameters }) => parameters)).toEqual([
      {
        grant_type: 'refresh_token',
        refresh_token: 'refresh-0',
        client_id: 'postmaster',
        client_secret: 'the-client-secret',
        scope: 'mail.imap',
      },
    ])
    expect(await sealed()).toEqual({ accessToken: 'access-1', refreshToken: 'refresh-1' })
    const after = await grant()
    expect(after).toMatchObject({ state: 'connected', refreshedAt: '2026-06-01T12:55:00.001Z' })
    expect(after).not.toHaveProperty('refreshingUntil')
    expect(after?.consentedAt).toBe(before?.consentedAt)
    expect(after?.version).toBeGreaterThan(before?.version ?? 0)
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-1')
  })

  it('tokenFor keeps the old refresh token and its known expiry if the server sends no new one', async () => {
    const { tokens: access, desk, state, server, grant, sealed, consent } = await aWorld()
    await consent({ accessToken: 'access-0', refreshToken: 'refresh-0', expiresIn: 3600, refreshExpiresIn: 7 * 86_400 })
    server.otherwise = tokens({ refresh_token: undefined })
    for (const count of [1, 2]) {
      state.now += 60 * minute
      expect((await access.tokenFor(desk)).accessToken).toBe(`access-${count}`)
      expect(await sealed()).toEqual({ accessToken: `access-${count}`, refreshToken: 'refresh-0' })
      expect((await grant())?.refreshExpiresAt).toBe('2026-06-08T12:00:00.000Z')
    }
    server.otherwise = tokens()
    state.now += 60 * minute
    await access.tokenFor(desk)
    expect(await grant()).not.toHaveProperty('refreshExpiresAt')
  })

  it('tokenFor uses a token without a known expiry until the mail server rejects it', async () => {
    const { tokens: access, desk, state, server, consent } = await aWorld()
    await consent({ accessToken: 'access-0', refreshToken: 'refresh-0' })
    server.otherwise = tokens({ expires_in: undefined })
    state.now += 30 * 24 * 60 * minute
    expect(await access.tokenFor(desk)).toEqual({ accessToken: 'access-0' })
    expect(await access.tokenFor(desk, { refused: 'access-0' })).toEqual({ accessToken: 'access-1' })
    expect(await access.tokenFor(desk)).toEqual({ accessToken: 'access-1' })
  })

  it('tokenFor uses a token with a lifetime under five minutes for most of its lifetime', async () => {
    const { tokens: access, desk, state, server, consent } = await aWorld()
    await consent({ accessToken: 'access-0', refreshToken: 'refresh-0', expiresIn: 60 })
    server.otherwise = tokens({ expires_in: 60 })
    state.now += 45_000
    expect((await access.tokenFor(desk)).accessToken).toBe('access-0')
    state.now += 1
    expect((await access.tokenFor(desk)).accessToken).toBe('access-1')
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor replaces a rejected token, unless another caller already has', async () => {
    const { tokens, desk, server } = await connected()
    expect((await tokens.tokenFor(desk, { refused: 'access-0' })).accessToken).toBe('access-1')
    expect((await tokens.tokenFor(desk, { refused: 'access-0' })).accessToken).toBe('access-1')
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor requests the scopes of the account’s protocol, with the current client secret', async () => {
    const { tokens, desk, state, server, keeper, profile } = await aWorld({
      account: { type: 'POP3S', folder: undefined },
    })
    await keeper.keep({
      account: desk,
      profile: profile(),
      answer: { accessToken: 'access-0', refreshToken: 'refresh-0', expiresIn: 1 },
      requestedBy: 'admin',
    })
    state.now += minute
    state.clientSecret = 'another-secret'
    await tokens.tokenFor(desk)
    expect(server.requests[0]?.parameters).toMatchObject({ scope: 'mail.pop', client_secret: 'another-secret' })
  })
})

describe('tokenFor: many callers at the same time', () => {
  it('tokenFor refreshes once for many callers in several processes, and all get the same token', async () => {
    const { desk, state, server, process } = await connected()
    server.otherwise = rotating('refresh-0')
    const processes = Array.from({ length: 3 }, process)
    for (const round of [1, 2, 3]) {
      state.now += 60 * minute
      const callers = processes.flatMap(({ tokens }) => Array.from({ length: 8 }, () => tokens.tokenFor(desk)))
      const got = new Set((await Promise.all(callers)).map(({ accessToken }) => accessToken))
      expect([...got]).toEqual([`access-${round}`])
      expect(server.requests).toHaveLength(round)
    }
  })

  it('tokenFor refreshes once for many callers with the same rejected token', async () => {
    const { desk, server, process } = await connected()
    server.otherwise = rotating('refresh-0')
    const callers = Array.from({ length: 20 }, () => process().tokens.tokenFor(desk, { refused: 'access-0' }))
    expect(new Set((await Promise.all(callers)).map(({ accessToken }) => accessToken))).toEqual(new Set(['access-1']))
    expect(server.requests).toHaveLength(1)
  })

  it.each([-20, 20])('tokenFor refreshes once if one caller’s clock is %i s off', async (seconds) => {
    const { desk, state, server, process } = await connected()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.next.push(slow(promise))
    state.now += 60 * minute
    const off = process()
    Object.assign(off.services, { now: () => new Date(state.now + seconds * 1000) })
    const first = process().tokens.tokenFor(desk)
    await server.received(1)
    const second = off.tokens.tokenFor(desk)
    await vi.waitFor(() => expect(state.waits.length).toBeGreaterThan(2))
    resolve()
    expect((await first).accessToken).toBe('access-1')
    expect((await second).accessToken).toBe('access-1')
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor waits for a slow provider with increasing pauses', async () => {
    const { desk, state, server, process } = await connected()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.otherwise = slow(promise)
    state.now += 60 * minute
    const callers = [process(), process()].map(({ tokens }) => tokens.tokenFor(desk))
    await server.received(1)
    while (state.waits.length < 6) await new Promise((settle) => setImmediate(settle))
    resolve()
    expect((await Promise.all(callers)).map(({ accessToken }) => accessToken)).toEqual(['access-1', 'access-1'])
    expect(state.waits.slice(0, 6)).toEqual([100, 200, 400, 800, 1000, 1000])
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor waits no longer than 35 seconds', async () => {
    const { tokens, desk, state, grants, grant, services } = await connected()
    state.now += 60 * minute
    const row = await grant()
    if (!row) throw new Error('no row')
    const pause = async () => {
      state.now += 1_000
      // Another caller repeatedly claims the refresh.
      const current = await grant()
      const until = new Date(state.now + 30_000).toISOString()
      if (current) await grants.claimRefresh({ ...current }, new Date(state.now + 60_000).toISOString(), until)
    }
    await grants.claimRefresh(row, new Date(state.now).toISOString(), new Date(state.now + 30_000).toISOString())
    const began = state.now
    Object.assign(services, { pause })
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ code: 'refresh-under-way', cure: 'waiting' })
    expect(state.now - began).toBeGreaterThan(35_000)
    expect(state.now - began).toBeLessThan(40_000)
  })

  it('tokenFor waits no longer than its signal allows', async () => {
    const { tokens, desk, state, grants, grant, server, services } = await connected()
    state.now += 60 * minute
    const row = await grant()
    if (row)
      await grants.claimRefresh(row, new Date(state.now).toISOString(), new Date(state.now + 30_000).toISOString())
    const deadline = new AbortController()
    Object.assign(services, { pause: async () => deadline.abort() })
    expect((await findingOf(tokens.tokenFor(desk, { signal: deadline.signal }))).code).toBe('refresh-under-way')
    expect(server.requests).toEqual([])
  })

  it('tokenFor takes over from a caller that died, but only after its claim has ended', async () => {
    const { tokens, desk, state, grants, grant, services } = await connected()
    state.now += 60 * minute
    const row = await grant()
    const until = new Date(state.now + 30_000).toISOString()
    if (row) await grants.claimRefresh(row, new Date(state.now).toISOString(), until)
    const began = state.now
    Object.assign(services, {
      pause: async (milliseconds: number) => {
        state.now += milliseconds
      },
    })
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-1')
    expect(state.now - began).toBeGreaterThan(30_000)
    expect(state.now - began).toBeLessThanOrEqual(32_000)
  })

  it('tokenFor returns the newer tokens if its own came too late to be stored', async () => {
    const { desk, state, server, process, grants, grant, sealed } = await connected()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.next.push(slow(promise))
    state.now += 60 * minute
    const late = process().tokens.tokenFor(desk)
    await server.received(1)
    state.now += 31_000
    expect((await process().tokens.tokenFor(desk)).accessToken).toBe('access-2')
    resolve()
    expect((await late).accessToken).toBe('access-2')
    expect(await sealed()).toEqual({ accessToken: 'access-2', refreshToken: 'refresh-2' })
    expect(await grants.read((await grant())?.grantKey ?? '')).not.toHaveProperty('refreshingUntil')
  })
})

describe('tokenFor: provider errors', () => {
  it('tokenFor records a revoked consent with its words, and sends no further request', async () => {
    const { tokens, desk, state, server, grant } = await connected()
    server.otherwise = refusal('invalid_grant', 'The token was revoked.')
    state.now += 60 * minute
    const finding = await findingOf(tokens.tokenFor(desk))
    expect(finding.cure).toBe('consent')
    const row = await grant()
    expect(row).toMatchObject({
      state: 're-authorization-needed',
      failure: { code: finding.code, detail: finding.detail, remedy: finding.remedy, at: '2026-06-01T13:00:00.000Z' },
      consentedBy: 'jane@example.com',
    })
    for (const gone of ['sealed', 'dataKey', 'refreshingUntil', 'announcedAt']) expect(row).not.toHaveProperty(gone)
    expect(await findingOf(tokens.tokenFor(desk))).toEqual(finding)
    expect(await findingOf(tokens.tokenFor(desk, { refused: 'access-0' }))).toEqual(finding)
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor sends one request if the provider rejects many callers’ consent', async () => {
    const { desk, state, server, process } = await connected()
    server.otherwise = refusal('invalid_grant')
    state.now += 60 * minute
    const callers = Array.from({ length: 20 }, () => findingOf(process().tokens.tokenFor(desk)))
    expect(new Set((await Promise.all(callers)).map(({ cure }) => cure))).toEqual(new Set(['consent']))
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor changes nothing after a rejected client secret, and works again once the secret is replaced', async () => {
    const { tokens, desk, state, server, grant, sealed } = await connected()
    server.next.push(refusal('invalid_client', 'Wrong secret.', 401))
    state.now += 60 * minute
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ cure: 'change' })
    const row = await grant()
    expect(row?.state).toBe('connected')
    expect(row).not.toHaveProperty('refreshingUntil')
    expect(await sealed()).toEqual({ accessToken: 'access-0', refreshToken: 'refresh-0' })
    state.clientSecret = 'the-right-secret'
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-2')
  })

  it.each([
    ['is overloaded', json({ error: 'temporarily_unavailable' }, 503), 'waiting'],
    ['hangs up', reset, 'waiting'],
    ['returns a web page', html(), 'change'],
  ])('tokenFor changes nothing if the provider %s', async (_, answer, cure) => {
    const { tokens, desk, state, server, grant, sealed } = await connected()
    server.next.push(answer)
    state.now += 60 * minute
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ cure })
    expect(await sealed()).toEqual({ accessToken: 'access-0', refreshToken: 'refresh-0' })
    expect(await grant()).not.toHaveProperty('refreshingUntil')
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-2')
  })

  it.each([
    ['access_denied', 'Blocked by the gateway.'],
    ['invalid_request', 'AADSTS54005: OAuth2 Authorization code was already redeemed.'],
  ])('tokenFor keeps the consent after the error %s, which is meant for people who sign in', async (error, detail) => {
    const { tokens, desk, state, server, grant, sealed } = await connected()
    server.next.push(refusal(error, detail, 403))
    state.now += 60 * minute
    const finding = await findingOf(tokens.tokenFor(desk))
    expect(finding).toMatchObject({ code: 'provider-refused', cure: 'change' })
    expect(finding.detail).toContain(detail)
    expect((await grant())?.state).toBe('connected')
    expect(await sealed()).toEqual({ accessToken: 'access-0', refreshToken: 'refresh-0' })
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-2')
  })

  it('tokenFor returns a token that is still valid for some minutes if the provider is unavailable, unless it was rejected', async () => {
    const { tokens, desk, state, server } = await connected()
    server.otherwise = json({ error: 'temporarily_unavailable' }, 503)
    state.now += 58 * minute
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-0')
    expect(await findingOf(tokens.tokenFor(desk, { refused: 'access-0' }))).toMatchObject({ cure: 'waiting' })
    state.now += 3 * minute
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ cure: 'waiting' })
    expect(server.requests).toHaveLength(3)
  })

  it('tokenFor ignores a late refusal if the profile has changed to another client and has a new consent', async () => {
    const { desk, state, server, process, consent, profile } = await connected()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.next.push(slow(promise, refusal('invalid_grant')))
    state.now += 60 * minute
    const late = process().tokens.tokenFor(desk)
    await server.received(1)
    state.profile = { ...profile(), clientId: 'another', grantEpoch: 2 }
    await consent({ accessToken: 'fresh', refreshToken: 'fresh-refresh', expiresIn: 3600 })
    resolve()
    expect((await late).accessToken).toBe('fresh')
  })

  it('tokenFor ignores a late refusal if a person has consented again', async () => {
    const { desk, state, server, process, consent, grant } = await connected()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.next.push(slow(promise, refusal('invalid_grant')))
    state.now += 60 * minute
    const late = process().tokens.tokenFor(desk)
    await server.received(1)
    await consent({ accessToken: 'fresh', refreshToken: 'fresh-refresh', expiresIn: 3600 })
    resolve()
    expect((await late).accessToken).toBe('fresh')
    expect((await grant())?.state).toBe('connected')
  })
})

describe('a new consent in the grant store', () => {
  it('a new consent replaces all data of the previous consent, even if that consent is invalid', async () => {
    const { tokens, desk, state, server, grant, grants, consent, sealed } = await connected()
    server.next.push(refusal('invalid_grant'))
    state.now += 60 * minute
    await findingOf(tokens.tokenFor(desk))
    const lost = await grant()
    if (lost) expect(await grants.markAnnounced(lost, '2026-06-01T13:00:01.000Z')).toBe(true)
    await consent({ accessToken: 'fresh', refreshToken: 'fresh-refresh', expiresIn: 3600 })
    const row = await grant()
    expect(row).toMatchObject({ state: 'connected', consentedAt: '2026-06-01T13:00:00.000Z' })
    expect(row?.version).toBeGreaterThan(lost?.version ?? 0)
    for (const gone of ['failure', 'announcedAt', 'refreshingUntil']) expect(row).not.toHaveProperty(gone)
    expect(await sealed()).toEqual({ accessToken: 'fresh', refreshToken: 'fresh-refresh' })
    expect((await tokens.tokenFor(desk)).accessToken).toBe('fresh')
  })

  it('a consent without a refresh token is rejected, and the previous one stays', async () => {
    const { tokens, desk, consent } = await connected()
    expect((await findingOf(consent({ accessToken: 'fresh' }))).code).toBe('no-refresh-token')
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-0')
  })

  it('a new consent during a refresh replaces the refresh’s result', async () => {
    const { desk, state, server, process, consent, sealed } = await connected()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.next.push(slow(promise))
    state.now += 60 * minute
    const late = process().tokens.tokenFor(desk)
    await server.received(1)
    await consent({ accessToken: 'fresh', refreshToken: 'fresh-refresh', expiresIn: 3600 })
    resolve()
    expect((await late).accessToken).toBe('fresh')
    expect(await sealed()).toEqual({ accessToken: 'fresh', refreshToken: 'fresh-refresh' })
  })
})

describe('tokenFor: errors without a request to the provider', () => {
  it('tokenFor reports a missing consent', async () => {
    const { tokens, desk, server } = await aWorld()
    expect(await findingOf(tokens.tokenFor(desk))).toEqual(oauth2Finding('consent-missing'))
    expect(server.requests).toEqual([])
  })

  it.each([
    ['another person', { username: 'sales@example.com' }],
    ['the other protocol', { type: 'POP3S' }],
    ['another host', { host: 'mail.attacker.example' }],
  ] as const)('tokenFor rejects an account that was changed to %s until the change is reverted', async (_, change) => {
    const { tokens, desk, server, grant } = await connected()
    const before = await grant()
    expect(await findingOf(tokens.tokenFor({ ...desk, ...change }))).toEqual(oauth2Finding('consent-outdated'))
    expect(await grant()).toEqual(before)
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-0')
    expect(server.requests).toEqual([])
  })

  it('tokenFor rejects the consent for another client, and accepts a user name in another case', async () => {
    const { tokens, desk, state, profile } = await connected()
    expect((await tokens.tokenFor({ ...desk, username: 'Desk@Example.COM' })).accessToken).toBe('access-0')
    state.profile = { ...profile(), grantEpoch: 2 }
    expect(await findingOf(tokens.tokenFor(desk))).toEqual(oauth2Finding('consent-outdated'))
  })

  it('tokenFor accepts changes of comment, folder and mailbox', async () => {
    const { tokens, desk } = await connected()
    const changed = { ...desk, comment: 'new', folder: 'Archive', mailbox: 'shared@example.com', version: 7 }
    expect((await tokens.tokenFor(changed)).accessToken).toBe('access-0')
  })

  it.each([
    ['profile-missing', { profile: undefined }],
    ['provider-missing', { provider: undefined }],
    ['client-secret-missing', { clientSecret: undefined }],
  ] as const)('tokenFor reports %s without claiming the refresh', async (code, missing) => {
    const { tokens, desk, state, server, grants } = await connected()
    const before = await grants.read(`account#${desk.accountId}`)
    state.now += 60 * minute
    Object.assign(state, missing)
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ code, cure: 'change' })
    expect(server.requests).toEqual([])
    expect(await grants.read(`account#${desk.accountId}`)).toEqual(before)
  })

  it('tokenFor reports tampered tokens, and the consent is no longer valid', async () => {
    const { tokens, desk, grant, server } = await connected()
    const row = await grant()
    await tables.table('oauthGrants').put({ ...row, sealed: Buffer.alloc(80).toString('base64') })
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ code: 'tokens-unreadable', cure: 'consent' })
    expect(await grant()).toMatchObject({ state: 're-authorization-needed', failure: { code: 'tokens-unreadable' } })
    expect(server.requests).toEqual([])
  })

  it('tokenFor can use tokens that another key encrypted once the right key is back, without a new consent', async () => {
    const { desk, state, grants, grant, process } = await connected()
    const { material } = state.keys
    state.keys.material = Buffer.alloc(32)
    const hidden = await findingOf(process().tokens.tokenFor(desk))
    expect(hidden).toMatchObject({ code: 'tokens-unreadable', cure: 'consent' })
    const lost = await grant()
    if (lost) await grants.markAnnounced(lost, '2026-06-01T12:00:00.000Z')
    expect(await findingOf(process().tokens.tokenFor(desk))).toEqual(hidden)
    expect(await grant()).toMatchObject({ state: 're-authorization-needed', announcedAt: '2026-06-01T12:00:00.000Z' })
    state.keys.material = material
    expect((await process().tokens.tokenFor(desk)).accessToken).toBe('access-1')
    expect(await grant()).toMatchObject({ state: 'connected' })
    expect(await grant()).not.toHaveProperty('failure')
  })

  it('tokenFor reports tokens from a version without KMS as unreadable, and a new consent works', async () => {
    const { tokens, desk, grant, server, state, consent } = await connected()
    const { dataKey: _, ...former } = (await grant()) ?? {}
    await tables.table('oauthGrants').put({ ...former, keyId: '1' })
    state.keys.calls.length = 0
    expect(await findingOf(tokens.tokenFor(desk))).toEqual(oauth2Finding('tokens-unreadable'))
    expect(oauth2Finding('tokens-unreadable').remedy).toContain('Connect the account again')
    expect(await grant()).toMatchObject({ state: 're-authorization-needed', failure: { code: 'tokens-unreadable' } })
    expect([...server.requests, ...state.keys.calls]).toEqual([])
    await consent({ accessToken: 'fresh', refreshToken: 'fresh-refresh', expiresIn: 3600 })
    expect((await tokens.tokenFor(desk)).accessToken).toBe('fresh')
  })

  it.each([
    ['unavailable', 'waiting'],
    ['disabled', 'change'],
    ['missing', 'change'],
    ['refused', 'change'],
  ] as const)(
    'tokenFor reports that the encryption key is %s, and needs no new consent afterwards',
    async (failure, cure) => {
      const { tokens, desk, state, grant, server } = await connected()
      const before = await grant()
      state.now += 60 * minute
      state.keys.failure = failure
      expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ code: `encryption-key-${failure}`, cure })
      expect(await grant()).toEqual(before)
      expect(server.requests).toEqual([])
      state.keys.failure = undefined
      expect((await tokens.tokenFor(desk)).accessToken).toBe('access-1')
    },
  )
})

describe('tokenFor: hosts that may not receive the token', () => {
  /** The fields of a row that was imported, or written before the rule existed. */
  const atGoogle = { kind: 'google', hosts: { imap: 'imap.gmail.com', pop3: 'pop.gmail.com' } } as const

  it('tokenFor rejects a host that is not the vendor’s even if the consent was given for it', async () => {
    const { tokens, desk, state, server, grant } = await connected({ account: { host: 'imap.evil.test' } })
    const before = await grant()
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-0')
    if (state.provider) Object.assign(state.provider, atGoogle)
    for (const refused of [undefined, 'access-0'])
      expect(await findingOf(tokens.tokenFor(desk, { refused }))).toMatchObject({
        code: 'host-not-allowed',
        cure: 'change',
      })
    state.now += 60 * minute
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ code: 'host-not-allowed' })
    expect(server.requests).toEqual([])
    expect(await grant()).toEqual(before)
  })

  it('tokenFor accepts the vendor’s own host in another spelling', async () => {
    const { tokens, desk, state } = await connected({ account: { host: 'IMAP.Gmail.com.' } })
    if (state.provider) Object.assign(state.provider, atGoogle)
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-0')
  })

  const application = (profileId: string) => ({
    profile: { profileId, grant: 'client_credentials' as const },
    account: { credential: { method: 'oauth2' as const, profileId } },
  })

  it('tokenFor rejects an app-only token’s host if the account or the provider’s hosts have changed', async () => {
    const { tokens, desk, state, server } = await aWorld(application('profile-hosts'))
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-1')
    const moved = { ...desk, host: 'mail.example.org.evil.test' }
    expect(await findingOf(tokens.tokenFor(moved))).toMatchObject({ code: 'host-not-allowed', cure: 'change' })
    const named = async (hosts: { imap?: string; pop3?: string }) => {
      if (state.provider) state.provider = { ...state.provider, hosts }
      return await findingOf(tokens.tokenFor(desk))
    }
    expect(await named({ imap: 'elsewhere.example.org', pop3: desk.host })).toMatchObject({ code: 'host-not-allowed' })
    expect(await named({ pop3: desk.host })).toMatchObject({ code: 'host-not-named' })
    expect(await named({})).toMatchObject({ code: 'host-not-named' })
    expect(server.requests).toHaveLength(1)
    if (state.provider) state.provider = { ...state.provider, hosts: { imap: desk.host } }
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-1')
  })

  it('tokenFor rejects a deleted provider even if the stored token is still valid', async () => {
    const { tokens, desk, state } = await connected()
    state.provider = undefined
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ code: 'provider-missing' })
  })
})

describe('the data key of a grant', () => {
  it('a grant’s data key stays the same over every refresh, so that fetching never generates one', async () => {
    const { tokens, desk, state, grant } = await connected()
    const first = await grant()
    state.keys.calls.length = 0
    for (const count of [1, 2, 3]) {
      state.now += 60 * minute
      expect((await tokens.tokenFor(desk)).accessToken).toBe(`access-${count}`)
    }
    expect((await grant())?.dataKey).toBe(first?.dataKey)
    expect((await grant())?.sealed).not.toBe(first?.sealed)
    const context = { 'postmaster:account': desk.accountId }
    expect(state.keys.calls).toEqual(Array.from({ length: 3 }, () => ({ operation: 'unwrap', context })))
  })

  it('a grant’s data key changes with every consent', async () => {
    const { grant, consent } = await connected()
    const first = await grant()
    await consent({ accessToken: 'access-0', refreshToken: 'refresh-0', expiresIn: 3600 })
    expect((await grant())?.dataKey).not.toBe(first?.dataKey)
  })

  it('a grant’s data key is available before the request to a provider that issues tokens only once', async () => {
    const { tokens: access, desk, state, server } = await connected()
    state.now += 60 * minute
    const asked: number[] = []
    server.next.push((exchange) => {
      asked.push(state.keys.handedOut.filter((key) => !key.equals(Buffer.alloc(32))).length)
      return tokens({ access_token: 'access-1' })(exchange)
    })
    // After this call, KMS returns no more keys.
    const { unwrap } = state.keys
    state.keys.unwrap = async (...call) => {
      const key = await unwrap.apply(state.keys, call)
      state.keys.failure = 'unavailable'
      return key
    }
    expect((await access.tokenFor(desk)).accessToken).toBe('access-1')
    expect(asked).toEqual([1])
  })

  it('a grant’s data key is overwritten in memory after every call, whether the call succeeds or fails', async () => {
    const { tokens, desk, state, server } = await connected()
    await tokens.tokenFor(desk)
    state.now += 60 * minute
    server.next.push(refusal('temporarily_unavailable', 'Later.'))
    await findingOf(tokens.tokenFor(desk))
    await tokens.tokenFor(desk)
    expect(state.keys.handedOut.length).toBeGreaterThan(3)
    for (const key of state.keys.handedOut) expect(key.equals(Buffer.alloc(32))).toBe(true)
  })
})

describe('tokenFor: app-only access', () => {
  const app = { profile: { grant: 'client_credentials' } } as const

  it('tokenFor gets app-only tokens with the client’s credentials, in one row for all accounts of the profile', async () => {
    const {
      tokens: access,
      desk,
      state,
      server,
      sealed,
      grant,
    } = await aWorld({ profile: { ...app.profile, profileId: 'profile-1' } })
    await tables.table('oauthGrants').delete('profile#profile-1')
    server.otherwise = tokens({ refresh_token: undefined })
    expect((await access.tokenFor(desk)).accessToken).toBe('access-1')
    expect(server.requests[0]?.parameters).toEqual({
      grant_type: 'client_credentials',
      client_id: 'postmaster',
      client_secret: 'the-client-secret',
      scope: 'mail.all',
    })
    const another = { ...desk, accountId: 'another', username: 'sales@example.com', type: 'POP3S' as const }
    expect((await access.tokenFor(another)).accessToken).toBe('access-1')
    expect(await sealed()).toEqual({ accessToken: 'access-1' })
    expect(await grant()).toMatchObject({ grantKey: 'profile#profile-1', state: 'connected' })
    state.now += 60 * minute
    expect((await access.tokenFor(another)).accessToken).toBe('access-2')
    expect(server.requests).toHaveLength(2)
    const context = { 'postmaster:profile': 'profile-1' }
    expect(new Set(state.keys.calls.map((call) => JSON.stringify(call.context)))).toEqual(
      new Set([JSON.stringify(context)]),
    )
    expect(state.keys.calls.filter(({ operation }) => operation === 'generate')).toHaveLength(1)
  })

  it('tokenFor sends no app-only request while the encryption key is disabled', async () => {
    const {
      tokens: access,
      desk,
      state,
      server,
    } = await aWorld({
      profile: { ...app.profile, profileId: 'profile-5' },
      account: { credential: { method: 'oauth2', profileId: 'profile-5' } },
    })
    state.keys.failure = 'disabled'
    expect(await findingOf(access.tokenFor(desk))).toMatchObject({ code: 'encryption-key-disabled' })
    state.keys.failure = undefined
    await access.tokenFor(desk)
    state.now += 60 * minute
    state.keys.failure = 'disabled'
    expect(await findingOf(access.tokenFor(desk))).toMatchObject({ code: 'encryption-key-disabled' })
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor gets a new app-only token under a new data key if the stored one cannot be read', async () => {
    const {
      tokens: access,
      desk,
      state,
      server,
      sealed,
    } = await aWorld({
      profile: { ...app.profile, profileId: 'profile-6' },
      account: { credential: { method: 'oauth2', profileId: 'profile-6' } },
    })
    await access.tokenFor(desk)
    state.keys.material = Buffer.alloc(32)
    expect((await access.tokenFor(desk)).accessToken).toBe('access-2')
    expect(await sealed()).toMatchObject({ accessToken: 'access-2' })
    expect(server.requests).toHaveLength(2)
  })

  it('tokenFor sends a single app-only request for many accounts at the same time, even the first time', async () => {
    const { desk, server, process } = await aWorld({
      profile: { ...app.profile, profileId: 'profile-2' },
      account: { credential: { method: 'oauth2', profileId: 'profile-2' } },
    })
    const callers = Array.from({ length: 30 }, (_, n) =>
      process().tokens.tokenFor({ ...desk, accountId: `account-${n}` }),
    )
    expect(new Set((await Promise.all(callers)).map(({ accessToken }) => accessToken))).toEqual(new Set(['access-1']))
    expect(server.requests).toHaveLength(1)
  })

  it('tokenFor reports a rejected app-only request as a needed change, not as a missing consent', async () => {
    const { tokens, desk, server, grant } = await aWorld({
      profile: { ...app.profile, profileId: 'profile-3' },
      account: { credential: { method: 'oauth2', profileId: 'profile-3' } },
    })
    server.next.push(refusal('invalid_grant', 'Access was not granted.'))
    expect(await findingOf(tokens.tokenFor(desk))).toMatchObject({ cure: 'change' })
    expect((await grant())?.state).toBe('connected')
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-2')
  })

  it('tokenFor does not use an app-only token of the profile’s former client', async () => {
    const { tokens, desk, state, server, profile } = await aWorld({
      profile: { ...app.profile, profileId: 'profile-4' },
      account: { credential: { method: 'oauth2', profileId: 'profile-4' } },
    })
    await tokens.tokenFor(desk)
    state.profile = { ...profile(), grantEpoch: 2 }
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-2')
    expect((await tokens.tokenFor(desk)).accessToken).toBe('access-2')
    expect(server.requests).toHaveLength(2)
  })
})

describe('rows of grants', () => {
  it('a grant’s row contains neither a token nor a client secret in any encoding', async () => {
    const { tokens: access, desk, state, server } = await connected()
    server.otherwise = tokens({
      access_token: 'a-very-secret-access-token',
      refresh_token: 'a-very-secret-refresh-token',
    })
    state.now += 60 * minute
    await access.tokenFor(desk)
    const row = JSON.stringify(await tables.table('oauthGrants').get(`account#${desk.accountId}`))
    for (const secret of ['a-very-secret-access-token', 'a-very-secret-refresh-token', 'the-client-secret'])
      for (const spelling of [
        secret,
        Buffer.from(secret).toString('base64').slice(0, 20),
        Buffer.from(secret).toString('hex'),
      ])
        expect(row).not.toContain(spelling)
    expect(row).toContain('sealed')
  })
})
