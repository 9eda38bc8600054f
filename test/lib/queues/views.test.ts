import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstStamp } from '../../../lib/changes/versioned-change.ts'
import { listQueues, readQueue } from '../../../lib/queues/manage-queues.ts'
import { listSystemAddresses, readSystemAddress } from '../../../lib/queues/manage-system-addresses.ts'
import { queueViewOf } from '../../../lib/queues/queue.ts'
import { addressRowOf } from '../../../lib/queues/queue-rows.ts'
import { QueueStore } from '../../../lib/queues/queue-store.ts'
import { systemAddressViewOf } from '../../../lib/queues/system-address.ts'
import { actor } from '../../support/actor.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { patchQueue, patchSystemAddress, queueServicesOver } from '../../support/queue-services.ts'

const clock = { now: new Date('2026-03-01T10:00:00.000Z') }
const stamp = firstStamp(clock.now, actor('anna'))
const shared = { queueId: 'support', validity: 'valid' as const, comment: '', ...stamp }
const queue = { ...shared, name: 'Support', colour: 'a new column' }
const address = { ...shared, address: 'help@example.com', colour: 'a new column' }
const change = { expected: 'any' as const, by: actor('bert') }

let tables: TestTables
beforeAll(async () => {
  tables = await startTables()
  await new QueueStore(tables.table('dispatching')).create(queue)
  await tables.table('dispatching').put(addressRowOf(address))
})
afterAll(() => tables.stop())

describe('the API views of queues and system addresses', () => {
  it('a column of a stored queue that the API does not list stays private', async () => {
    const services = queueServicesOver(tables, clock)
    const answers = [
      await readQueue(services, 'support'),
      await listQueues(services, { limit: 10 }),
      await patchQueue(services, 'support', { comment: 'x' }, change),
      queueViewOf(queue, 'raw', []),
    ]
    expect(JSON.stringify(answers)).toContain('Support')
    expect(JSON.stringify(answers)).not.toMatch(/colour|listingKey/)
    expect(queueViewOf(queue, 'raw', [])).not.toHaveProperty('version')
  })

  it('a column of a stored system address that the API does not list stays private', async () => {
    const services = queueServicesOver(tables, clock)
    const answers = [
      await readSystemAddress(services, 'help@example.com'),
      await listSystemAddresses(services, { limit: 10 }),
      await patchSystemAddress(services, 'help@example.com', { comment: 'x' }, change),
      systemAddressViewOf(address, 'Support'),
    ]
    expect(JSON.stringify(answers)).toContain('help@example.com')
    expect(JSON.stringify(answers)).not.toMatch(/colour|listingKey/)
    expect(systemAddressViewOf(address, undefined)).not.toHaveProperty('version')
  })
})
