import { describe, expect, it } from 'vitest'
import { hashOf, newSecret } from '../../../lib/secrets/random-secret.ts'
import { pagePaths } from '../../../lib/session/page-address.ts'
import { signInLifetime } from '../../../lib/session/session-limits.ts'
import { pageUrl, SessionWorld } from '../../support/session-world.ts'

const session = '__Host-postmaster-session'

describe('signing in to the admin page', () => {
  it('a sign-in leads through the issuer back to the page, with a sealed session cookie that only the page sends', async () => {
    await using world = await SessionWorld.start()
    const departed = await world.visitor.get(world.signInAddress('/admin/accounts?filter=a'))
    expect(departed.status).toBe(303)
    const issuer = new URL(departed.location ?? '')
    expect(issuer.origin).toBe(world.server.issuer)
    expect(Object.fromEntries(issuer.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: `${pageUrl}/admin/session/callback`,
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(departed.cookies).toEqual([
      expect.stringMatching(
        /^__Host-postmaster-sign-in-[\w-]{10}=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=600$/,
      ),
    ])
    const arrived = await world.visitor.get(await world.atIssuer(issuer.href))
    expect(arrived).toMatchObject({ status: 303, location: `${pageUrl}/admin/accounts?filter=a` })
    expect(arrived.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect(arrived.cookies).toEqual([
      expect.stringMatching(
        /^__Host-postmaster-session=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Strict; Max-Age=43200$/,
      ),
      `${session}-2=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0`,
      expect.stringMatching(/^__Host-postmaster-sign-in-[\w-]{10}=; .*Max-Age=0$/),
    ])
    const { status, body, headers } = await world.token()
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'cache-control': 'no-store' })
    expect(JSON.parse(Buffer.from(body.accessToken.split('.')[1], 'base64url').toString())).toMatchObject({
      iss: world.server.issuer,
      email: 'desk@example.com',
    })
  })

  it('neither a cookie nor the log contains a token, a code or the verifier', async () => {
    await using world = await SessionWorld.start()
    const departed = await world.visitor.get(world.signInAddress())
    const back = await world.atIssuer(departed.location ?? '')
    const arrived = await world.visitor.get(back)
    const renewed = await world.token()
    await world.visitor.get(back)
    const tokens = world.server.tokenRequests.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])
    const secrets = [...tokens, new URL(back).searchParams.get('code'), world.pageSecret, renewed.body.accessToken]
    const kept = [...departed.cookies, ...arrived.cookies, ...renewed.cookies].map((line) =>
      Buffer.from(/=([^;]*)/.exec(line)?.[1] ?? '', 'base64url').toString('latin1'),
    )
    expect(secrets.filter((secret) => secret !== undefined && secret !== null).length).toBeGreaterThan(5)
    for (const secret of secrets)
      for (const text of [...kept, ...departed.cookies, ...arrived.cookies, ...world.log.lines])
        if (typeof secret === 'string') expect(text).not.toContain(secret)
  })

  it.each([
    '//evil.example/',
    '/\\evil.example/',
    '/admin/\\evil.example',
    '/admin//evil.example',
    'https://evil.example/admin/',
    '/admin/../oauth2/start/x',
    '/admin/%2e%2e/oauth2',
    '/admin/%2fevil.example',
    '/admin/%5cevil.example',
    '/admin/%00',
    '/admin/a b',
    '/admin/\r\nset-cookie: a=b',
    '/admin/session/sign-in',
    '/admin@evil.example',
    '/administrators',
    '/accounts',
    'javascript:alert(1)',
    '',
    `/admin/${'x'.repeat(500)}`,
  ])('a sign-in with the return address %j ends at the start of the page', async (returnTo) => {
    await using world = await SessionWorld.start()
    expect((await world.signIn(returnTo)).location).toBe(`${pageUrl}/admin`)
  })

  it('a sign-in that another site begins leads to the page, which begins its own', async () => {
    await using world = await SessionWorld.start()
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      const page = await world.visitor.get(world.signInAddress('/admin/runs'), headers)
      expect(page).toMatchObject({ status: 303, location: `${pageUrl}/admin/runs`, cookies: [] })
    }
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, {}])
      expect((await world.visitor.get(world.signInAddress(), headers)).location).toContain(world.server.issuer)
  })

  it('a sign-in that the page begins at another address of the API leads to the page at its own address', async () => {
    await using world = await SessionWorld.start()
    const from = (origin: string) => `${world.signInAddress('/admin/runs')}&${new URLSearchParams({ origin })}`
    for (const other of ['https://api.execute-api.example', 'http://postmaster.example.com', 'null'])
      expect(await world.visitor.get(from(other))).toMatchObject({ location: `${pageUrl}/admin/runs`, cookies: [] })
    expect((await world.visitor.get(from(pageUrl))).location).toContain(world.server.issuer)
  })

  it('a person signs in through a distribution in front of the API, which sends the Host of the API', async () => {
    await using world = await SessionWorld.start()
    const headers = { 'sec-fetch-site': 'same-origin', host: 'api.execute-api.example' }
    const address = `${world.signInAddress()}&${new URLSearchParams({ origin: pageUrl })}`
    const { location = '' } = await world.visitor.get(address, headers)
    expect(location).toContain(world.server.issuer)
    expect(await world.visitor.get(await world.atIssuer(location), { host: headers.host })).toMatchObject({
      location: `${pageUrl}/admin/accounts`,
    })
    expect(await world.token({ headers: { host: headers.host } })).toMatchObject({ status: 200 })
  })

  it('a sign-in without the hash of the page’s secret leads to the page', async () => {
    await using world = await SessionWorld.start()
    for (const query of ['', '?returnTo=%2Fadmin', '?pageHash=x'])
      expect(await world.visitor.get(`${pagePaths.signIn}${query}`)).toMatchObject({
        location: `${pageUrl}/admin`,
        cookies: [],
      })
  })

  it('a browser that comes back is refused if it did not begin the sign-in, or if the state is another one', async () => {
    await using world = await SessionWorld.start()
    const { location = '' } = await world.visitor.get(world.signInAddress())
    const back = new URL(await world.atIssuer(location))
    const stranger = await world.newVisitor().get(back.href)
    expect(stranger).toMatchObject({ status: 400, location: undefined })
    expect(stranger.text).toContain('This browser did not begin this sign-in')
    expect(stranger.cookies.join()).not.toContain(`${session}=`)
    // The same beginning selects the same cookie, whose content has the whole state.
    const state = back.searchParams.get('state') ?? ''
    back.searchParams.set('state', `${state.slice(0, 10)}${'x'.repeat(33)}`)
    expect((await world.visitor.get(back.href)).status).toBe(400)
    expect(world.server.tokenRequests).toEqual([])
  })

  it('a code works only once, in the same browser and for a copy of its cookie', async () => {
    await using world = await SessionWorld.start()
    const { location = '' } = await world.visitor.get(world.signInAddress())
    const copied = world.newVisitor()
    for (const [name, value] of world.visitor.cookies) copied.cookies.set(name, value)
    const back = await world.atIssuer(location)
    expect((await world.visitor.get(back)).status).toBe(303)
    const again = await world.visitor.get(back)
    expect(again).toMatchObject({ status: 400 })
    expect(again.text).toContain('has already finished it')
    const stolen = await copied.get(back)
    expect(stolen).toMatchObject({ status: 400, location: undefined })
    expect(stolen.text).toContain('The sign-in service no longer accepts this sign-in')
  })

  it('a sign-in that takes longer than ten minutes is refused', async () => {
    await using world = await SessionWorld.start()
    const { location = '' } = await world.visitor.get(world.signInAddress())
    const back = await world.atIssuer(location)
    world.clock.now = new Date(world.clock.now.getTime() + signInLifetime * 1000)
    const page = await world.visitor.get(back)
    expect(page.status).toBe(400)
    expect(page.text).toContain('The sign-in took longer than ten minutes.')
  })

  it('several tabs can sign in at the same time, and the cookies of older sign-ins are removed', async () => {
    await using world = await SessionWorld.start()
    const departures = []
    for (let tab = 0; tab < 5; tab += 1) departures.push(await world.visitor.get(world.signInAddress(`/admin/${tab}`)))
    const pending = [...world.visitor.cookies].filter(([name, value]) => name.includes('sign-in') && value !== '')
    expect(pending).toHaveLength(3)
    for (const tab of [4, 2])
      expect((await world.visitor.get(await world.atIssuer(departures[tab]?.location ?? ''))).location).toBe(
        `${pageUrl}/admin/${tab}`,
      )
    expect((await world.visitor.get(await world.atIssuer(departures[0]?.location ?? ''))).status).toBe(400)
  })

  it('a person whom the issuer refuses sees why, and can sign in again', async () => {
    await using world = await SessionWorld.start()
    const { location = '' } = await world.visitor.get(world.signInAddress())
    const state = new URL(location).searchParams.get('state') ?? ''
    const back = new URLSearchParams({ error: 'access_denied', state, iss: world.server.issuer })
    const page = await world.visitor.get(`${pagePaths.callback}?${back}`)
    expect(page.status).toBe(403)
    expect(page.text).toContain('The sign-in service did not sign you in.')
    expect(page.text).toContain('access_denied')
    expect(page.html).toContain('<a class="button" href="/admin">Sign in again</a>')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('text of the issuer that is not an error code is not shown', async () => {
    await using world = await SessionWorld.start()
    const { location = '' } = await world.visitor.get(world.signInAddress())
    const state = new URL(location).searchParams.get('state') ?? ''
    const back = new URLSearchParams({ error: '<b>call 0800</b>', state, iss: world.server.issuer })
    const page = await world.visitor.get(`${pagePaths.callback}?${back}`)
    expect(page.html).not.toContain('0800')
    expect(page.text).toContain('unknown')
  })

  it('a person is told if the issuer does not answer', async () => {
    await using world = await SessionWorld.start()
    await world.server.stop()
    const page = await world.visitor.get(world.signInAddress())
    expect(page).toMatchObject({ status: 503, location: undefined })
    expect(page.text).toContain('The sign-in service does not answer. What to do Try again in a minute.')
  })

  it('a person is told what an operator must change if the issuer returns no refresh token, or no token for the API', async () => {
    await using withoutRefresh = await SessionWorld.start()
    withoutRefresh.server.policy.refreshTokens = 'never'
    const first = await withoutRefresh.signIn()
    expect(first.status).toBe(502)
    expect(first.text).toContain('must allow refresh tokens for the client')
    // Without a resource, this issuer has opaque access tokens.
    await using opaque = await SessionWorld.start({ token: 'access' })
    const second = await opaque.signIn()
    expect(second.status).toBe(502)
    expect(second.text).toContain('set the context value pageToken to id')
  })

  it('a session that began for one page is of no use to another', async () => {
    await using world = await SessionWorld.start()
    await world.signIn()
    expect((await world.token({ headers: { 'x-postmaster-session': newSecret() } })).status).toBe(401)
    await world.signIn()
    expect((await world.token({ headers: { 'x-postmaster-session': hashOf(world.pageSecret) } })).status).toBe(401)
  })
})
