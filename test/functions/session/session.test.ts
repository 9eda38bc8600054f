import { describe, expect, it } from 'vitest'
import { newSecret } from '../../../lib/secrets/random-secret.ts'
import { pagePaths } from '../../../lib/session/page-address.ts'
import { sessionLifetime } from '../../../lib/session/session-limits.ts'
import { pageUrl, SessionWorld } from '../../support/session-world.ts'

const ended = { status: 401, body: { code: 'session-ended', remedy: 'Sign in again.' } }
const cleared = [
  '__Host-postmaster-session=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0',
  '__Host-postmaster-session-2=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0',
]

const signedIn = async (): Promise<SessionWorld> => {
  const world = await SessionWorld.start()
  await world.signIn()
  return world
}

const grants = ({ server }: SessionWorld) => server.tokensIssued.map(({ grantType }) => grantType)

describe('the access token of the admin page', () => {
  it('a session gets one access token after another, although each refresh token works only once', async () => {
    await using world = await signedIn()
    for (let round = 0; round < 3; round += 1) {
      const { status, body, cookies } = await world.token()
      expect([status, body]).toEqual([
        200,
        {
          accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
          expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
          expiresIn: expect.closeTo(3600, -2),
          sessionEndsAt: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ])
      expect(cookies[0]).toMatch(/^__Host-postmaster-session=[\w-]+; .*SameSite=Strict; Max-Age=4\d{4}$/)
    }
    expect(grants(world)).toEqual(['authorization_code', ...Array(3).fill('refresh_token')])
    expect(new Set(world.server.tokensIssued.map(({ refreshToken }) => refreshToken)).size).toBe(4)
  })

  it.each(['repeat', 'omit'] as const)(
    'the cookie stays as it is if the issuer does %s the refresh token',
    async (onRefresh) => {
      await using world = await signedIn()
      world.server.policy.onRefresh = onRefresh
      for (let round = 0; round < 2; round += 1) expect(await world.token()).toMatchObject({ status: 200, cookies: [] })
    },
  )

  it('a refresh under the data key of the cookie needs no new data key', async () => {
    await using world = await signedIn()
    world.keys.calls.length = 0
    await world.token()
    await world.token()
    expect(world.keys.calls.map(({ operation, context }) => [operation, context])).toEqual(
      Array(2).fill(['unwrap', { 'postmaster:session': 'session' }]),
    )
    expect(world.keys.handedOut.every((key) => key.every((byte) => byte === 0))).toBe(true)
  })

  it('two refreshes at the same time are why the page takes a lock: the issuer takes the second one for a theft', async () => {
    await using world = await signedIn()
    const cookies = world.cookieLines()
    const answers = await Promise.all([world.token({ cookies }), world.token({ cookies })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await world.token()).status).toBe(401)
  })

  it.each([
    ['without the header of the page', { 'x-postmaster-session': undefined }, 'X-Postmaster-Session'],
    ['with a header that is not a secret', { 'x-postmaster-session': '1' }, 'X-Postmaster-Session'],
    ['from a page of another site', { 'sec-fetch-site': 'cross-site' }, 'another site'],
    ['from a page of another host of the same site', { 'sec-fetch-site': 'same-site' }, 'another site'],
    ['from an address bar', { 'sec-fetch-site': 'none' }, 'another site'],
    [
      'from another origin in an old browser',
      { 'sec-fetch-site': undefined, origin: 'https://evil.example' },
      'another origin',
    ],
    ['with another origin', { origin: 'https://evil.example' }, 'another origin'],
    ['with a hidden origin', { origin: 'null' }, 'another origin'],
    ['with the origin without TLS', { origin: pageUrl.replace('https', 'http') }, 'another origin'],
  ])('a request %s is refused and ends nothing', async (_, headers, detail) => {
    await using world = await signedIn()
    for (const path of [pagePaths.token, pagePaths.signOut]) {
      const answer = await world.post(path, { headers })
      expect(answer).toMatchObject({ status: 403, cookies: [], body: { code: 'foreign-request' } })
      expect(answer.body.detail).toContain(detail)
    }
    expect(grants(world)).toEqual(['authorization_code'])
    expect((await world.token()).status).toBe(200)
  })

  it.each([
    [
      'of an old browser that sends neither the site nor the origin',
      { 'sec-fetch-site': undefined, origin: undefined },
    ],
    [
      'under the gateway’s generated address',
      {
        host: 'abc.execute-api.eu-central-1.amazonaws.com',
        origin: 'https://abc.execute-api.eu-central-1.amazonaws.com',
      },
    ],
  ])('a request %s is served', async (_, headers) => {
    await using world = await signedIn()
    expect((await world.token({ headers })).status).toBe(200)
  })

  it('a browser without a session is told so, and the issuer is not asked', async () => {
    await using world = await SessionWorld.start()
    const answer = await world.token()
    // Otherwise a request that began before a sign-in and is answered after it would remove the new session.
    expect(answer).toMatchObject({ ...ended, cookies: [] })
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    expect(world.server.tokenRequests).toEqual([])
  })

  it('a changed, cut or foreign cookie does not open a session', async () => {
    await using world = await signedIn()
    await using other = await signedIn()
    const [line = ''] = world.cookieLines()
    const value = line.slice(line.indexOf('=') + 1)
    const bytes = Buffer.from(value, 'base64url')
    const changedAt = (position: number) =>
      Buffer.from(bytes.map((byte, i) => (i === (position + bytes.length) % bytes.length ? byte ^ 1 : byte))).toString(
        'base64url',
      )
    const values = [0, 1, 2, 60, -40, -1].map(changedAt)
    values.push(value.slice(0, -4), value.slice(0, 8), 'A', '', 'AAAA', Buffer.alloc(3000).toString('base64url'))
    const [foreign = ''] = other.cookieLines()
    values.push(foreign.slice(foreign.indexOf('=') + 1))
    for (const one of values)
      expect([one, await world.token({ cookies: [`__Host-postmaster-session=${one}`] })]).toMatchObject([one, ended])
    expect(grants(world)).toEqual(['authorization_code'])
    // The cookie under its plain name, which another host could set, is not read either.
    expect(await world.token({ cookies: [`postmaster-session=${value}`] })).toMatchObject(ended)
  })

  it('a cookie that opens no session is removed', async () => {
    await using world = await SessionWorld.start()
    const cookies = ['__Host-postmaster-session=AAAA']
    expect(await world.token({ cookies })).toMatchObject({ ...ended, cookies: cleared })
  })

  it('a cookie that is longer than any of ours is not sent to KMS', async () => {
    await using world = await SessionWorld.start()
    const wrapped = Buffer.alloc(6_500, 1)
    const cookie = Buffer.concat([Buffer.from([wrapped.length >> 8, wrapped.length & 255]), wrapped, Buffer.alloc(60)])
    const cookies = [`__Host-postmaster-session=${cookie.toString('base64url')}`]
    expect(await world.token({ cookies })).toMatchObject(ended)
    expect(world.keys.calls).toEqual([])
  })

  it('the cookie of a sign-in cannot be used as a session', async () => {
    await using world = await SessionWorld.start()
    await world.visitor.get(world.signInAddress())
    const [line = ''] = world.cookieLines()
    const cookies = [`__Host-postmaster-session=${line.slice(line.indexOf('=') + 1)}`]
    expect(await world.token({ cookies })).toMatchObject(ended)
  })

  it('a session ends twelve hours after the sign-in, even if it is used', async () => {
    await using world = await signedIn()
    const begun = world.clock.now.getTime()
    world.clock.now = new Date(begun + (sessionLifetime - 1) * 1000)
    const { status, body, cookies } = await world.token()
    expect(status).toBe(200)
    expect(Date.parse(body.sessionEndsAt)).toBeLessThanOrEqual(begun + sessionLifetime * 1000)
    expect(cookies[0]).toMatch(/Max-Age=[01]$/)
    const kept = world.cookieLines()
    world.clock.now = new Date(begun + sessionLifetime * 1000)
    expect(await world.token({ cookies: kept })).toMatchObject(ended)
  })

  it('a session ends when the issuer revokes it', async () => {
    await using world = await signedIn()
    world.server.revokeGrants('desk@example.com')
    expect(await world.token()).toMatchObject({ ...ended, cookies: cleared })
    expect(world.cookieLines()).toEqual([])
  })

  it('a session survives an outage of the issuer', async () => {
    await using world = await signedIn()
    await world.server.stop()
    const answer = await world.token()
    expect(answer).toMatchObject({ status: 503, cookies: [], body: { code: 'issuer-unavailable' } })
    expect(answer.body.remedy).toContain('You stay signed in.')
    expect(world.cookieLines()).toHaveLength(1)
  })

  it('a failure of KMS ends no session and reveals nothing', async () => {
    await using world = await signedIn()
    world.keys.failure = 'unavailable'
    expect(await world.token()).toMatchObject({ status: 500, cookies: [], body: { code: 'internal-error' } })
    world.keys.failure = undefined
    expect((await world.token()).status).toBe(200)
  })
})

describe('signing out of the admin page', () => {
  it('signing out revokes the refresh token and removes the cookies', async () => {
    await using world = await signedIn()
    const kept = world.cookieLines()
    expect(await world.post(pagePaths.signOut)).toMatchObject({ status: 200, body: {}, cookies: cleared })
    expect(world.cookieLines()).toEqual([])
    expect(await world.token({ cookies: kept })).toMatchObject(ended)
    expect(grants(world)).toEqual(['authorization_code'])
  })

  it('a person can sign out without a session, and while the issuer does not answer', async () => {
    await using world = await signedIn()
    const foreign = { 'x-postmaster-session': newSecret() }
    const kept = world.cookieLines()
    expect(await world.post(pagePaths.signOut, { headers: foreign })).toMatchObject({ status: 200, cookies: cleared })
    expect((await world.token({ cookies: kept })).status).toBe(200)
    await world.server.stop()
    expect(await world.post(pagePaths.signOut)).toMatchObject({ status: 200, cookies: cleared })
    expect(world.log.lines.join()).toContain('the sign-in service could not end a session')
  })

  it('the page after signing out leads back to the page and contains no script', async () => {
    await using world = await SessionWorld.start()
    const page = await world.visitor.get(pagePaths.signedOut)
    expect(page.text).toContain('You are signed out')
    expect(page.html).toContain('href="/admin"')
    expect(page.html).not.toContain('<script')
  })
})
