import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../../../../lib/accounts/account.ts'
import type { UnstoredMessage } from '../../../../lib/messages/unstored/unstored-message.ts'
import { noteEndingConsents } from '../../../../lib/overview/ending-consents.ts'
import { account } from '../../../support/account-rows.ts'
import { destinationOf } from '../../../support/handover-world.ts'
import { putConsent } from '../../../support/oauth2-accounts.ts'
import { profile } from '../../../support/oauth2-setup.ts'
import { type NoticingWorld, stamp, startNoticingWorld } from './noticing-world.ts'

let world: NoticingWorld
beforeAll(async () => {
  world = await startNoticingWorld()
})
afterAll(() => world.stop())
beforeEach(async () => {
  await world.tables.clear()
  world.clock.now = new Date('2026-11-23T10:05:00.000Z')
})

const told = () => world.told()
const unstored = (messageId: string): UnstoredMessage => {
  const at = world.clock.now.toISOString()
  const reason = { code: 'absent', detail: 'The server returns no content.', remedy: 'Look at it.' }
  const ids = { messageId, accountId: 'a1', uid: messageId, size: 5 }
  return { ...ids, state: 'quarantined', reason, firstAt: at, lastAt: at, attempts: [], revision: 1 }
}
const day = 24 * 60
const inDays = (days: number) => new Date(Date.parse('2026-11-23T10:05:00.000Z') + days * day * 60_000).toISOString()

describe('the notice of a consent that ends', () => {
  const desk = profile({ profileId: 'p1', name: 'Desk' })
  const usesOAuth2 = (accountId: string): Account =>
    account({ accountId, ...stamp, username: accountId, credential: { method: 'oauth2', profileId: 'p1' } })
  const consent = async (accountId: string, fields: Parameters<typeof putConsent>[3]) => {
    await putConsent(world.tables, usesOAuth2(accountId), desk, fields)
    for await (const grants of world.grants.everything())
      await noteEndingConsents({ overview: world.services.overview, now: () => world.clock.now }, grants)
  }
  const connected = async (accountId: string, fields: Parameters<typeof putConsent>[3]) => {
    await world.services.accounts.create(usesOAuth2(accountId))
    await consent(accountId, fields)
  }
  beforeEach(() => world.services.profiles.create(desk))

  it('the notice is sent within 14 days of the end, and once more in the last three days', async () => {
    await connected('jane', { refreshedAt: inDays(-78) })
    const { notices } = await world.tick()
    expect(notices).toMatchObject([
      {
        kind: 'consent-ends',
        about: { account: 'jane' },
        subject: 'Postmaster: the consent of jane at mail.example.org ends on 2026-12-05',
      },
    ])
    expect(notices[0]?.text).toContain('run `postmaster oauth2 connect jane`')
    world.pass(8 * day)
    expect(await told()).toEqual([])
    world.pass(day + 1)
    expect(await told()).toEqual(['consent-ends the consent of jane at mail.example.org ends on 2026-12-05'])
    expect(await told()).toEqual([])
  })

  it('a renewed consent ends with another notice, and one that has ended is told when a run finds out', async () => {
    await connected('jane', { refreshedAt: inDays(-78) })
    expect(await told()).toHaveLength(1)
    await consent('jane', { refreshedAt: inDays(0) })
    expect(await told()).toEqual([])
    await consent('jane', { refreshedAt: inDays(-79) })
    expect(await told()).toHaveLength(1)
    const revoked = { code: 'grant-revoked', detail: 'It was revoked.', remedy: 'Connect again.', at: inDays(0) }
    await consent('jane', { state: 're-authorization-needed', failure: revoked })
    expect(await told()).toEqual([])
  })

  it('many consents that end are one notice', async () => {
    for (let index = 0; index < 6; index += 1) await connected(`user${index}`, { refreshedAt: inDays(-78) })
    expect(await told()).toEqual(['consent-ends the consents of 6 mail accounts end soon'])
    expect(await told()).toEqual([])
  })
})

describe('the notice of a client secret that ends', () => {
  it('the notice is sent within 14 days, in the last three days, and when the secret has expired', async () => {
    const secretExpiresOn = '2026-12-05'
    await world.services.profiles.create(profile({ profileId: 'p1', name: 'Desk', secretExpiresOn }))
    expect(await told()).toEqual(['client-secret-ends the client secret of Desk expires on 2026-12-05'])
    expect(await told()).toEqual([])
    world.pass(10 * day)
    expect(await told()).toEqual(['client-secret-ends the client secret of Desk expires on 2026-12-05'])
    world.pass(3 * day)
    expect(await told()).toEqual(['client-secret-ends the client secret of Desk has expired'])
    world.pass(30 * day)
    expect(await told()).toEqual([])
  })
})

describe('the notice of the quarantine', () => {
  const add = (messageId: string) => world.services.unstored.create(unstored(messageId))
  const quarantined = async (count: number) =>
    await world.services.figures.write('d1', {
      at: world.clock.now.toISOString(),
      ...{ open: 0, inDoubt: 0, quarantined: count },
    })

  it('the notice is sent when the first entry is added, and again after a day if more were added', async () => {
    expect(await told()).toEqual([])
    await add('m1')
    const { notices } = await world.tick()
    expect(notices).toMatchObject([
      { kind: 'quarantine-not-empty', about: {}, subject: 'Postmaster: one entry in the quarantine' },
    ])
    await add('m2')
    world.pass(23 * 60)
    expect(await told()).toEqual([])
    world.pass(60)
    expect(await told()).toEqual(['quarantine-not-empty 2 entries in the quarantine'])
    world.pass(5 * day)
    expect(await told()).toEqual([])
  })

  it('deliveries and messages are counted together, and an entry counts as added after others were settled', async () => {
    await world.services.destinations.create(destinationOf('d1'))
    await quarantined(3)
    expect(await told()).toEqual(['quarantine-not-empty 3 entries in the quarantine'])
    await quarantined(1)
    expect(await told()).toEqual([])
    await add('m1')
    world.pass(2 * day)
    expect(await told()).toEqual(['quarantine-not-empty 2 entries in the quarantine'])
  })

  it('an empty quarantine ends the silence', async () => {
    await add('m1')
    expect(await told()).toHaveLength(1)
    await world.services.unstored.remove('m1')
    expect(await told()).toEqual([])
    await add('m2')
    expect(await told()).toHaveLength(1)
  })
})

it('a topic that fails does not stop the others, and is repeated', async () => {
  await world.services.unstored.create(unstored('m1'))
  const profiles = { list: () => Promise.reject(new Error('throttled')) }
  const { report, notices } = await world.tick({ profiles })
  expect(report).toEqual({ told: 1, held: 0, errors: [new Error('throttled')] })
  expect(notices).toMatchObject([{ kind: 'quarantine-not-empty' }])
})
