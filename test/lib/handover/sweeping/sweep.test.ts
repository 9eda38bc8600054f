import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Destination } from '../../../../lib/handover/destinations/destination.ts'
import { type Delivery, deliveryIdOf } from '../../../../lib/handover/ledger/delivery.ts'
import type { Outcome } from '../../../../lib/handover/ledger/outcome.ts'
import { claimed, handled, replayed, settled } from '../../../../lib/handover/ledger/transitions.ts'
import { planMessage } from '../../../../lib/handover/planning/plan-message.ts'
import { sweepDeliveries } from '../../../../lib/handover/sweeping/sweep.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { destinationOf, type HandoverWorld, handoverWorld } from '../../../support/handover-world.ts'
import { messageOf } from '../../../support/messages.ts'

let tables: TestTables
let world: HandoverWorld
beforeAll(async () => {
  tables = await startTables()
})
beforeEach(async () => {
  await tables.clear()
  world = handoverWorld(tables)
})
afterAll(() => tables.stop())

const push = destinationOf('d1')
const pull = destinationOf('d2', { kind: 'pull' })
const outage = { code: 'connection-refused', detail: 'The server refused the connection.', remedy: 'Start it.' }

const sweep = async (changed: Partial<HandoverWorld['services']> = {}, mayGoOn = () => true) =>
  await sweepDeliveries({ ...world.services, ...changed }, mayGoOn)
const clean = async () => {
  const report = await sweep()
  expect(report.failedSteps).toEqual([])
  return report
}
const fresh = (name: string, more: Partial<Message> = {}) => messageOf(name, { storedAt: world.at(), ...more })
/** Stores and plans a message for the destinations. The wakes of planning are dropped. */
const planned = async (name: string, ...destinations: Destination[]): Promise<Message> => {
  world.addDestinations(...destinations)
  const message = fresh(name)
  await world.storeMessages(message)
  await planMessage(world.services, message.messageId)
  world.takeWakes()
  return message
}
const read = async (destination: Destination, { messageId }: Message): Promise<Delivery> => {
  const delivery = await world.services.ledger.read(deliveryIdOf(destination.destinationId, messageId))
  if (!delivery) throw new Error('There is no delivery')
  return delivery
}
const write = async (before: Delivery, next: Delivery): Promise<Delivery> => {
  expect(await world.services.ledger.replace(before, next)).toBe(true)
  return next
}
const claim = async (before: Delivery): Promise<Delivery> => {
  const until = new Date(world.services.now().getTime() + 60_000).toISOString()
  return await write(before, claimed(before, { lease: `lease of ${before.deliveryId}`, until, at: world.at() }))
}
const settle = async (before: Delivery, outcome: Partial<Outcome>): Promise<Delivery> => {
  const held = await claim(before)
  const next = settled(held, {
    ...{ lease: held.lease ?? '', startedAt: world.at(), milliseconds: 5, at: world.at(), random: 0.5 },
    ...{ doubt: 'ask', idempotency: 'none' },
    outcome: { ...outage, result: 'delivered', scope: 'message', bytes: 1, ...outcome },
  })
  if (typeof next === 'string') throw new Error(next)
  return await write(held, next)
}

describe('the sweep', () => {
  it('plans an announced message whose announcement was lost, after ten minutes', async () => {
    world.addDestinations(push)
    const [lost, unannounced] = [fresh('lost'), fresh('unannounced')]
    await world.storeMessages(lost, unannounced)
    await world.announce(lost)
    world.pass(9)
    expect((await clean()).unplanned).toEqual({ planned: 0, overdue: 0 })
    world.pass(2)
    expect((await clean()).unplanned).toEqual({ planned: 1, overdue: 0 })
    expect(await read(push, lost)).toMatchObject({ state: 'pending' })
    expect(world.takeWakes()).toHaveLength(1)
    world.pass(20)
    expect((await clean()).unplanned).toEqual({ planned: 0, overdue: 0 })
    await expect(read(push, unannounced)).rejects.toThrow()
  })

  it('counts messages that stay unplanned, and continues with the others', async () => {
    world.addDestinations(push)
    const [bad, good] = [fresh('bad'), fresh('good')]
    await world.storeMessages(bad, good)
    await world.announce(bad, good)
    world.pass(16)
    const { plans } = world.services
    const finish = async (messageId: string) => {
      if (messageId === bad.messageId) throw new TypeError('out of order')
      await plans.finish(messageId)
    }
    const failing = new Proxy(plans, {
      get: (target, name) => {
        if (name === 'finish') return finish
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    const report = await sweep({ plans: failing })
    expect(report.unplanned).toEqual({ planned: 1, overdue: 2 })
    expect(report.failedSteps).toMatchObject([{ step: 'unplanned messages', failures: 1 }])
    world.pass(1)
    expect((await clean()).unplanned).toEqual({ planned: 1, overdue: 1 })
  })

  it('writes the marker of a due delivery again and wakes its lane, at most once in five minutes', async () => {
    const message = await planned('one', push)
    const delivery = await read(push, message)
    await world.services.lanes.remove(delivery)
    world.pass(1)
    await clean()
    expect(world.takeWakes()).toEqual([])
    world.pass(1)
    await clean()
    expect(await world.services.lanes.head(delivery.lane)).toMatchObject({ deliveryId: delivery.deliveryId })
    const wakes = []
    for (let minute = 2; minute < 12; minute += 1) {
      wakes.push(...world.takeWakes().map(({ wake }) => wake.minute))
      world.pass(1)
      await clean()
    }
    expect(new Set(wakes)).toEqual(
      new Set(['2026-03-01T12:00:00.000Z', '2026-03-01T12:05:00.000Z', '2026-03-01T12:10:00.000Z']),
    )
  })

  it('finishes deliveries that ended before a crash', async () => {
    const message = await planned('one', push, pull)
    for (const destination of [push, pull]) {
      const before = await read(destination, message)
      await write(before, handled(before, world.at(), outage))
    }
    await clean()
    for (const destination of [push, pull]) {
      const { lane, dueAt } = await read(destination, message)
      expect([dueAt, await world.services.lanes.head(lane)]).toEqual([undefined, undefined])
    }
    expect(new Set(world.ended)).toEqual(new Set([message.messageId]))
    expect(world.takeWakes()).toEqual([])
  })

  it('ends leases of agents that ran out, and wakes lanes whose lease ran out', async () => {
    const message = await planned('one', push, pull)
    for (const destination of [push, pull]) await claim(await read(destination, message))
    await clean()
    expect(await read(push, message)).toMatchObject({ state: 'delivering' })
    world.pass(2)
    await clean()
    expect(await read(push, message)).toMatchObject({ state: 'delivering' })
    expect(await read(pull, message)).toMatchObject({ state: 'in-doubt' })
    expect(world.takeWakes()).toMatchObject([{ wake: { deliveryId: (await read(push, message)).deliveryId } }])
  })

  it('sends one probe while a circuit is open, and wakes all lanes after it has closed', async () => {
    const names = ['one', 'two', 'three']
    for (const name of names) await planned(name, push)
    await world.services.circuits.open('d1', outage, world.at(), false)
    const probes = []
    for (let minute = 0; minute < 9; minute += 1) {
      world.pass(1)
      await clean()
      probes.push(...world.takeWakes().map(({ wake }) => [minute + 1, wake.probe]))
    }
    // The probe of the first minute waits until a delivery is due.
    expect(probes).toEqual([
      [2, true],
      [4, true],
      [9, true],
    ])
    await world.services.circuits.close('d1')
    await clean()
    expect(world.takeWakes()).toHaveLength(3)
  })

  it('wakes nothing for a destination that is not valid, or that an agent serves', async () => {
    await planned('one', destinationOf('d1', { validity: 'invalid-temporarily' }), pull)
    world.pass(5)
    await clean()
    expect(world.takeWakes()).toEqual([])
  })

  it('continues after a destination that fails, and reports it', async () => {
    await planned('one', push, destinationOf('d3'))
    world.pass(3)
    const { ledger } = world.services
    const due = async (destinationId: string, until: string, limit: number) => {
      if (destinationId === 'd1') throw new TypeError('out of order')
      return await ledger.due(destinationId, until, limit)
    }
    const failing = new Proxy(ledger, {
      get: (target, name) => {
        if (name === 'due') return due
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    const report = await sweep({ ledger: failing })
    expect(report.failedSteps).toMatchObject([{ step: 'due deliveries', destinationId: 'd1', failures: 1 }])
    expect(world.takeWakes()).toMatchObject([{ wake: { destinationId: 'd3' } }])
  })

  it('begins with another destination each minute when the time does not suffice', async () => {
    world.addDestinations(push, destinationOf('d3'))
    const seen = []
    for (let minute = 0; minute < 2; minute += 1) {
      let looks = 0
      const report = await sweep({}, () => {
        looks += 1
        return looks < 2
      })
      seen.push(...report.looked.map(({ destinationId }) => destinationId))
      world.pass(1)
    }
    expect(seen.toSorted()).toEqual(['d1', 'd3'])
  })
})

describe('the balance', () => {
  it('finds a removed row, creates it again and counts it', async () => {
    await clean()
    const [kept, removed] = [await planned('kept', push, pull), await planned('removed')]
    const { deliveryId } = await read(pull, removed)
    await tables.table('deliveries').delete(deliveryId)
    world.pass(14)
    expect((await clean()).missing).toEqual(new Map())
    world.pass(2)
    expect((await clean()).missing).toEqual(new Map([['d2', 1]]))
    expect(await read(pull, removed)).toMatchObject({ state: 'pending' })
    expect(await read(pull, kept)).toMatchObject({ state: 'pending' })
    world.pass(1)
    expect((await clean()).missing).toEqual(new Map())
  })

  it('begins with the present, and does not miss deliveries of destinations that were deleted', async () => {
    const message = await planned('old', push, pull)
    await tables.table('deliveries').delete((await read(push, message)).deliveryId)
    world.pass(30)
    expect((await clean()).missing).toEqual(new Map())
    const recent = await planned('recent', push, pull)
    await tables.table('deliveries').delete((await read(push, recent)).deliveryId)
    world.removeDestination('d1')
    world.pass(30)
    expect((await clean()).missing).toEqual(new Map())
  })

  it('continues where a sweep without enough time ended', async () => {
    await clean()
    const messages = []
    for (let day = 0; day < 3; day += 1) {
      messages.push(await planned(`of day ${day}`, push))
      world.pass(24 * 60)
    }
    for (const message of messages) await tables.table('deliveries').delete((await read(push, message)).deliveryId)
    const found = []
    for (let minute = 0; minute < 6; minute += 1) found.push((await sweep({}, () => false)).missing.get('d1') ?? 0)
    expect(found.filter((count) => count > 0)).toEqual([1, 1, 1])
  })
})

describe('the figures of a destination', () => {
  const figuresOf = async (destinationId: string) =>
    (await clean()).looked.find((looked) => looked.destinationId === destinationId)

  it('count open, doubtful and quarantined deliveries, and show the oldest open one', async () => {
    const oldest = await planned('oldest', pull)
    const plannedAt = world.at()
    await settle(await read(pull, oldest), { result: 'temporary' })
    world.pass(1)
    await settle(await read(pull, await planned('refused', pull)), { result: 'permanent' })
    await settle(await read(pull, await planned('delivered', pull)), { result: 'delivered' })
    await planned('pending', pull)
    const { figures } = (await figuresOf('d2')) ?? {}
    expect(figures).toEqual({ at: world.at(), open: 2, oldestOpenAt: plannedAt, inDoubt: 0, quarantined: 1 })
    expect(await world.services.figures.read('d2')).toEqual(figures)
  })

  it('measure a replayed delivery from its replay', async () => {
    const message = await planned('one', pull)
    const ended = await settle(await read(pull, message), { result: 'delivered' })
    world.pass(600)
    await write(ended, replayed(ended, world.at()))
    expect(await figuresOf('d2')).toMatchObject({ figures: { open: 1, oldestOpenAt: world.at() } })
  })

  it('show a suspension, of which admins are notified once', async () => {
    world.addDestinations(push)
    await world.services.circuits.open('d1', outage, world.at(), true)
    expect(await figuresOf('d1')).toMatchObject({ suspended: true })
    world.pass(1)
    expect(await figuresOf('d1')).toMatchObject({ suspended: true })
    expect(world.notices).toMatchObject([{ kind: 'destination-suspended', about: { destination: 'd1' } }])
    expect(world.notices[0]?.text).toContain('The server refused the connection.')
    expect(world.notices[0]?.text).toContain('since 2026-03-01 12:00 UTC')
    world.addDestinations({ ...push, validity: 'invalid' })
    expect(await figuresOf('d1')).toMatchObject({ suspended: false, valid: false })
    expect(world.notices[1]).toMatchObject({ kind: 'destination-recovered', about: { destination: 'd1' } })
    expect(world.notices[1]?.text).toContain('someone switched it off')
  })

  it('notify admins once that a destination accepts mail again, and again of another suspension', async () => {
    world.addDestinations(push)
    const kinds = async () => {
      await clean()
      return world.notices.splice(0).map(({ kind }) => kind)
    }
    expect(await kinds()).toEqual([])
    await world.services.circuits.open('d1', outage, world.at(), true)
    expect(await kinds()).toEqual(['destination-suspended'])
    await world.services.circuits.close('d1')
    expect(await kinds()).toEqual(['destination-recovered'])
    expect(await kinds()).toEqual([])
    world.pass(1)
    await world.services.circuits.open('d1', outage, world.at(), true)
    expect(await kinds()).toEqual(['destination-suspended'])
    await world.services.circuits.close('d1')
    world.pass(1)
    await world.services.circuits.open('d1', outage, world.at(), true)
    expect(await kinds()).toEqual(['destination-suspended'])
  })

  it('repeat the notice that a destination accepts mail again if it could not be sent', async () => {
    world.addDestinations(push)
    await world.services.circuits.open('d1', outage, world.at(), true)
    await clean()
    await world.services.circuits.close('d1')
    const report = await sweep({ notices: { publish: () => Promise.reject(new Error('refused')) } })
    expect(report.failedSteps).toMatchObject([{ step: 'figures', destinationId: 'd1' }])
    await clean()
    expect(world.notices.map(({ kind }) => kind)).toEqual(['destination-suspended', 'destination-recovered'])
  })

  it('show an agent that has been silent for 15 minutes, of which admins are notified once per silence', async () => {
    world.addDestinations(pull)
    const silentSince = async () => (await figuresOf('d2'))?.figures.agentSilentSince
    world.pass(60)
    expect(await silentSince()).toBeUndefined()
    const made = { tokenId: 't1', destinationId: 'd2', comment: '', createdAt: world.at(), createdBy: 'ann' }
    const token = { ...made, hash: 'a'.repeat(64) }
    await world.services.tokens.create(token)
    world.pass(14)
    expect(await silentSince()).toBeUndefined()
    world.pass(2)
    expect(await silentSince()).toBe(token.createdAt)
    world.pass(1)
    expect(await silentSince()).toBe(token.createdAt)
    await world.services.tokens.markUsed(token, undefined, world.at())
    expect(await silentSince()).toBeUndefined()
    expect(world.notices).toMatchObject([
      { kind: 'agent-silent', about: { destination: 'd2' } },
      { kind: 'agent-back', about: { destination: 'd2' } },
    ])
    expect(world.notices[1]?.text).toContain('An agent asked for its mail at')
    world.pass(16)
    await silentSince()
    expect(world.notices).toHaveLength(3)
  })

  it('say that a destination is no longer reported as silent if its tokens were changed', async () => {
    world.addDestinations(pull)
    const token = { tokenId: 't1', destinationId: 'd2', comment: '', createdAt: world.at(), createdBy: 'ann' }
    await world.services.tokens.create({ ...token, hash: 'a'.repeat(64) })
    world.pass(16)
    await clean()
    await world.services.tokens.create({ ...token, tokenId: 't2', createdAt: world.at(), hash: 'b'.repeat(64) })
    await clean()
    expect(world.notices.map(({ kind }) => kind)).toEqual(['agent-silent', 'agent-back'])
    expect(world.notices[1]?.text).toContain('Its tokens were changed')
  })

  it('announce a suspension again if the notice could not be sent', async () => {
    world.addDestinations(push)
    await world.services.circuits.open('d1', outage, world.at(), true)
    const report = await sweep({ notices: { publish: () => Promise.reject(new Error('refused')) } })
    expect(report.failedSteps).toMatchObject([{ step: 'figures', destinationId: 'd1' }])
    await clean()
    expect(world.notices).toHaveLength(1)
  })
})
