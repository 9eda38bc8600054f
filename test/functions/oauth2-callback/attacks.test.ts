import { createHash } from 'node:crypto'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { consentKeyOf } from '../../../lib/oauth2/tokens/grant.ts'
import { newSecret } from '../../../lib/secrets/random-secret.ts'
import { refusal, tokens } from '../../oauth2-server/scripted-answers.ts'
import { answerTo, depart } from '../../support/consent-steps.ts'
import {
  type ConsentWorld,
  clientSecret,
  failedTest,
  publicUrl,
  startConsentWorld,
} from '../../support/consent-world.ts'
import type { VisitedPage } from '../../support/page-visitor.ts'

let world: ConsentWorld
beforeAll(async () => {
  world = await startConsentWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.stop())

const grant = () => world.grants.read(consentKeyOf(world.accountId))
const minutes = (count: number) => {
  world.clock.now = new Date(world.clock.now.getTime() + count * 60_000)
}

/** Checks that no token was requested and nothing was stored. */
const expectNothingDone = async () => {
  expect(world.server.requests).toEqual([])
  expect(world.probed).toEqual([])
  expect(await grant()).toBeUndefined()
}

describe('the OAuth2 callback’s state', () => {
  it('the OAuth2 callback rejects a state that was never issued', async () => {
    const visitor = world.visitor()
    await depart(visitor, await world.link())
    const page = await visitor.arrive(`${publicUrl}/oauth2/callback?state=${newSecret()}&code=x`)
    expect(page.status).toBe(400)
    expect(page.text).toContain('has expired or is unknown')
    await expectNothingDone()
  })

  it('the OAuth2 callback rejects a state as soon as it has expired', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    minutes(10)
    expect((await visitor.arrive(answerTo(departure))).text).toContain('has expired or is unknown')
    await expectNothingDone()
  })

  it('the OAuth2 callback rejects another browser’s state, which stays valid for that browser', async () => {
    const attacker = world.visitor()
    const departure = await depart(attacker, await world.link())
    const page = await world.visitor().arrive(answerTo(departure))
    expect(page.status).toBe(403)
    expect(page.text).toContain('started in another browser')
    await expectNothingDone()
    expect((await attacker.arrive(answerTo(departure))).text).toContain('is connected')
  })

  it('the OAuth2 callback rejects another browser’s state even if this browser has started its own sign-in', async () => {
    const url = await world.link()
    const [attacker, victim] = [world.visitor(), world.visitor()]
    const departure = await depart(attacker, url)
    await depart(victim, url)
    const page = await victim.arrive(answerTo(departure))
    expect(page.text).toContain('started in another browser')
    await expectNothingDone()
  })

  it('the OAuth2 callback rejects a state whose cookie contains another attempt’s value', async () => {
    const visitor = world.visitor()
    const first = await depart(visitor, await world.link())
    const [[name, value] = ['', '']] = [...visitor.cookies]
    const other = world.visitor()
    await depart(other, await world.link())
    const [[, foreign] = ['', '']] = [...other.cookies]
    for (const forged of [
      foreign,
      `${foreign}x`,
      foreign.slice(1),
      '',
      `${value}.x`,
      value.split('.').toReversed().join('.'),
    ]) {
      visitor.cookies.set(name, forged)
      expect((await visitor.arrive(answerTo(first))).text).toContain('started in another browser')
    }
    await expectNothingDone()
    visitor.cookies.set(name, value)
    expect((await visitor.arrive(answerTo(first))).text).toContain('is connected')
  })

  it('the OAuth2 callback accepts a state only once if several requests use it at the same time', async () => {
    const visitor = world.visitor()
    const url = answerTo(await depart(visitor, await world.link()))
    const pages = await Promise.all(Array.from({ length: 6 }, () => visitor.get(url)))
    expect(new Set(pages.map(({ location }) => location)).size).toBe(1)
    expect(world.server.requests).toHaveLength(1)
  })

  it('the OAuth2 callback does not accept a used state with another code', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    await visitor.arrive(answerTo(departure, { error: 'access_denied' }))
    const page = await visitor.arrive(answerTo(departure, { code: 'stolen' }))
    expect(page.text).toContain('was not connected')
    await expectNothingDone()
  })

  it.each([
    ['nothing', ''],
    ['no state', '?code=x'],
    ['no code', `?state=${newSecret()}`],
    ['two states', `?state=${newSecret()}&state=${newSecret()}&code=x`],
    ['a list in its place', `?state[]=${newSecret()}&code=x`],
    ['an endless code', `?state=${newSecret()}&code=${'x'.repeat(4097)}`],
    ['a key of the table', `?state=ticket%23${newSecret()}&code=x`],
  ])('the OAuth2 callback shows an error page for a missing or malformed query: %s', async (_, query) => {
    const page = await world.visitor().arrive(`${publicUrl}/oauth2/callback${query}`)
    expect(page.status).toBe(400)
    expect(page.text).toContain('There is no sign-in to complete')
    await expectNothingDone()
  })

  it('the outcome page of an OAuth2 sign-in is not shown to another browser', async () => {
    const visitor = world.visitor()
    const { location = '' } = await visitor.get(answerTo(await depart(visitor, await world.link())))
    const page = await world.visitor().get(location)
    expect(page.status).toBe(403)
    expect(page.text).not.toContain('desk@example.com')
  })
})

describe('injected authorization codes', () => {
  /** A provider with PKCE, which exchanges a code only with the verifier that belongs to the code's challenge. */
  const challenges = new Map<string, string>()
  beforeEach(() => {
    challenges.clear()
    world.server.otherwise = (exchange) => {
      const { code = '', code_verifier = '' } = exchange.request.parameters
      const challenge = createHash('sha256').update(code_verifier).digest('base64url')
      return (challenges.get(code) === challenge ? tokens() : refusal('invalid_grant', 'PKCE'))(exchange)
    }
  })
  const codeFor = (departure: URL, code: string) => {
    challenges.set(code, departure.searchParams.get('code_challenge') ?? '')
    return code
  }

  it.each(['the victim’s code into the attacker’s round trip', 'the attacker’s code into the victim’s'])(
    'the OAuth2 callback cannot use an injected code: %s',
    async (which) => {
      const url = await world.link()
      const [one, other] = [world.visitor(), world.visitor()]
      const [mine, theirs] = [await depart(one, url), await depart(other, url)]
      const stolen = codeFor(which.startsWith('the victim') ? theirs : mine, 'stolen')
      const [into, browser] = which.startsWith('the victim') ? [mine, one] : [theirs, other]
      const page = await browser.arrive(answerTo(into, { code: stolen }))
      expect(page.text).toContain('was not connected')
      expect(world.server.requests).toHaveLength(1)
      expect(await grant()).toBeUndefined()
    },
  )

  it('the OAuth2 callback exchanges a code with the verifier of its own round trip', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    const page = await visitor.arrive(answerTo(departure, { code: codeFor(departure, 'right') }))
    expect(page.text).toContain('is connected')
  })

  it('the OAuth2 callback does not exchange a code from another authorization server (RFC 9207)', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    const page = await visitor.arrive(answerTo(departure, { code: 'x', iss: 'https://evil.example' }))
    expect(page.text).toContain('a sign-in service other than the expected one')
    await expectNothingDone()
  })

  it('the OAuth2 callback accepts a code from the expected issuer', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    const page = await visitor.arrive(answerTo(departure, { code: codeFor(departure, 'right'), iss: world.server.url }))
    expect(page.text).toContain('is connected')
  })

  it('the OAuth2 callback accepts an issuer on the tenant’s own host', async () => {
    const change = { authorizationEndpoint: 'https://{tenant}.login.example.com/authorize' }
    await world.providers.replace({ ...world.provider, ...change, version: 2 }, 1)
    await world.profiles.replace({ ...world.profile, tenant: 'desk', version: 2 }, world.profile)
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    expect(departure.origin).toBe('https://desk.login.example.com')
    const fields = { code: codeFor(departure, 'right'), iss: departure.origin }
    expect((await visitor.arrive(answerTo(departure, fields))).text).toContain('is connected')
  })
})

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '</blockquote></main><form action=https://evil.example><button>Sign in again</button></form>',
  'javascript:alert(1)',
  '{{7*7}}<%= 7*7 %>',
  'a\r\nset-cookie: a=b\r\n\r\n<h1>new page</h1>',
  '\u202egnp.exe',
]

/** Checks the page as a browser parses it: it contains only our own elements. */
const expectHarmless = (page: VisitedPage) => {
  expect(page.html).not.toMatch(/<(script|img|svg|iframe|form|h1>new|object|embed|base|meta http)/i)
  expect(page.html).not.toMatch(/<[a-z][^>]*\son\w+\s*=/i)
  expect(page.html).not.toContain('href="javascript:')
  expect(page.html).not.toContain('\u202e')
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  )
}

describe('markup and control characters on consent pages', () => {
  it.each(hostile)('the outcome page shows markup in the provider’s error as text: %j', async (text) => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    const page = await visitor.arrive(answerTo(departure, { error: text, error_description: text, error_uri: text }))
    expect(page.text).toContain('was not connected')
    expectHarmless(page)
  })

  it.each(hostile)('the outcome page shows markup in the token endpoint’s error as text: %j', async (text) => {
    world.server.otherwise = refusal(text, text)
    const visitor = world.visitor()
    const page = await visitor.arrive(answerTo(await depart(visitor, await world.link())))
    expect(page.text).toContain('was not connected')
    expectHarmless(page)
  })

  it.each(hostile)('the outcome page shows markup in the signed-in person’s name as text: %j', async (text) => {
    const claims = Buffer.from(JSON.stringify({ email: `${text}@example.com` })).toString('base64url')
    world.server.otherwise = tokens({ id_token: `e30.${claims}.sig` })
    const visitor = world.visitor()
    const url = await world.link()
    expectHarmless(await visitor.arrive(answerTo(await depart(visitor, url))))
    world.mail.answer = async () => failedTest('login', 'token-refused')
    const again = await world.link()
    const page = await visitor.arrive(answerTo(await depart(visitor, again)))
    expect(page.text).toContain('was not connected')
    expectHarmless(page)
  })

  it.each(hostile)('a consent page with markup in its path does not contain the markup: %j', async (text) => {
    for (const place of ['start', 'done']) {
      const page = await world.visitor().get(`${publicUrl}/oauth2/${place}/${encodeURIComponent(text)}`)
      expect(page.status).toBeGreaterThanOrEqual(400)
      expectHarmless(page)
    }
  })

  it('consent responses never contain hostile text in a header', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    const answers = [
      await visitor.get(answerTo(departure, { error: hostile.join(' ') })),
      await visitor.get(`${publicUrl}/oauth2/callback?state=${encodeURIComponent(hostile.join(' '))}&code=x`),
      await visitor.press(`${publicUrl}/oauth2/start/${encodeURIComponent(hostile.join(' '))}`),
    ]
    for (const { headers, cookies } of answers)
      for (const value of [...Object.values(headers), ...cookies]) expect(value).toMatch(/^[\x20-\x7e]*$/)
  })
})

describe('secrets of a sign-in', () => {
  it('a sign-in leaves no secret in logs, pages or rows', async () => {
    const visitor = world.visitor()
    const url = await world.link()
    const departure = await depart(visitor, url)
    const code = 'code-that-must-stay-secret'
    await visitor.arrive(answerTo(departure, { error: 'access_denied', error_description: 'no' }))
    const again = await depart(visitor, url)
    world.server.otherwise = tokens({ access_token: 'access-token-secret', refresh_token: 'refresh-token-secret' })
    const page = await visitor.arrive(answerTo(again, { code }))
    expect(page.text).toContain('is connected')

    const ticket = url.split('/').at(-1) ?? ''
    const verifier = world.server.requests[0]?.parameters.code_verifier ?? ''
    const states = [departure, again].map(({ searchParams }) => searchParams.get('state') ?? '')
    const secrets = [clientSecret, ticket, verifier, code, 'access-token-secret', 'refresh-token-secret', ...states]
    const cookies = [...visitor.cookies.values()].flatMap((value) => value.split('.'))
    expect(cookies.length).toBe(4)
    const rows = await Promise.all(
      (['consents', 'oauthGrants', 'audit', 'runs', 'accounts', 'oauth2'] as const).map(async (name) => {
        const { Items = [] } = await world.tables.client.send(
          new ScanCommand({ TableName: world.tables.tableName(name) }),
        )
        return Items.map((item) => unmarshall(item))
      }),
    )
    expect(rows.flat().length).toBeGreaterThan(8)
    const kept = JSON.stringify(rows)
    expect(world.log.lines.length).toBeGreaterThanOrEqual(4)
    for (const secret of [...secrets, ...cookies]) {
      expect(secret.length).toBeGreaterThan(10)
      expect(world.log.lines.join()).not.toContain(secret)
      expect(kept).not.toContain(secret)
      expect(page.html).not.toContain(secret)
    }
  })

  it('consent pages are not cached, framed or sent as a referrer', async () => {
    const visitor = world.visitor()
    const url = await world.link()
    const pages = [await visitor.get(url), await visitor.press(url)]
    const callback = await visitor.get(answerTo(new URL(pages[1]?.location ?? '')))
    pages.push(callback, await visitor.get(callback.location ?? ''), await visitor.get(`${publicUrl}/oauth2/start/x`))
    for (const { headers, html } of pages) {
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['referrer-policy']).toBe(html.includes('<form') ? 'same-origin' : 'no-referrer')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(html).not.toMatch(/https?:\/\/(?!postmaster\.example\.com)/)
    }
  })
})
