import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../../../lib/handover/ledger/delivery.ts'
import { DynamoDeliveryLedger } from '../../../../lib/handover/ledger/delivery-ledger.ts'
import { deliveryRowOf } from '../../../../lib/handover/ledger/delivery-rows.ts'
import { DynamoOpenLanes } from '../../../../lib/handover/ledger/open-lanes.ts'
import { claimed, closed, handled, settled } from '../../../../lib/handover/ledger/transitions.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { sampleDelivery } from '../../../support/handover/sample-delivery.ts'
import { itemSizeOf } from '../../../support/item-size.ts'

let dynamo: TestTables
let ledger: DynamoDeliveryLedger
beforeAll(async () => {
  dynamo = await startTables()
})
afterAll(() => dynamo.stop())
beforeEach(async () => {
  await dynamo.clear()
  ledger = new DynamoDeliveryLedger(dynamo.table('deliveries'))
})

const at = '2026-03-02T08:12:00.000Z'
const claim = (delivery: Delivery): Delivery =>
  claimed(delivery, { lease: 'l1', until: '2026-03-02T08:13:00.000Z', at })
const reason = { code: 'done', detail: 'Done by phone.', remedy: 'Nothing remains to be done.' }

describe('DynamoDeliveryLedger', () => {
  it('DynamoDeliveryLedger creates a delivery once, and reads it back unchanged', async () => {
    const delivery = sampleDelivery()
    expect(await ledger.create(delivery)).toBe(true)
    expect(await ledger.create({ ...delivery, plannedAt: at })).toBe(false)
    expect(await ledger.read(delivery.deliveryId)).toEqual(delivery)
    expect(await ledger.readMany([delivery.deliveryId, 'unknown'])).toEqual([delivery])
    expect(await ledger.read('unknown')).toBeUndefined()
  })

  it('DynamoDeliveryLedger replaces only the revision that was read, and never creates a row', async () => {
    const delivery = sampleDelivery()
    expect(await ledger.replace(delivery, claim(delivery))).toBe(false)
    await ledger.create(delivery)
    expect(await ledger.replace(delivery, claim(delivery))).toBe(true)
    expect(await ledger.replace(delivery, handled(delivery, at, reason))).toBe(false)
    expect(await ledger.read(delivery.deliveryId)).toEqual(claim(delivery))
  })

  it('DynamoDeliveryLedger lists the due deliveries of one destination, oldest first, up to the limit', async () => {
    const due = Array.from({ length: 12 }, (_, number) =>
      sampleDelivery({ deliveryId: `d.${number}`, destinationId: 'd', dueAt: `2026-03-02T08:00:${10 + number}.000Z` }),
    )
    for (const delivery of due.toReversed()) await ledger.create(delivery)
    await ledger.create(sampleDelivery({ deliveryId: 'other', destinationId: 'other' }))
    const listed = await ledger.due('d', '2026-03-02T08:00:19.000Z', 8)
    expect(listed).toEqual(due.slice(0, 8))
    expect(await ledger.due('d', '2026-03-02T08:00:19.000Z', 100)).toEqual(due.slice(0, 10))
    expect(await ledger.due('d', '2026-03-02T08:00:00.000Z', 100)).toEqual([])
  })

  it('DynamoDeliveryLedger no longer lists a delivery that is closed', async () => {
    const delivery = sampleDelivery()
    const ended = handled(delivery, at, reason)
    await ledger.create(delivery)
    await ledger.replace(delivery, ended)
    expect(await ledger.due('destination', at, 10)).toEqual([ended])
    await ledger.replace(ended, closed(ended, at))
    expect(await ledger.due('destination', '2027-01-01T00:00:00.000Z', 10)).toEqual([])
  })

  it('DynamoDeliveryLedger reads the rows that an index lists again, so an index that is behind has no effect', async () => {
    const delivery = sampleDelivery({ dueAt: at })
    await ledger.create(delivery)
    // An index row that is behind its table looks like this.
    await dynamo
      .table('deliveries')
      .update(delivery.deliveryId, { text: 'SET #dueAt = :dueAt', values: { dueAt: '2026-03-02T09:00:00.000Z' } })
    expect(await ledger.due('destination', at, 10)).toEqual([])
  })
})

describe('the row of a delivery', () => {
  it('expires 400 days after the end, but only once everything is done', () => {
    const ended = handled(sampleDelivery(), at, reason)
    expect(deliveryRowOf(ended)).not.toHaveProperty('expiresAt')
    expect(deliveryRowOf(closed(ended, at))).toMatchObject({ expiresAt: Date.parse(at) / 1000 + 400 * 86_400 })
    const quarantined = sampleDelivery({ state: 'quarantined' })
    expect(deliveryRowOf(closed(quarantined, at))).not.toHaveProperty('expiresAt')
  })

  it('is listed by state while a person or Postmaster has something to do', () => {
    expect(deliveryRowOf(sampleDelivery({ state: 'quarantined' }))).toMatchObject({
      openState: 'destination#quarantined',
      destinationDay: 'destination#2026-03-02',
    })
    expect(deliveryRowOf(sampleDelivery({ state: 'delivered' }))).not.toHaveProperty('openState')
  })

  it('keeps the last 20 attempts with cut texts, and stays below 16 KiB', () => {
    let delivery = sampleDelivery()
    for (let number = 0; number < 30; number += 1) {
      const lease = `${'l'.repeat(40)}${number}`
      const taken = claimed(delivery, { lease, until: at, at })
      const outcome = {
        result: 'temporary',
        scope: 'destination',
        code: 'server-error',
        detail: 'x'.repeat(10_000),
        remedy: 'y'.repeat(10_000),
        bytes: 15_360,
      } as const
      const rules = { doubt: 'ask', idempotency: 'none' } as const
      const next = settled(taken, { lease, outcome, startedAt: at, milliseconds: 5, at, random: 0.5, ...rules })
      if (typeof next === 'string') throw new Error(next)
      delivery = next
    }
    expect(delivery.attempts).toHaveLength(20)
    expect(delivery.leases).toHaveLength(20)
    expect(delivery.attempts.every(({ detail }) => detail.length === 500)).toBe(true)
    expect(itemSizeOf(deliveryRowOf(delivery))).toBeLessThan(16 * 1024)
  })
})

describe('DynamoOpenLanes', () => {
  it('DynamoOpenLanes returns the oldest open delivery of a lane, until its marker is removed', async () => {
    const lanes = new DynamoOpenLanes(dynamo.table('openDeliveries'))
    const [older, newer] = [
      { lane: 'd#1', place: '2026-03-02T08:00:00#000#a', deliveryId: 'd.a' },
      { lane: 'd#1', place: '2026-03-02T08:00:00#001#b', deliveryId: 'd.b' },
    ]
    for (const marker of [newer, older, older, { ...older, lane: 'd#2' }]) await lanes.add(marker)
    expect(await lanes.head('d#1')).toEqual(older)
    await lanes.remove(older)
    await lanes.remove(older)
    expect(await lanes.head('d#1')).toEqual(newer)
    await lanes.remove(newer)
    expect(await lanes.head('d#1')).toBeUndefined()
    expect(await lanes.head('d#2')).toMatchObject({ deliveryId: 'd.a' })
  })
})
