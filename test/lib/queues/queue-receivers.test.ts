import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDefaultQueue, setDefaultQueue } from '../../../lib/queues/default-queue.ts'
import { createQueue, deleteQueue, listQueues } from '../../../lib/queues/manage-queues.ts'
import type { QueueReceiver } from '../../../lib/queues/queue-receivers.ts'
import { actor } from '../../support/actor.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { queueServicesOver } from '../../support/queue-services.ts'

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
})
afterAll(() => tables.stop())
beforeEach(() => tables.clear())

const receiver = (fields: Partial<QueueReceiver> = {}): QueueReceiver => ({
  destinationId: 'd1',
  name: 'OTOBO',
  validity: 'valid',
  queueIds: 'all',
  ...fields,
})
const withReceivers = (...receivers: QueueReceiver[]) => ({
  ...queueServicesOver(tables, { now: new Date('2026-03-01T10:00:00.000Z') }),
  receivers: { all: async () => receivers },
})
const received = async (...receivers: QueueReceiver[]) => {
  const { items } = await listQueues(withReceivers(...receivers), { limit: 10 })
  return items.map(({ name, receivedBy, warning }) => [name, receivedBy, warning?.code])
}

describe('the receivers of queues', () => {
  it('a queue without destinations in the whole deployment has no warning', async () => {
    expect(await received()).toEqual([['Raw', [], undefined]])
  })

  it('a queue is received by every valid destination that selects it', async () => {
    expect(await received(receiver(), receiver({ destinationId: 'd2', queueIds: ['raw', 'x'] }))).toEqual([
      ['Raw', ['d1', 'd2'], undefined],
    ])
  })

  it.each([
    ['another queue', receiver({ queueIds: ['x'] })],
    ['the queue, but is invalid', receiver({ validity: 'invalid-temporarily' })],
  ])('a queue has a warning if the only destination selects %s', async (_, one) => {
    expect(await received(one)).toEqual([['Raw', [], 'queue-not-received']])
  })

  it('an invalid queue, which gets no mail, has no warning', async () => {
    const services = withReceivers(receiver({ queueIds: ['raw'] }))
    await createQueue(services, { name: 'Old', validity: 'invalid', comment: '' }, actor('anna'))
    expect(await received(receiver({ queueIds: ['raw'] }))).toEqual([
      ['Raw', ['d1'], undefined],
      ['Old', [], undefined],
    ])
  })

  it('the default queue has the same warning', async () => {
    const services = withReceivers(receiver({ queueIds: ['x'] }))
    expect(await readDefaultQueue(services)).toMatchObject({ name: 'Raw', warning: { code: 'queue-not-received' } })
    expect(await setDefaultQueue(withReceivers(receiver()), 'raw', actor('anna'))).toEqual({
      queueId: 'raw',
      name: 'Raw',
      receivedBy: ['d1'],
    })
  })

  it('a queue that a destination selects by its id cannot be deleted', async () => {
    const { view } = await createQueue(
      withReceivers(),
      { name: 'Support', validity: 'valid', comment: '' },
      actor('anna'),
    )
    const change = { expected: 'any', by: actor('anna') } as const
    await expect(
      deleteQueue(withReceivers(receiver({ queueIds: [view.queueId] })), view.queueId, change),
    ).rejects.toMatchObject({
      code: 'queue-in-use',
      message: 'Support is used by the destinations OTOBO.',
    })
    await deleteQueue(withReceivers(receiver()), view.queueId, change)
  })
})
