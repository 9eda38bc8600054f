import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Delivery } from '../../../../lib/handover/ledger/delivery.ts'
import { DeliveryCatalog } from '../../../../lib/handover/ledger/delivery-catalog.ts'
import { DynamoDeliveryLedger } from '../../../../lib/handover/ledger/delivery-ledger.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { sampleDelivery } from '../../../support/handover/sample-delivery.ts'

let dynamo: TestTables
let catalog: DeliveryCatalog
beforeAll(async () => {
  dynamo = await startTables()
})
afterAll(() => dynamo.stop())
beforeEach(async () => {
  await dynamo.clear()
  catalog = new DeliveryCatalog(dynamo.table('deliveries'), { now: () => new Date('2026-03-10T12:00:00.000Z') })
})

const write = async (destinationId: string, number: number, changes: Partial<Delivery> = {}): Promise<Delivery> => {
  const delivery = sampleDelivery({
    deliveryId: `${destinationId}.m${number}`,
    destinationId,
    messageId: `m${number}`,
    plannedAt: `2026-03-0${number}T08:00:00.000Z`,
    ...changes,
  })
  await new DynamoDeliveryLedger(dynamo.table('deliveries')).create(delivery)
  return delivery
}

const idsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ deliveryId }) => deliveryId)

describe('DeliveryCatalog', () => {
  it('DeliveryCatalog lists the deliveries of all given destinations, newest first', async () => {
    for (const number of [1, 2, 3]) await write('a', number)
    await write('b', 2, { state: 'delivered' })
    await write('c', 2)
    const { deliveries, next } = await catalog.list({ destinationIds: ['b', 'empty', 'a'], limit: 10 })
    expect(idsOf(deliveries)).toEqual(['a.m3', 'b.m2', 'a.m2', 'a.m1'])
    expect(next).toBeUndefined()
    expect(await catalog.list({ destinationIds: [], limit: 10 })).toEqual({ deliveries: [] })
  })

  it('DeliveryCatalog lists the deliveries of one state, and leaves out those whose state changed after the index was read', async () => {
    await write('a', 1, { state: 'quarantined' })
    await write('a', 2, { state: 'waiting' })
    await write('a', 3, { state: 'delivered' })
    for (const [state, id] of [
      ['quarantined', 'a.m1'],
      ['waiting', 'a.m2'],
      ['delivered', 'a.m3'],
    ] as const)
      expect(idsOf((await catalog.list({ destinationIds: ['a'], state, limit: 10 })).deliveries)).toEqual([id])
    // An index row that is behind its table looks like this.
    await dynamo.table('deliveries').update('a.m1', { text: 'SET #state = :state', values: { state: 'handled' } })
    expect((await catalog.list({ destinationIds: ['a'], state: 'quarantined', limit: 10 })).deliveries).toEqual([])
  })

  it('DeliveryCatalog lists the open deliveries of every state in which Postmaster still acts, newest first and of any age', async () => {
    const states = ['pending', 'delivering', 'waiting', 'in-doubt', 'quarantined', 'delivered', 'handled'] as const
    for (const [index, state] of states.entries()) await write(index % 2 === 0 ? 'a' : 'b', index + 1, { state })
    await write('b', 8, { state: 'waiting', plannedAt: '2025-06-01T08:00:00.000Z' })
    const query = { destinationIds: ['a', 'b'], state: 'open', limit: 3 } as const
    const first = await catalog.list(query)
    expect(idsOf(first.deliveries)).toEqual(['b.m4', 'a.m3', 'b.m2'])
    const second = await catalog.list({ ...query, cursor: first.next })
    expect(idsOf(second.deliveries)).toEqual(['a.m1', 'b.m8'])
    expect(second.next).toBeUndefined()
  })

  it('DeliveryCatalog lists a delivery once although two partitions contain it', async () => {
    for (const number of [1, 2]) await write('a', number, { state: 'waiting' })
    // The index of a delivery that changes its state at this moment looks like this.
    const destinationIds = ['a', 'a']
    const { deliveries } = await catalog.list({ destinationIds, state: 'waiting', limit: 10 })
    expect(idsOf(deliveries)).toEqual(['a.m2', 'a.m1'])
  })

  it('DeliveryCatalog includes both ends of the time range', async () => {
    for (const number of [1, 2, 3, 4]) await write('a', number)
    const range = { from: '2026-03-02T08:00:00.000Z', to: '2026-03-03T08:00:00.000Z' }
    for (const state of [undefined, 'pending'] as const)
      expect(idsOf((await catalog.list({ destinationIds: ['a'], state, ...range, limit: 10 })).deliveries)).toEqual([
        'a.m3',
        'a.m2',
      ])
  })

  it.each([undefined, 'pending', 'delivered'] as const)(
    'DeliveryCatalog lists each delivery once, newest first, over pages of any size and with equal times (state: %s)',
    async (state) => {
      const written: Delivery[] = []
      for (const destinationId of ['a', 'b', 'c'])
        for (const number of [1, 2, 3, 4, 5, 6, 7]) {
          const time = number < 5 ? '2026-03-02T08:00:00.000Z' : `2026-03-0${number}T08:00:00.000Z`
          written.push(await write(destinationId, number, { plannedAt: time, state: state ?? 'pending' }))
          await write(destinationId, number, { deliveryId: `${destinationId}.x${number}`, state: 'handled' })
        }
      const byTime = (a: Delivery, b: Delivery) => (a.plannedAt > b.plannedAt ? -1 : a.plannedAt < b.plannedAt ? 1 : 0)
      const from = '2026-03-01T00:00:00.000Z'
      for (const limit of [1, 3, 5, 21, 100]) {
        const seen: Delivery[] = []
        let cursor: Awaited<ReturnType<DeliveryCatalog['list']>>['next']
        do {
          const page = await catalog.list({ destinationIds: ['a', 'b', 'empty', 'c'], state, from, limit, cursor })
          expect(page.deliveries.length).toBeLessThanOrEqual(limit)
          seen.push(...page.deliveries)
          cursor = page.next
        } while (cursor)
        const wanted = seen.filter((delivery) => delivery.state !== 'handled')
        expect(idsOf(wanted).toSorted()).toEqual(idsOf(written).toSorted())
        expect(seen).toEqual(seen.toSorted(byTime))
        expect(new Set(idsOf(seen)).size).toBe(seen.length)
      }
    },
  )

  it('DeliveryCatalog reads a bounded number of days of 50 destinations per call, and the next call continues', async () => {
    const destinationIds = Array.from({ length: 50 }, (_, number) => `d${number}`)
    await write('d7', 1, { plannedAt: '2026-02-12T08:00:00.000Z' })
    const pages: string[][] = []
    let cursor: Awaited<ReturnType<DeliveryCatalog['list']>>['next']
    do {
      const page = await catalog.list({ destinationIds, limit: 5, cursor })
      pages.push(idsOf(page.deliveries))
      cursor = page.next
    } while (cursor)
    expect(pages.flat()).toEqual(['d7.m1'])
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.length).toBeLessThan(6)
  })

  it('DeliveryCatalog finds deliveries by ticket number in any case, and ignores a blank one', async () => {
    await write('a', 1, { state: 'delivered', remote: { ticket: 'ABC-17' } })
    await write('b', 2, { state: 'delivered', remote: { ticket: 'abc-17' } })
    await write('a', 3, { state: 'delivered', remote: { ticket: ' ' } })
    expect(idsOf(await catalog.byTicket(' Abc-17 ', 10))).toEqual(['b.m2', 'a.m1'])
    expect(await catalog.byTicket(' ', 10)).toEqual([])
  })
})
