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
  it('DeliveryCatalog lists all deliveries of the destinations, one destination after another and the newest first', async () => {
    for (const number of [1, 2, 3]) await write('a', number)
    await write('b', 2, { state: 'delivered' })
    await write('c', 2)
    const { deliveries, next } = await catalog.list({ destinationIds: ['b', 'a'], limit: 10 })
    expect(idsOf(deliveries)).toEqual(['b.m2', 'a.m3', 'a.m2', 'a.m1'])
    expect(next).toBeUndefined()
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

  it('DeliveryCatalog includes both ends of the time range', async () => {
    for (const number of [1, 2, 3, 4]) await write('a', number)
    const range = { from: '2026-03-02T08:00:00.000Z', to: '2026-03-03T08:00:00.000Z' }
    for (const state of [undefined, 'pending'] as const)
      expect(idsOf((await catalog.list({ destinationIds: ['a'], state, ...range, limit: 10 })).deliveries)).toEqual([
        'a.m3',
        'a.m2',
      ])
  })

  it.each([undefined, 'pending'] as const)(
    'returns each delivery once over pages of any size (state: %s)',
    async (state) => {
      const written: string[] = []
      for (const destinationId of ['a', 'b', 'c'])
        for (const number of [1, 2, 3]) written.push((await write(destinationId, number)).deliveryId)
      for (const limit of [1, 2, 3, 4, 9]) {
        const seen: string[] = []
        let cursor: Awaited<ReturnType<DeliveryCatalog['list']>>['next']
        do {
          const page = await catalog.list({ destinationIds: ['a', 'b', 'c'], state, limit, cursor })
          expect(page.deliveries.length).toBeLessThanOrEqual(limit)
          seen.push(...idsOf(page.deliveries))
          cursor = page.next
        } while (cursor)
        expect(seen.toSorted()).toEqual(written.toSorted())
      }
    },
  )

  it('DeliveryCatalog reads at most ten destinations per call, and continues with the next one', async () => {
    const destinationIds = Array.from({ length: 12 }, (_, number) => `d${number}`)
    await write('d11', 1)
    const first = await catalog.list({ destinationIds, limit: 5 })
    expect(first).toEqual({ deliveries: [], next: { destinationId: 'd10' } })
    const second = await catalog.list({ destinationIds, limit: 5, cursor: first.next })
    expect(idsOf(second.deliveries)).toEqual(['d11.m1'])
  })

  it('DeliveryCatalog refuses a cursor of another list', async () => {
    for (const cursor of [
      { destinationId: 'other' },
      { destinationId: 'a', day: '1999-01-01' },
      { destinationId: 'a', after: { plannedAt: '2026-03-02T08:00:00.000Z', deliveryId: 'a.m2' } },
    ])
      await expect(catalog.list({ destinationIds: ['a'], limit: 5, cursor })).rejects.toMatchObject({
        code: 'invalid-request',
      })
  })

  it('DeliveryCatalog finds deliveries by ticket number in any case, and ignores a blank one', async () => {
    await write('a', 1, { state: 'delivered', remote: { ticket: 'ABC-17' } })
    await write('b', 2, { state: 'delivered', remote: { ticket: 'abc-17' } })
    await write('a', 3, { state: 'delivered', remote: { ticket: ' ' } })
    expect(idsOf(await catalog.byTicket(' Abc-17 ', 10))).toEqual(['b.m2', 'a.m1'])
    expect(await catalog.byTicket(' ', 10)).toEqual([])
  })
})
