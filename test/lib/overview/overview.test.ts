import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noteEndingConsents } from '../../../lib/overview/ending-consents.ts'
import { latestTickAge } from '../../../lib/overview/latest-tick.ts'
import { overviewSchema } from '../../../lib/overview/overview.ts'
import { readOverview } from '../../../lib/overview/read-overview.ts'
import { summariseTick } from '../../../lib/overview/summarise-tick.ts'
import { account } from '../../support/account-rows.ts'
import { destinationOf } from '../../support/handover-world.ts'
import { profile } from '../../support/oauth2-setup.ts'
import { failure, type OverviewWorld, startOverviewWorld } from './overview-world.ts'

let world: OverviewWorld
beforeAll(async () => {
  world = await startOverviewWorld()
})
afterAll(() => world.stop())
beforeEach(async () => {
  await world.tables.clear()
  world.clock.now = new Date('2026-11-23T10:05:00.000Z')
})

const made = '2026-11-23T08:00:00.000Z'
const stamp = { version: 1, createdAt: made, createdBy: 'x', changedAt: made, changedBy: 'x' }
const create = async (accountId: string, fields = {}) =>
  await world.services.accounts.create(account({ accountId, ...stamp, username: accountId, ...fields }))
const createQueue = async (queueId: string, validity: 'valid' | 'invalid' = 'valid') =>
  await world.services.queues.create({ queueId, name: `Queue ${queueId}`, validity, comment: '', ...stamp })
const tick = async (fields = {}) =>
  await summariseTick(world.services, { slot: '2026-11-23T10:00:00.000Z', changed: 0, due: 3, refused: 1, ...fields })
const read = async () => overviewSchema.parse(await readOverview(world.services))

it('the overview of a new deployment has no tick and one item: no one receives its mail', async () => {
  const { mail, ...overview } = await read()
  expect(overview).toEqual({
    failing: { total: 0, items: [] },
    consents: { total: 0, items: [] },
    clientSecrets: { total: 0, items: [] },
    quarantine: { total: 0, messages: 0, deliveries: 0 },
    destinations: { total: 0, items: [] },
    queues: { total: 1, items: [expect.objectContaining({ code: 'no-receiver' })] },
  })
  expect(mail.total).toBe(0)
})

describe('the tick on the overview', () => {
  it('the tick says how many accounts were due and queued, and how many accounts there are', async () => {
    await create('good')
    await create('off', { validity: 'invalid-temporarily' })
    await create('bad')
    await world.ended('bad', { ...failure(10), nextFetchAt: '2026-11-23T10:20:00.000Z' })
    await create('waits')
    await world.ended('waits', { ...failure(10, 'grant-revoked'), nextFetchAt: undefined })
    await create('never')
    await world.ended('never', { ...failure(10, 'consent-missing'), nextFetchAt: undefined })
    await tick()
    expect(await read()).toMatchObject({
      writtenAt: '2026-11-23T10:05:00.000Z',
      tick: { slot: '2026-11-23T10:00:00.000Z', accountsDue: 3, accountsQueued: 2, overdue: false },
      accounts: { total: 5, valid: 4, notCollected: 1, failing: 2, awaitingConsent: 2 },
    })
  })

  it('the tick counts accounts that a person must connect again, and knows which account has failed longest', async () => {
    await create('bad')
    await world.ended('bad', { ...failure(10), nextFetchAt: '2026-11-23T10:20:00.000Z' })
    await create('ended')
    await world.ended('ended', { ...failure(120, 'grant-revoked'), nextFetchAt: undefined })
    await create('never')
    await world.ended('never', { ...failure(300, 'consent-missing'), nextFetchAt: undefined })
    await create('off', { validity: 'invalid' })
    await world.ended('off', failure(600))
    expect(await tick()).toEqual({
      failing: 2,
      reauthorizationNeeded: 1,
      longestFailingSince: '2026-11-23T08:00:00.000Z',
    })
  })

  it('a tick without failing accounts has figures of zero', async () => {
    await create('good')
    expect(await tick()).toEqual({ failing: 0, reauthorizationNeeded: 0 })
  })

  it('the age of the latest tick counts in ticks, and a new deployment begins at zero', async () => {
    const { overview, now } = world.services
    const age = (tickMinutes: number) => latestTickAge({ overview, now, tickMinutes }, new Date(made))
    world.clock.now = new Date('2026-11-23T08:30:00.000Z')
    expect(await age(20)).toBe(1.5)
    world.clock.now = new Date('2026-11-23T10:05:00.000Z')
    await tick()
    expect(await age(10)).toBe(0)
    world.clock.now = new Date('2026-11-23T10:30:00.000Z')
    expect(await age(10)).toBe(2.5)
  })

  it('the tick is overdue after 25 minutes', async () => {
    await tick()
    world.clock.now = new Date('2026-11-23T10:29:59.000Z')
    expect((await read()).tick?.overdue).toBe(false)
    world.clock.now = new Date('2026-11-23T10:30:01.000Z')
    expect((await read()).tick?.overdue).toBe(true)
  })

  it('a tick counts the accounts again after a change and after a removal', async () => {
    await tick()
    await create('new')
    await tick({ changed: 1 })
    expect((await read()).accounts).toMatchObject({ total: 1, valid: 1 })
    world.clock.now = new Date('2026-11-23T10:14:00.000Z')
    await world.services.removals.note('new', world.clock.now)
    await world.services.accounts.remove('new', 1)
    await tick()
    expect((await read()).accounts).toMatchObject({ total: 0, valid: 0 })
  })
})

describe('failing accounts on the overview', () => {
  it('failing accounts are sorted by the time since which they fail, with the reason and the next try', async () => {
    await create('short', { mailbox: 'desk@example.org' })
    await world.ended('short', failure(10))
    await create('long')
    await world.ended('long', { ...failure(300), nextFetchAt: '2026-11-23T11:00:00.000Z' })
    await create('fine')
    await world.ended('fine')
    expect((await read()).failing).toEqual({
      total: 2,
      items: [
        {
          accountId: 'long',
          name: 'long at mail.example.org',
          username: 'long',
          host: 'mail.example.org',
          type: 'IMAPS',
          failingSince: '2026-11-23T05:00:00.000Z',
          code: 'credentials-rejected',
          detail: 'The server rejected the user name or password.',
          remedy: 'Check the user name and password.',
          nextTryAt: '2026-11-23T11:00:00.000Z',
        },
        expect.objectContaining({ accountId: 'short', name: 'desk@example.org at mail.example.org' }),
      ],
    })
  })

  it('a failing account disappears when a run succeeds, when it is changed, switched off or deleted', async () => {
    for (const accountId of ['recovers', 'changed', 'off', 'deleted', 'stays']) {
      await create(accountId)
      await world.ended(accountId, failure(10))
    }
    await tick()
    expect((await read()).failing.total).toBe(5)
    await world.ended('recovers')
    const { accounts } = world.services
    await accounts.replace(account({ accountId: 'changed', ...stamp, changedAt: '2026-11-23T10:04:00.000Z' }), 1)
    await accounts.replace(account({ accountId: 'off', ...stamp, validity: 'invalid' }), 1)
    await accounts.remove('deleted', 1)
    const { failing } = await read()
    expect(failing.total).toBe(1)
    expect(failing.items.map(({ accountId }) => accountId)).toEqual(['stays'])
  })

  it('of many failing accounts, the overview shows the twenty that have failed longest', async () => {
    await world.fill(350, (index) => failure(index + 1))
    await tick()
    const { total, items } = (await read()).failing
    expect(total).toBe(350)
    expect(items.map(({ accountId }) => accountId)).toEqual(
      Array.from({ length: 20 }, (_, index) => `a${100_349 - index}`),
    )
  })
})

describe('consents on the overview', () => {
  const day = 86_400_000
  const inDays = (days: number) => new Date(world.clock.now.getTime() + days * day).toISOString()
  const consent = async (accountId: string, changes: object) => {
    await create(accountId, { credential: { method: 'oauth2', profileId: 'p1' } })
    await world.grants.replace({
      grantKey: `account#${accountId}`,
      ...{ profileId: 'p1', grantEpoch: 1, protocol: 'imap', username: accountId, host: 'mail.example.org' },
      ...{ state: 'connected', refreshedAt: inDays(0), consentedAt: inDays(-1) },
      ...changes,
    })
  }
  const note = async () => {
    for await (const grants of world.grants.everything())
      await noteEndingConsents({ overview: world.services.overview, now: () => world.clock.now }, grants)
  }
  beforeEach(() => world.services.profiles.create(profile({ profileId: 'p1', name: 'Desk' })))

  it('consents that ended or end within 14 days are listed, the earliest first', async () => {
    const lost = { code: 'grant-revoked', detail: 'It was revoked.', remedy: 'Connect again.', at: inDays(-2) }
    await consent('lost', { state: 're-authorization-needed', failure: lost })
    await consent('soon', { refreshExpiresAt: inDays(6) })
    await consent('unused', { refreshedAt: inDays(-85) })
    await consent('later', { refreshExpiresAt: inDays(20) })
    await consent('fine', {})
    await note()
    const { total, items } = (await read()).consents
    expect(total).toBe(3)
    expect(
      items.map(({ accountId, state, at, code, profileName }) => [accountId, state, at, code, profileName]),
    ).toEqual([
      ['lost', 'ended', inDays(-2), 'grant-revoked', 'Desk'],
      ['unused', 'ends', inDays(5), 'consent-unused', 'Desk'],
      ['soon', 'ends', inDays(6), 'consent-ends', 'Desk'],
    ])
  })

  it('a consent disappears as soon as it is renewed', async () => {
    await consent('soon', { refreshExpiresAt: inDays(6) })
    await note()
    expect((await read()).consents.total).toBe(1)
    await world.grants.replace({
      grantKey: 'account#soon',
      ...{ profileId: 'p1', grantEpoch: 1, protocol: 'imap', username: 'soon', host: 'mail.example.org' },
      ...{ state: 'connected', refreshedAt: inDays(0), consentedAt: inDays(0), refreshExpiresAt: inDays(90) },
    })
    expect((await read()).consents).toEqual({ total: 0, items: [] })
  })

  it('client secrets that expired or expire within 14 days are listed', async () => {
    const on = (days: number) => inDays(days).slice(0, 10)
    await world.services.profiles.create(profile({ profileId: 'p2', name: 'Over', secretExpiresOn: on(-3) }))
    await world.services.profiles.create(profile({ profileId: 'p3', name: 'Soon', secretExpiresOn: on(9) }))
    await world.services.profiles.create(profile({ profileId: 'p4', name: 'Later', secretExpiresOn: on(40) }))
    const { total, items } = (await read()).clientSecrets
    expect(total).toBe(2)
    expect(items.map(({ name, state, code, expiresOn }) => [name, state, code, expiresOn])).toEqual([
      ['Over', 'ended', 'client-secret-expired', on(-3)],
      ['Soon', 'ends', 'client-secret-expires', on(9)],
    ])
  })
})

describe('the hand-over on the overview', () => {
  const figures = async (destinationId: string, changes = {}) =>
    await world.services.figures.write(destinationId, {
      at: '2026-11-23T10:04:00.000Z',
      ...{ open: 0, inDoubt: 0, quarantined: 0 },
      ...changes,
    })

  it('destinations that do not work are listed with the most urgent state first', async () => {
    const { destinations, circuits } = world.services
    await destinations.create(destinationOf('ok'))
    await destinations.create(destinationOf('paused', { validity: 'invalid' }))
    await destinations.create(destinationOf('asks', { doubt: 'ask' }))
    await destinations.create(destinationOf('repeats', { doubt: 'repeat' }))
    await destinations.create(destinationOf('down'))
    await destinations.create(destinationOf('silent', { kind: 'pull' }))
    const why = { code: 'refused', detail: 'The receiver refuses connections.', remedy: 'Start it.' }
    await circuits.open('down', why, '2026-11-22T09:00:00.000Z', true)
    await figures('paused', { open: 4, oldestOpenAt: '2026-11-23T09:00:00.000Z' })
    await figures('asks', { open: 1, inDoubt: 1 })
    await figures('repeats', { open: 1, inDoubt: 1 })
    await figures('down', { open: 7, quarantined: 2 })
    const overview = await read()
    expect(
      overview.destinations.items.map(({ destinationId, state, code, open }) => [destinationId, state, code, open]),
    ).toEqual([
      ['down', 'suspended', 'destination-suspended', 7],
      ['paused', 'paused', 'deliveries-wait', 4],
      ['silent', 'agent-silent', 'no-token', 0],
      ['asks', 'in-doubt', 'deliveries-in-doubt', 1],
    ])
    expect(overview.destinations.items[1]?.oldestWaitingAt).toBe('2026-11-23T09:00:00.000Z')
    expect(overview.quarantine).toEqual({ total: 2, messages: 0, deliveries: 2 })
  })

  it('a deployment without a valid destination has one item, unless a program has subscribed', async () => {
    const counted = async (destinations: number, subscriptions: number) => {
      const writtenAt = '2026-11-23T10:05:00.000Z'
      await world.services.overview.writeReceivers({ writtenAt, destinations, subscriptions })
      return (await read()).queues.items.map(({ code, queueId }) => [code, queueId])
    }
    const notReceived = ['queue-not-received', 'raw']
    expect(await counted(0, 0)).toEqual([['no-receiver', undefined]])
    expect(await counted(0, 1)).toEqual([])
    await world.services.destinations.create(destinationOf('d1', { validity: 'invalid' }))
    expect(await counted(0, 0)).toEqual([['no-receiver', undefined]])
    expect(await counted(0, 1)).toEqual([notReceived])
    await world.services.destinations.create(destinationOf('d2'))
    expect(await counted(0, 0)).toEqual([])
  })

  it('valid queues that no valid destination receives are listed, and Raw only while it is the default queue', async () => {
    for (const queueId of ['received', 'missed']) await createQueue(queueId)
    await createQueue('off', 'invalid')
    const selection = { queueIds: ['received'], trustedOnly: false, loops: false }
    await world.services.destinations.create(destinationOf('d1', { selection }))
    const named = async () => (await read()).queues.items.map(({ queueId, name }) => [queueId, name])
    expect(await named()).toEqual([
      ['raw', 'Raw'],
      ['missed', 'Queue missed'],
    ])
    const { createdAt: changedAt, createdBy: changedBy } = stamp
    await world.services.defaultQueue.write({ queueId: 'received', changedAt, changedBy })
    expect(await named()).toEqual([['missed', 'Queue missed']])
  })
})

it('the overview shows the stored mail of 25 hours, of which the last one is the current hour', async () => {
  const { overview } = world.services
  await overview.addStored(3, new Date('2026-11-23T10:01:00.000Z'))
  await overview.addStored(4, new Date('2026-11-23T10:04:00.000Z'))
  await overview.addStored(5, new Date('2026-11-22T10:59:00.000Z'))
  await overview.addStored(9, new Date('2026-11-22T09:59:00.000Z'))
  const { mail } = await read()
  expect(mail.hours).toHaveLength(25)
  expect(mail.total).toBe(12)
  expect(mail.hours.filter(({ stored }) => stored > 0)).toEqual([
    { from: '2026-11-22T10:00:00.000Z', stored: 5 },
    { from: '2026-11-23T10:00:00.000Z', stored: 7 },
  ])
})
