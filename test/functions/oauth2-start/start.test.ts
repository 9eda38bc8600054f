import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { attemptsPerTicket, ticketIdOf, ticketKeyOf } from '../../../lib/oauth2/consent/consent-store.ts'
import { answerTo, depart } from '../../support/consent-steps.ts'
import { type ConsentWorld, publicUrl, startConsentWorld } from '../../support/consent-world.ts'

let world: ConsentWorld
beforeAll(async () => {
  world = await startConsentWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.stop())

const changeAccount = async (fields: object) => {
  const account = await world.accounts.read(world.accountId)
  if (!account) throw new Error('no account')
  await world.accounts.replace({ ...account, ...fields, version: account.version + 1 }, account.version)
}

describe('the start page of a consent link', () => {
  it('the start page shows who requests which access to which mailbox, and the link’s expiry', async () => {
    const page = await world.visitor().get(await world.link())
    expect(page.status).toBe(200)
    expect(page.text).toContain('admin@example.org asks you to let Postmaster fetch the mail of this mailbox')
    expect(page.text).toContain(
      'Mailbox desk@example.com Sign in as desk@example.com Sign in at Example Mail, localhost:',
    )
    expect(page.text).toContain('Mail server imap.example.com')
    expect(page.text).toContain('sends the token only to the mail server imap.example.com')
    expect(page.text).toContain('reads the mail in the folder “INBOX”')
    expect(page.text).toContain('Fetched mail is deleted from the mailbox.')
    expect(page.text).toContain('Continue to Example Mail')
    expect(page.text).toContain('imap offline_access')
    expect(page.text).toContain('until 3 March 2026 at 08:00 UTC')
  })

  it('the start page does not redirect to a provider whose tokens the account’s mail server may not receive', async () => {
    const url = await world.link()
    await world.providers.replace({ ...world.provider, kind: 'microsoft', version: 2 }, 1)
    const page = await world.visitor().get(url)
    expect(page.text).toContain('imap.example.com is not allowed to receive tokens from the provider')
    expect((await world.visitor().press(url)).location).toBeUndefined()
  })

  it('the start page distinguishes a shared mailbox from the person, and explains what happens to the mail', async () => {
    await changeAccount({
      mailbox: 'info@example.com',
      afterFetch: { action: 'move', folder: 'Collected' },
      startFrom: 'new',
    })
    const { text } = await world.visitor().get(await world.link())
    expect(text).toContain('Connect the mailbox info@example.com')
    expect(text).toContain('Sign in as yourself. Postmaster then opens the mailbox info@example.com')
    expect(text).toContain('moved to the folder “Collected”')
    expect(text).toContain('Older mail is not fetched.')
  })

  it('the start page shows markup in an account’s fields as text', async () => {
    await changeAccount({ folder: '<script>alert(1)</script>', username: '"><img src=x onerror=alert(1)>' })
    const page = await world.visitor().get(await world.link())
    expect(page.html).not.toMatch(/<script|<img/)
    expect(page.text).toContain('<script>alert(1)</script>')
  })

  it('the start page needs no script, and its form may lead to Postmaster and to any https address', async () => {
    const provider = { ...world.provider, authorizationEndpoint: 'https://login.example.net/authorize' }
    await world.providers.replace({ ...provider, version: 2 }, 1)
    const page = await world.visitor().get(await world.link())
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self' https:; frame-ancestors 'none'$/,
    )
    expect(page.html).not.toMatch(/<script|style="|\son\w+=/)
  })

  it('the start page can be viewed any number of times, for example by mail filters', async () => {
    const url = await world.link()
    for (let i = 0; i < 30; i += 1) expect((await world.visitor().get(url)).status).toBe(200)
    expect(await ticketRowOf(url)).toMatchObject({ attempts: 0 })
    await depart(world.visitor(), url)
  })
})

const ticketRowOf = (url: string) => world.consents.readTicket(ticketKeyOf(ticketIdOf(url.split('/').at(-1) ?? '')))

describe('a consent link', () => {
  it.each([
    ['that is truncated', (url: string) => url.slice(0, -1)],
    ['with other letters', (url: string) => `${url.slice(0, -3)}xyz`],
    ['with an additional letter', (url: string) => `${url}x`],
    ['that is the key of a row', () => `${publicUrl}/oauth2/start/ticket%23x`],
  ])('a consent link %s is rejected, even when its button is pressed', async (_, spoil) => {
    const url = spoil(await world.link())
    expect(await world.visitor().get(url)).toMatchObject({
      status: 404,
      text: expect.stringContaining('does not work'),
    })
    expect(await world.visitor().press(url)).toMatchObject({ status: 404, location: undefined, cookies: [] })
  })

  it('a consent link expires after a day', async () => {
    const url = await world.link()
    world.clock.now = new Date('2026-03-03T07:59:59.000Z')
    expect((await world.visitor().get(url)).status).toBe(200)
    world.clock.now = new Date('2026-03-03T08:00:00.000Z')
    expect(await world.visitor().get(url)).toMatchObject({ status: 410, text: expect.stringContaining('expired') })
    expect(await world.visitor().press(url)).toMatchObject({ status: 410, location: undefined })
  })

  it('a consent link that expires while its button is pressed is reported as expired, not as used', async () => {
    const url = await world.link()
    vi.spyOn(world.consents, 'countAttempt').mockImplementationOnce(async () => {
      world.clock.now = new Date('2026-03-03T08:00:00.000Z')
      return false
    })
    const pressed = await world.visitor().press(url)
    expect(pressed).toMatchObject({ status: 410, text: expect.stringContaining('This link has expired') })
  })

  it('a consent link that is deleted while its owner signs in is reported as expired, not as used', async () => {
    const visitor = world.visitor()
    const departure = await depart(visitor, await world.link())
    vi.spyOn(world.consents, 'useTicket').mockImplementationOnce(async () => {
      vi.spyOn(world.consents, 'readTicket').mockResolvedValueOnce(undefined)
      return false
    })
    expect((await visitor.arrive(answerTo(departure))).text).toContain('The link expired while you were signing in')
  })

  it('a consent link stops working after one connection, even for a browser that has already pressed its button', async () => {
    const url = await world.link()
    const late = world.visitor()
    const theirs = await depart(late, url)
    const visitor = world.visitor()
    await visitor.arrive(answerTo(await depart(visitor, url)))
    expect(await world.visitor().press(url)).toMatchObject({ status: 410, location: undefined })
    const page = await late.arrive(answerTo(theirs))
    expect(page.text).toContain('connected with the same link in the meantime')
    expect(world.server.requests).toHaveLength(1)
  })

  it('a consent link stops working after too many attempts', async () => {
    const url = await world.link()
    for (let i = 0; i < attemptsPerTicket; i += 1) await depart(world.visitor(), url)
    expect(await world.visitor().get(url)).toMatchObject({
      status: 410,
      text: expect.stringContaining('too many times'),
    })
    expect(await world.visitor().press(url)).toMatchObject({ status: 410, location: undefined })
  })

  it.each([
    ['a changed account', () => changeAccount({ username: 'other@example.com' }), 409, 'has changed'],
    ['a deleted account', () => world.accounts.remove(world.accountId, 1), 410, 'no longer exists'],
    [
      'a profile of another epoch',
      () => world.profiles.replace({ ...world.profile, grantEpoch: 2, version: 2 }, world.profile),
      409,
      'has changed',
    ],
    [
      'a provider without its tenant',
      () =>
        world.providers.replace(
          { ...world.provider, authorizationEndpoint: 'https://login.example.net/{tenant}/authorize', version: 2 },
          1,
        ),
      409,
      'tenant-missing',
    ],
  ])('a consent link for %s does not lead to the provider', async (_, change, status, detail) => {
    const url = await world.link()
    await change()
    expect(await world.visitor().get(url)).toMatchObject({ status, text: expect.stringContaining(detail) })
    expect(await world.visitor().press(url)).toMatchObject({ status, location: undefined, cookies: [] })
  })
})

describe('the button of the start page', () => {
  it('the start page’s button does not lead to an unencrypted address, and reports the reason', async () => {
    const authorizationEndpoint = 'http://login.example.net/authorize'
    await world.providers.replace({ ...world.provider, authorizationEndpoint, version: 2 }, 1)
    const page = await world.visitor().press(await world.link())
    expect(page).toMatchObject({ status: 409, location: undefined, cookies: [] })
    expect(page.text).toContain('endpoint-not-allowed')
  })

  it('the start page’s button sets a cookie for this host only, over TLS, and hidden from scripts', async () => {
    const { cookies } = await world.visitor().press(await world.link())
    expect(cookies).toEqual([
      expect.stringMatching(
        /^__Host-postmaster-consent-[\w-]{10}=[\w-]{43}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
      ),
    ])
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    [{ 'sec-fetch-site': 'same-site', origin: publicUrl }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: `${publicUrl}.evil.example` }],
  ])('the start page’s button does nothing if another page pressed it: %j', async (headers) => {
    const url = await world.link()
    const page = await world.visitor().press(url, headers)
    expect(page).toMatchObject({ status: 403, location: undefined, cookies: [] })
    expect(page.text).toContain('did not come from our page')
  })

  it.each([
    [{ 'sec-fetch-site': 'same-origin', origin: publicUrl }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }],
    [{ origin: publicUrl }],
    [{}],
  ])('the start page’s button works in every browser on our own page: %j', async (headers) => {
    expect((await world.visitor().press(await world.link(), headers)).status).toBe(303)
  })
})
