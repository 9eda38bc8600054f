import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { redirectDelivery, replayMessage } from '../../../../lib/handover/actions/redirect-and-replay.ts'
import { replayMessages } from '../../../../lib/handover/actions/replay-messages.ts'
import { handleDelivery, retryDelivery } from '../../../../lib/handover/actions/retry-and-handle.ts'
import { type Delivery, deliveryIdOf } from '../../../../lib/handover/ledger/delivery.ts'
import type { DeliveryLedger } from '../../../../lib/handover/ledger/delivery-ledger.ts'
import type { Outcome } from '../../../../lib/handover/ledger/outcome.ts'
import { claimed, settled } from '../../../../lib/handover/ledger/transitions.ts'
import { planMessage } from '../../../../lib/handover/planning/plan-message.ts'
import type { WakeJob } from '../../../../lib/handover/planning/wake.ts'
import { auditTrailOver } from '../../../support/audit.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { destinationOf, type HandoverWorld, handoverWorld } from '../../../support/handover-world.ts'
import { messageOf } from '../../../support/messages.ts'

const by = { name: 'ann', sub: 'ann-1' }
const message = messageOf('one')
const { messageId } = message
const deliveryId = deliveryIdOf('d1', messageId)

let tables: TestTables
let world: HandoverWorld
beforeAll(async () => {
  tables = await startTables()
})
beforeEach(async () => {
  await tables.clear()
  world = handoverWorld(tables)
  world.addDestinations(destinationOf('d1'), destinationOf('d2', { selection: noQueues }))
  await world.storeMessages(message)
  await planMessage(world.services, messageId)
  world.takeWakes()
})
afterAll(() => tables.stop())

const noQueues = { queueIds: [], trustedOnly: false, loops: true }
const services = () => ({ ...world.services, audit: auditTrailOver(tables, world.services.now) })
const read = async (id = deliveryId): Promise<Delivery> => {
  const delivery = await world.services.ledger.read(id)
  if (!delivery) throw new Error('There is no delivery')
  return delivery
}
const entries = async () => {
  const rows = []
  for await (const page of tables.table('audit').everything()) rows.push(...page)
  return rows
}
const refusal = { scope: 'message', code: 'refused', detail: 'The receiver answered 422.', remedy: 'Ask.', bytes: 1 }

const claim = async (): Promise<Delivery> => {
  const open = await read()
  const next = claimed(open, { lease: 'l1', until: '2026-03-01T12:05:00.000Z', at: world.at() })
  await world.services.ledger.replace(open, next)
  return next
}
const settle = async (result: Outcome['result']) => {
  const held = await claim()
  const next = settled(held, {
    ...{ lease: 'l1', startedAt: world.at(), milliseconds: 5, at: world.at(), random: 0.5 },
    ...{ doubt: 'ask', idempotency: 'none' },
    outcome: { ...refusal, scope: 'message', result },
  })
  if (typeof next === 'string') throw new Error(next)
  await world.services.ledger.replace(held, next)
  await world.services.lanes.remove(next)
}

describe('a person', () => {
  it('retries a quarantined delivery, whose marker and wake are written again', async () => {
    await settle('permanent')
    const retried = await retryDelivery(services(), deliveryId, by)
    expect(retried).toMatchObject({ state: 'pending', dueAt: world.at() })
    expect(await read()).toEqual(retried)
    expect(await world.services.lanes.head(retried.lane)).toMatchObject({ deliveryId })
    expect(world.takeWakes()).toMatchObject([{ wake: { deliveryId, revision: retried.revision } }])
    expect(await entries()).toMatchObject([
      {
        ...{ action: 'retry', who: 'ann', subject: `/deliveries/${deliveryId}`, outcome: 'made' },
        changes: [{ field: 'state', from: 'quarantined', to: 'pending' }],
      },
    ])
  })

  it('retries a pending delivery without a change', async () => {
    const before = await read()
    expect(await retryDelivery(services(), deliveryId, by)).toEqual(before)
    expect(world.takeWakes()).toHaveLength(1)
    expect(await entries()).toEqual([])
  })

  it('retries a delivery of a failing destination, whose next probe is due at once', async () => {
    const failure = { code: 'connection-refused', detail: 'Nothing listens.', remedy: 'Start it.' }
    await world.services.circuits.open('d1', failure, world.at(), false)
    await retryDelivery(services(), deliveryId, by)
    expect(await world.services.circuits.read('d1')).toMatchObject({ nextProbeAt: world.at(), probes: 0 })
  })

  it('cannot act on a delivery that has ended, is in progress or does not exist', async () => {
    await claim()
    const underWay = { code: 'delivery-under-way' }
    await expect(retryDelivery(services(), deliveryId, by)).rejects.toMatchObject(underWay)
    await expect(handleDelivery(services(), { deliveryId }, by)).rejects.toMatchObject(underWay)
    await expect(replayMessage(services(), { messageId, destinationId: 'd1' }, by)).rejects.toMatchObject(underWay)
    world.pass(10)
    await handleDelivery(services(), { deliveryId }, by)
    await expect(retryDelivery(services(), deliveryId, by)).rejects.toMatchObject({ code: 'delivery-ended' })
    const missing = { deliveryId: 'd3.missing' }
    await expect(handleDelivery(services(), missing, by)).rejects.toMatchObject({ code: 'not-found' })
    expect(await entries()).toHaveLength(1)
  })

  it('marks a delivery as handled with a note', async () => {
    const handled = await handleDelivery(services(), { deliveryId, note: 'entered by hand\u0007' }, by)
    expect(handled).toMatchObject({ state: 'handled', dueAt: world.at() })
    expect(handled.reason?.detail).toContain('ann marked the delivery as handled: entered by hand')
    expect(handled.reason?.detail).not.toContain('\u0007')
  })

  it('redirects a delivery to a destination that does not select the message', async () => {
    await settle('permanent')
    const other = deliveryIdOf('d2', messageId)
    const { delivery, handled } = await redirectDelivery(services(), { deliveryId, destinationId: 'd2' }, by)
    expect(delivery).toMatchObject({ deliveryId: other, state: 'pending' })
    expect(handled).toMatchObject({ deliveryId, state: 'handled', reason: { code: 'redirected' } })
    expect((await world.services.plans.read(messageId))?.plannedFor).toEqual(['d1', 'd2'])
    expect(await world.services.lanes.head(delivery.lane)).toMatchObject({ deliveryId: other })
    expect(world.takeWakes()).toMatchObject([{ wake: { deliveryId: other } }])
    expect((await entries()).map(({ action }) => action)).toEqual(['redirect', 'redirect'])
  })

  it('repeats a redirection that failed halfway', async () => {
    await settle('permanent')
    const ledger: DeliveryLedger = {
      read: (id) => world.services.ledger.read(id),
      readMany: (ids) => world.services.ledger.readMany(ids),
      create: (delivery) => world.services.ledger.create(delivery),
      replace: () => Promise.reject(new Error('out of order')),
      due: async () => [],
    }
    const failing = { ...services(), ledger }
    await expect(redirectDelivery(failing, { deliveryId, destinationId: 'd2' }, by)).rejects.toThrow('out of order')
    const created = await read(deliveryIdOf('d2', messageId))
    const { delivery, handled } = await redirectDelivery(services(), { deliveryId, destinationId: 'd2' }, by)
    expect(delivery).toEqual(created)
    expect(handled.state).toBe('handled')
  })

  it('redirects neither to the same destination nor to one that does not exist', async () => {
    for (const destinationId of ['d1', 'd3'])
      await expect(redirectDelivery(services(), { deliveryId, destinationId }, by)).rejects.toMatchObject({
        code: 'invalid-request',
        fields: [{ path: '/destinationId' }],
      })
  })

  it('replays an ended delivery', async () => {
    await handleDelivery(services(), { deliveryId }, by)
    const replayed = await replayMessage(services(), { messageId, destinationId: 'd1' }, by)
    expect(replayed).toMatchObject({ deliveryId, state: 'pending', replays: 1, leases: [] })
    expect(world.takeWakes()).toHaveLength(1)
  })

  it('replays a message from before hand-over to one destination', async () => {
    const old = messageOf('old', { state: 'announced', announcedAt: '2026-03-01T10:00:01.000Z' })
    await world.storeMessages(old)
    const delivery = await replayMessage(services(), { messageId: old.messageId, destinationId: 'd2' }, by)
    expect(delivery).toMatchObject({ state: 'pending', replays: 1, destinationId: 'd2' })
    expect((await world.services.plans.read(old.messageId))?.plannedFor).toEqual(['d2'])
  })

  it('replays neither an open delivery nor a message that is not planned yet', async () => {
    const toOne = { messageId, destinationId: 'd1' }
    await expect(replayMessage(services(), toOne, by)).rejects.toMatchObject({ code: 'delivery-open' })
    const fresh = messageOf('fresh')
    await world.storeMessages(fresh)
    const early = { messageId: fresh.messageId, destinationId: 'd1' }
    await expect(replayMessage(services(), early, by)).rejects.toMatchObject({ code: 'delivery-under-way' })
    const unknown = { messageId: 'f'.repeat(64), destinationId: 'd1' }
    await expect(replayMessage(services(), unknown, by)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('neither replays nor redirects an erased message, and changes nothing', async () => {
    const erased = messageOf('one', { state: 'erased', erased: { at: world.at(), by: 'ann' } })
    await world.storeMessages(erased)
    const before = await read()
    const refused = { code: 'message-erased' }
    await expect(replayMessage(services(), { messageId, destinationId: 'd2' }, by)).rejects.toMatchObject(refused)
    await expect(redirectDelivery(services(), { deliveryId, destinationId: 'd2' }, by)).rejects.toMatchObject(refused)
    const many = await replayMessages(services(), { messageIds: [messageId], destinationId: 'd2' }, by)
    expect(many).toMatchObject([{ problem: refused }])
    expect(await read()).toEqual(before)
    expect(await world.services.ledger.read(deliveryIdOf('d2', messageId))).toBeUndefined()
    expect(await entries()).toEqual([])
  })

  it('a replay of many messages begins none after 20 seconds, and leaves the others as they are', async () => {
    const others = [messageOf('two'), messageOf('three'), messageOf('four')]
    await world.storeMessages(...others)
    for (const other of others) await planMessage(world.services, other.messageId)
    const messageIds = others.map((other) => other.messageId)
    let time = world.services.now().getTime()
    const send = async (jobs: readonly WakeJob[]) => {
      time += 15_000
      return await world.services.wakes.send(jobs)
    }
    const slow = { ...services(), wakes: { send }, now: () => new Date(time) }
    const replayed = await replayMessages(slow, { messageIds, destinationId: 'd2' }, by)
    expect(replayed.map((one) => ('delivery' in one ? one.delivery.state : one.problem.code))).toEqual([
      'pending',
      'pending',
      'not-tried',
    ])
    expect(await world.services.ledger.read(deliveryIdOf('d2', messageIds[2] ?? ''))).toBeUndefined()
  })
})
