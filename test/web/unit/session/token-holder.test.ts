import { describe, expect, it } from 'vitest'
import { SessionEnded, SessionUnavailable, TokenHolder } from '../../../../web/session/token-holder.ts'

type Script = Response | Error

const tokenResponse = (accessToken: string, expiresIn = 600) => Response.json({ accessToken, expiresIn })
const problem = (status: number) =>
  Response.json({ code: 'a-code', detail: 'A detail.', remedy: 'A remedy.' }, { status })

/** A browser whose server gives the scripted responses in turn. */
const scripted = (...script: Script[]) => {
  const browser = {
    clock: 1_000_000,
    secret: 'secret' as string | undefined,
    asked: [] as string[],
    slept: [] as number[],
    /** The number of requests at the same time, which other tabs must not exceed. */
    atOnce: 0,
    mostAtOnce: 0,
  }
  let lock: Promise<unknown> = Promise.resolve()
  const holder = () =>
    new TokenHolder({
      post: async (path, secret) => {
        browser.asked.push(`${path} ${secret}`)
        browser.atOnce += 1
        browser.mostAtOnce = Math.max(browser.mostAtOnce, browser.atOnce)
        await Promise.resolve()
        browser.atOnce -= 1
        const next = script.shift()
        if (next === undefined) throw new Error('the script has ended')
        if (next instanceof Error) throw next
        return next
      },
      alone: <T>(work: () => Promise<T>): Promise<T> => {
        const done = lock.then(work)
        lock = done.catch(() => undefined)
        return done
      },
      pageSecret: () => browser.secret,
      forgetPageSecret: () => {
        browser.secret = undefined
      },
      now: () => browser.clock,
      sleep: async (milliseconds) => {
        browser.slept.push(milliseconds)
      },
    })
  return { browser, holder }
}

describe('the token of a tab', () => {
  it('a token is kept until a minute before its end, and then replaced', async () => {
    const { browser, holder } = scripted(tokenResponse('one'), tokenResponse('two'))
    const tab = holder()
    expect(await tab.accessToken()).toBe('one')
    browser.clock += 539_000
    expect(await tab.accessToken()).toBe('one')
    browser.clock += 1_000
    expect(await tab.accessToken()).toBe('two')
    expect(browser.asked).toEqual(Array(2).fill('/admin/session/token secret'))
  })

  it('many requests at once ask for one token, and two tabs never ask at the same time', async () => {
    const { browser, holder } = scripted(tokenResponse('one'), tokenResponse('two'))
    const [tab, other] = [holder(), holder()]
    const tokens = await Promise.all([tab, tab, tab, other, other].map((one) => one.accessToken()))
    expect(tokens).toEqual(['one', 'one', 'one', 'two', 'two'])
    expect(browser.mostAtOnce).toBe(1)
  })

  it('a browser that has never signed in sends no request', async () => {
    const { browser, holder } = scripted()
    browser.secret = undefined
    await expect(holder().accessToken()).rejects.toBeInstanceOf(SessionEnded)
    expect(browser.asked).toEqual([])
  })

  it('the end of a session is reported once and not asked about again for five seconds', async () => {
    const { browser, holder } = scripted(problem(401), tokenResponse('after signing in'))
    const tab = holder()
    let reported = 0
    const stop = tab.onEnded(() => {
      reported += 1
    })
    const both = await Promise.allSettled([tab.accessToken(), tab.accessToken()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    browser.clock += 4_999
    await expect(tab.accessToken()).rejects.toBeInstanceOf(SessionEnded)
    expect([browser.asked.length, reported]).toEqual([1, 1])
    stop()
    browser.clock += 1
    expect(await tab.accessToken()).toBe('after signing in')
  })

  it('a tab that hears of a new session asks at once', async () => {
    const { holder } = scripted(problem(401), tokenResponse('new'))
    const tab = holder()
    await expect(tab.accessToken()).rejects.toBeInstanceOf(SessionEnded)
    tab.forgetToken()
    expect(await tab.accessToken()).toBe('new')
  })

  it.each([
    ['a lost connection', new TypeError('fetch failed')],
    ['too many requests', problem(429)],
    ['an issuer that does not answer', problem(503)],
  ])('a request is repeated after %s', async (_, failure) => {
    const { browser, holder } = scripted(failure, tokenResponse('one'))
    expect(await holder().accessToken()).toBe('one')
    expect(browser.slept).toEqual([500])
  })

  it('a failure that lasts is reported with its problem, and ends no session', async () => {
    const { browser, holder } = scripted(problem(503), problem(503), problem(503), problem(502))
    const tab = holder()
    tab.onEnded(() => expect.unreachable())
    const failure = await tab.accessToken().catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(SessionUnavailable)
    expect(failure).toMatchObject({ status: 503, problem: { code: 'a-code' } })
    expect(browser.slept).toEqual([500, 1500])
    // This failure does not pass by waiting.
    await expect(tab.accessToken()).rejects.toMatchObject({ status: 502 })
  })

  it('a token that has not ended yet is used if it cannot be replaced', async () => {
    const { browser, holder } = scripted(tokenResponse('one'), problem(502), problem(502))
    const tab = holder()
    await tab.accessToken()
    browser.clock += 599_000
    expect(await tab.accessToken()).toBe('one')
    browser.clock += 1_000
    await expect(tab.accessToken()).rejects.toMatchObject({ status: 502 })
  })
})

describe('signing out in a tab', () => {
  it('signing out forgets the token and the secret and says where to go', async () => {
    const { browser, holder } = scripted(tokenResponse('one'), Response.json({ signOutUrl: 'https://issuer.example/' }))
    const tab = holder()
    await tab.accessToken()
    expect(await tab.signOut()).toBe('https://issuer.example/')
    expect(browser.secret).toBeUndefined()
    await expect(tab.accessToken()).rejects.toBeInstanceOf(SessionEnded)
    expect(browser.asked.at(-1)).toBe('/admin/session/sign-out secret')
  })

  it('signing out in a tab also ends the token of every other tab at once', async () => {
    const { browser, holder } = scripted(tokenResponse('one'), tokenResponse('other'), Response.json({}))
    const [tab, other] = [holder(), holder()]
    await tab.accessToken()
    await other.accessToken()
    await tab.signOut()
    await expect(other.accessToken()).rejects.toBeInstanceOf(SessionEnded)
    expect(browser.asked).toHaveLength(3)
  })

  it('a tab does not use the token of the former person after another one has signed in', async () => {
    const { browser, holder } = scripted(tokenResponse('former'), problem(502), tokenResponse('new'))
    const tab = holder()
    await tab.accessToken()
    browser.secret = 'new secret'
    await expect(tab.accessToken()).rejects.toMatchObject({ status: 502 })
    expect(await tab.accessToken()).toBe('new')
    expect(browser.asked.at(-1)).toBe('/admin/session/token new secret')
  })

  it('a sign-out that fails changes nothing, so that the person can repeat it', async () => {
    const { browser, holder } = scripted(tokenResponse('one'), problem(500))
    const tab = holder()
    await tab.accessToken()
    await expect(tab.signOut()).rejects.toBeInstanceOf(SessionUnavailable)
    expect(browser.secret).toBe('secret')
    expect(await tab.accessToken()).toBe('one')
  })
})
