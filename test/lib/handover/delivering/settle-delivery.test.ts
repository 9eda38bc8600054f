import { beforeEach, describe, expect, it } from 'vitest'
import { finishDelivery } from '../../../../lib/handover/delivering/finish-delivery.ts'
import { settleDelivery } from '../../../../lib/handover/delivering/settle-delivery.ts'
import { takeHead } from '../../../../lib/handover/delivering/take-head.ts'
import { deliveryIdOf } from '../../../../lib/handover/ledger/delivery.ts'
import type { Outcome } from '../../../../lib/handover/ledger/outcome.ts'
import { handled, planned } from '../../../../lib/handover/ledger/transitions.ts'
import {
  type DeliveringWorld,
  deliveringWorld,
  destinationFails,
  mail,
  minute,
  outcomeOf,
  temporary,
} from './delivering-world.ts'

const message = mail('first')
const deliveryId = deliveryIdOf('desk', message.messageId)

let desk: DeliveringWorld
beforeEach(() => {
  desk = deliveringWorld()
})

const lease = async () => {
  const [delivery] = desk.world.rows.size === 0 ? await desk.plan(message) : [...desk.world.rows.values()]
  const head = await takeHead(desk.services, delivery?.lane ?? '', desk.destination, {
    seconds: 60,
    idempotency: 'none',
  })
  return 'taken' in head ? (head.taken.lease ?? '') : ''
}
const settle = (token: string, outcome: Outcome = outcomeOf(), id = deliveryId) =>
  settleDelivery(desk.services, id, {
    lease: token,
    outcome,
    startedAt: desk.world.now.toISOString(),
    milliseconds: 12,
    doubt: 'repeat',
    idempotency: 'none',
  })

describe('the outcome of an attempt', () => {
  it('a success ends the delivery, releases its lane and lets the raw mail expire', async () => {
    await settle(await lease())
    expect(desk.rowOf(message)).toMatchObject({ state: 'delivered', attempts: [{ milliseconds: 12 }] })
    expect(desk.rowOf(message)).not.toHaveProperty('dueAt')
    expect(desk.world.markers.size).toBe(0)
    expect(desk.world.tagged).toEqual([message.messageId])
  })

  it('a success that is reported twice changes nothing the second time', async () => {
    const token = await lease()
    await settle(token)
    const row = desk.rowOf(message)
    expect(await settle(token)).toEqual({ delivery: row })
    expect(desk.rowOf(message)).toEqual(row)
  })

  it('a failure that is reported twice counts once', async () => {
    const token = await lease()
    await settle(token, temporary)
    expect(await settle(token, temporary)).toEqual({ delivery: desk.rowOf(message) })
    expect(desk.rowOf(message)).toMatchObject({ state: 'waiting', attemptCount: 1 })
  })

  it('a success still counts after its lease ran out and another attempt has begun', async () => {
    const token = await lease()
    desk.later(minute)
    expect(await lease()).toBe('')
    desk.later(15 * minute)
    expect(await lease()).not.toBe('')
    await settle(token)
    expect(desk.rowOf(message).state).toBe('delivered')
  })

  it('a success still counts after the delivery was quarantined', async () => {
    desk = deliveringWorld({ doubt: 'ask' })
    const token = await lease()
    desk.later(minute)
    await lease()
    expect(desk.rowOf(message).state).toBe('quarantined')
    await settle(token)
    expect(desk.rowOf(message).state).toBe('delivered')
    expect(desk.world.tagged).toEqual([message.messageId])
  })

  it('a failure of an earlier lease does not disturb the current attempt', async () => {
    const token = await lease()
    desk.later(minute)
    await lease()
    desk.later(15 * minute)
    await lease()
    expect(await settle(token, temporary)).toBe('unknown-lease')
    expect(desk.rowOf(message).state).toBe('delivering')
  })

  it('an outcome with a lease that never existed is refused', async () => {
    await lease()
    expect(await settle('invented')).toBe('unknown-lease')
    expect(desk.rowOf(message).state).toBe('delivering')
  })

  it('an outcome for a delivery that does not exist is refused', async () => {
    expect(await settle('invented', outcomeOf(), 'desk.unknown')).toBe('not-found')
  })

  it('an outcome is written again if the row changes at the same moment', async () => {
    const token = await lease()
    const { replace } = desk.services.ledger
    let overtaken = 4
    desk.services.ledger.replace = async (...rows) => {
      overtaken -= 1
      return overtaken < 0 && (await replace(...rows))
    }
    expect(await settle(token)).toMatchObject({ delivery: { state: 'delivered' } })
  })

  it('a success closes the circuit, and a failure of the destination opens it', async () => {
    const token = await lease()
    await settle(token, destinationFails)
    expect(desk.world.circuits.size).toBe(1)
    await settle(await lease())
    expect(desk.world.circuits.size).toBe(0)
  })

  it('an answer of the receiver that concerns only the message closes the circuit', async () => {
    await settle(await lease(), destinationFails)
    await settle(await lease(), outcomeOf({ result: 'permanent', code: 'refused', answered: true }))
    expect(desk.rowOf(message).state).toBe('quarantined')
    expect(desk.world.circuits.size).toBe(0)
  })

  it.each([
    ['a refusal without the receiver', outcomeOf({ result: 'permanent', code: 'too-large' })],
    ['an attempt without an answer', outcomeOf({ result: 'in-doubt', code: 'connection-lost' })],
    ['an answer that concerns the destination', outcomeOf({ ...destinationFails, answered: true })],
  ])('%s leaves the circuit open', async (_, outcome) => {
    await settle(await lease(), destinationFails)
    await settle(await lease(), outcome)
    expect(desk.world.circuits.size).toBe(1)
  })

  it('a failure of the message alone leaves the circuit closed', async () => {
    await settle(await lease(), temporary)
    expect(desk.world.circuits.size).toBe(0)
  })
})

describe('a message for two destinations', () => {
  const other = planned('archive', message, '2026-03-02T09:00:00.000Z')
  beforeEach(async () => {
    await desk.plan(message)
    desk.world.plans.set(message.messageId, { message, unplanned: false, plannedFor: ['desk', 'archive'] })
  })

  it('a raw mail is kept until the deliveries to all of its destinations have ended', async () => {
    await desk.services.ledger.create(other)
    await settle(await lease())
    expect(desk.world.tagged).toEqual([])
    const reason = { code: 'handled', detail: 'Done by hand.', remedy: 'No action is required.' }
    const next = handled(other, desk.world.now.toISOString(), reason)
    await desk.services.ledger.replace(other, next)
    await finishDelivery(desk.services, next)
    expect(desk.world.tagged).toEqual([message.messageId])
  })

  it('a raw mail is kept while the delivery to one of its destinations is not written yet', async () => {
    await settle(await lease())
    expect(desk.world.tagged).toEqual([])
  })
})
