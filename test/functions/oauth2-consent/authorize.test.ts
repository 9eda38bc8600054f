import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ticketIdOf, ticketKeyOf } from '../../../lib/oauth2/consent/consent-store.ts'
import { type ConsentWorld, publicUrl, startConsentWorld } from '../../support/consent-world.ts'
import { readerClaims } from '../../support/http-event.ts'

let world: ConsentWorld
beforeAll(async () => {
  world = await startConsentWorld()
})
beforeEach(() => world.reset())
afterAll(() => world.stop())

const authorize = (body?: unknown, accountId = world.accountId, claims?: Record<string, unknown> | null) =>
  world.call({
    method: 'POST',
    path: `/accounts/${accountId}/oauth2/authorize`,
    params: { accountId },
    ...(body !== undefined && { body }),
    ...(claims !== undefined && { claims }),
  })
const read = (consentId: string, accountId = world.accountId) =>
  world.call({
    method: 'GET',
    path: `/accounts/${accountId}/oauth2/consents/${consentId}`,
    params: { accountId, consentId },
    claims: readerClaims,
  })
const changeAccount = async (fields: object) => {
  const account = await world.accounts.read(world.accountId)
  if (!account) throw new Error('no account')
  await world.accounts.replace({ ...account, ...fields, version: account.version + 1 }, account.version)
}

describe('POST /accounts/{accountId}/oauth2/authorize', () => {
  it('authorize returns a link that works for a day, and stores only its hash', async () => {
    const { status, body } = await authorize()
    expect(status).toBe(201)
    expect(body).toEqual({
      consentId: expect.any(String),
      url: expect.stringMatching(/^https:\/\/postmaster\.example\.com\/oauth2\/start\/[A-Za-z0-9_-]{43}$/),
      expiresAt: '2026-03-03T08:00:00.000Z',
    })
    const ticket = body.url.split('/').at(-1)
    expect(body.consentId).toBe(ticketIdOf(ticket))
    expect(await world.consents.readTicket(ticketKeyOf(body.consentId))).toEqual({
      consentKey: `ticket#${body.consentId}`,
      accountId: world.accountId,
      asked: {
        profileId: world.profile.profileId,
        grantEpoch: 1,
        protocol: 'imap',
        username: 'desk@example.com',
        host: 'imap.example.com',
      },
      requestedBy: 'admin@example.org',
      requestedBySub: 'sub-admin',
      requestedAt: '2026-03-02T08:00:00.000Z',
      attempts: 0,
      expiresAt: Date.parse('2026-03-03T08:00:00.000Z') / 1000,
    })
    expect(world.log.lines.join()).not.toContain(ticket)
  })

  it('authorize returns a different link each time, and each link works', async () => {
    const urls = await Promise.all([world.link(), world.link()])
    expect(new Set(urls).size).toBe(2)
    for (const url of urls) expect((await world.visitor().get(url)).status).toBe(200)
  })

  it('authorize requires the role admin', async () => {
    expect((await authorize(undefined, world.accountId, readerClaims)).body.code).toBe('role-missing')
    expect((await authorize(undefined, world.accountId, null)).body.code).toBe('not-signed-in')
  })

  it.each([
    ['an account with a password', { credential: { method: 'password', secretVersion: 'v' } }, 'consent-not-needed'],
    ['a missing profile', { credential: { method: 'oauth2', profileId: 'gone' } }, 'oauth2-incomplete'],
  ])('authorize does not create a link for %s', async (_, fields, code) => {
    await changeAccount(fields)
    const { status, body } = await authorize()
    expect({ status, code: body.code }).toEqual({ status: 409, code })
    expect(body.remedy).toMatch(/\S/)
  })

  it.each([
    ['an app-only profile', { grant: 'client_credentials' } as const, 'consent-not-needed'],
    ['a missing provider', { providerId: 'gone' }, 'oauth2-incomplete'],
    ['Microsoft without a tenant', { providerId: 'microsoft' }, 'oauth2-incomplete'],
  ])('authorize does not create a link for %s', async (_, fields, code) => {
    await world.profiles.replace({ ...world.profile, ...fields, version: 2 }, world.profile)
    expect((await authorize()).body).toMatchObject({ status: 409, code })
  })

  it('authorize does not create a link if the account’s mail server may not receive the provider’s tokens', async () => {
    await world.providers.replace({ ...world.provider, kind: 'google', version: 2 }, 1)
    const { body } = await authorize()
    expect(body).toMatchObject({ status: 409, code: 'oauth2-incomplete' })
    expect(body.detail).toMatch(
      /imap\.example\.com is not allowed to receive tokens.*Set the account’s host to imap\.gmail\.com/,
    )
  })

  it('authorize does not create a link for an account that does not exist', async () => {
    expect((await authorize(undefined, 'nobody')).body.code).toBe('not-found')
  })

  it.each([
    'https://evil.example/',
    'https://desk.example.com@evil.example/admin',
    '//evil.example/admin',
    'javascript:alert(1)',
    'https://desk.example.com/other',
  ])('authorize rejects a returnTo address that is not listed: %s', async (returnTo) => {
    const { status, body } = await authorize({ returnTo })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ path: '/returnTo', message: expect.stringContaining('ReturnToUrls') }])
    expect(JSON.stringify(body)).not.toContain(returnTo)
  })

  it('authorize accepts a returnTo address below a listed one, and rejects malformed bodies', async () => {
    expect((await authorize({ returnTo: 'https://desk.example.com/admin/mail' })).status).toBe(201)
    expect((await authorize({ returnTo: 7 })).status).toBe(400)
    expect((await authorize({ return_to: 'https://desk.example.com/admin' })).status).toBe(400)
  })
})

describe('GET /accounts/{accountId}/oauth2/consents/{consentId}', () => {
  it('the consent’s state is first waiting and then expired', async () => {
    const { body: link } = await authorize()
    const consent = {
      consentId: link.consentId,
      requestedBy: 'admin@example.org',
      requestedBySub: 'sub-admin',
      requestedAt: '2026-03-02T08:00:00.000Z',
      expiresAt: '2026-03-03T08:00:00.000Z',
      attempts: 0,
    }
    expect((await read(link.consentId)).body).toEqual({ ...consent, state: 'waiting' })
    world.clock.now = new Date('2026-03-03T08:00:00.000Z')
    expect((await read(link.consentId)).body).toEqual({ ...consent, state: 'expired' })
  })

  it('a consent can be read only under its own account, and not by its ticket', async () => {
    const { body: link } = await authorize()
    expect((await read('unknown')).status).toBe(404)
    expect((await read(link.url.split('/').at(-1))).status).toBe(404)
    expect((await read(link.consentId, 'another')).status).toBe(404)
  })

  it('the consent’s state does not contain an address that can be used to consent', async () => {
    const { body: link } = await authorize()
    const { body } = await read(link.consentId)
    expect(JSON.stringify(body)).not.toContain(link.url.replace(publicUrl, ''))
    expect((await world.visitor().get(`${publicUrl}/oauth2/start/${link.consentId}`)).status).toBe(404)
  })
})
