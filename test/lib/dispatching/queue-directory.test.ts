import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DynamoQueueDirectory } from '../../../lib/dispatching/queue-directory.ts'
import { setDefaultQueue } from '../../../lib/queues/default-queue.ts'
import type { QueueServices } from '../../../lib/queues/manage-queues.ts'
import { createQueue } from '../../../lib/queues/manage-queues.ts'
import { createSystemAddress } from '../../../lib/queues/manage-system-addresses.ts'
import type { Table } from '../../../lib/tables/table.ts'
import { actor } from '../../support/actor.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { patchQueue, patchSystemAddress, queueServicesOver } from '../../support/queue-services.ts'

let tables: TestTables
let services: QueueServices
let time: number
let reads: string[][]
let directory: DynamoQueueDirectory
beforeEach(async () => {
  tables = await startTables()
  services = queueServicesOver(tables, { now: new Date('2026-03-01T10:00:00.000Z') })
  time = 0
  reads = []
  directory = new DynamoQueueDirectory(counted(tables.table('dispatching')), () => new Date(time))
})
afterEach(() => tables.stop())

const counted = (table: Table): Table =>
  Object.assign(Object.create(table), {
    getMany: async (keys: string[]) => {
      reads.push(keys)
      return await table.getMany(keys)
    },
  })
const queueCalled = async (name: string, more = {}) => {
  const { view } = await createQueue(services, { name, validity: 'valid', comment: '', ...more }, actor('anna'))
  return { queueId: view.queueId, name }
}
const addressOf = async (address: string, queueId: string, validity: 'valid' | 'invalid' = 'valid') =>
  await createSystemAddress(services, { address, queueId, validity, comment: '' }, actor('anna'))

describe('looking up queues in the directory', () => {
  test('queues are found by id, and by name in any case', async () => {
    const support = await queueCalled('Support')
    expect(await directory.queueById(support.queueId)).toEqual(support)
    expect(await directory.queueByName(' sUPPORT ')).toEqual(support)
    expect(await directory.queueById('gone')).toBeUndefined()
    expect(await directory.queueByName('gone')).toBeUndefined()
  })

  test('built-in queues are found without a row', async () => {
    expect(await directory.queueById('raw')).toEqual({ queueId: 'raw', name: 'Raw' })
    expect(await directory.queueByName('RAW')).toEqual({ queueId: 'raw', name: 'Raw' })
    expect(reads).toEqual([])
  })

  test.each(['invalid', 'invalid-temporarily'])('queues that are %s are not found', async (validity) => {
    const { queueId } = await queueCalled('Support', { validity })
    expect(await directory.queueById(queueId)).toBeUndefined()
    expect(await directory.queueByName('Support')).toBeUndefined()
  })

  test('queues are not found by a former name or by a name they are about to get', async () => {
    const { queueId } = await queueCalled('Old')
    await patchQueue(services, queueId, { name: 'New' }, { expected: 1, by: actor('anna') })
    await tables
      .table('dispatching')
      .put({ key: 'queue-name#soon', queueId, token: 'x', claimedAt: '2026-03-01T10:00:00.000Z' })
    expect(await directory.queueByName('Old')).toBeUndefined()
    expect(await directory.queueByName('soon')).toBeUndefined()
    expect((await directory.queueByName('New'))?.queueId).toBe(queueId)
  })

  test.each(['', '   ', 'x'.repeat(3000)])(
    'the directory does not request names that no queue can have',
    async (name) => {
      expect(await directory.queueByName(name)).toBeUndefined()
      expect(reads).toEqual([])
    },
  )
})

describe('looking up system addresses in the directory', () => {
  test('system addresses are resolved to their queues in two reads, whatever their number', async () => {
    const [support, sales] = [await queueCalled('Support'), await queueCalled('Sales')]
    await addressOf('help@example.com', support.queueId)
    await addressOf('buy@example.com', sales.queueId)
    await addressOf('info@example.com', 'raw')
    const others = Array.from({ length: 250 }, (_, i) => `nobody${i}@example.com`)
    const found = await directory.queuesByAddress([
      'Help@Example.com',
      'buy@example.com',
      'info@example.com',
      ...others,
    ])
    expect(found).toEqual(
      new Map([
        ['Help@Example.com', support],
        ['buy@example.com', sales],
        ['info@example.com', { queueId: 'raw', name: 'Raw' }],
      ]),
    )
    expect(reads).toHaveLength(2)
  })

  test('system addresses match exactly, without plus parts, other domains or partial addresses', async () => {
    const { queueId } = await queueCalled('Support')
    await addressOf('help@example.com', queueId)
    const near = ['help+1@example.com', 'help@mail.example.com', 'elp@example.com', 'help@example.co']
    expect(await directory.queuesByAddress(near)).toEqual(new Map())
  })

  test('a system address and a recipient match, whichever form of the domain an admin and a sender wrote', async () => {
    const support = await queueCalled('Support')
    await addressOf('hilfe@bücher.example', support.queueId)
    await addressOf('hilfe@xn--strae-oqa.example', support.queueId)
    const written = ['hilfe@bücher.example', 'hilfe@xn--bcher-kva.example', 'Hilfe@XN--Bcher-KVA.example']
    const others = ['hilfe@straße.example', 'hilfe@STRASSE.example', 'hilfe@bucher.example', 'hilfe@xn--bcher.example']
    const found = await directory.queuesByAddress([...written, ...others])
    expect([...found.keys()]).toEqual([...written, 'hilfe@straße.example'])
  })

  test.each([
    'help@',
    'help@bü cher.example',
    'help@[bücher.example]',
    'help@xn--bücher.example',
    'help@bü\0cher.example',
    'help@bü\ud800cher.example',
    'help@bücher.example/x',
    'help@bücher.example:25',
    `help@${'\ufdfa'.repeat(240)}`,
    `help@${'ü.'.repeat(120)}`,
    'help@xn--',
    'help@ü\u200d.example',
    '@ü@ü@',
  ])('a recipient with an odd domain, %j, neither matches nor fails', async (address) => {
    const { queueId } = await queueCalled('Support')
    await addressOf('help@bücher.example', queueId)
    expect(await directory.queuesByAddress([address])).toEqual(new Map())
  })

  test('system addresses that are invalid, or whose queue is invalid, do not match', async () => {
    const [valid, invalid] = [await queueCalled('Valid'), await queueCalled('Invalid', { validity: 'invalid' })]
    await addressOf('a@example.com', valid.queueId, 'invalid')
    await addressOf('b@example.com', invalid.queueId)
    expect(await directory.queuesByAddress(['a@example.com', 'b@example.com'])).toEqual(new Map())
  })

  test('overlong recipient addresses from a mail are skipped', async () => {
    const { queueId } = await queueCalled('Support')
    await addressOf('help@example.com', queueId)
    const found = await directory.queuesByAddress(['', `${'x'.repeat(5000)}@example.com`, 'help@example.com'])
    expect([...found.keys()]).toEqual(['help@example.com'])
  })
})

describe('looking up the default queue in the directory', () => {
  test('the directory returns the built-in queue as default unless a valid default is set', async () => {
    expect(await directory.defaultQueue()).toEqual({ queueId: 'raw', name: 'Raw' })
    const support = await queueCalled('Support')
    await setDefaultQueue(services, support.queueId, actor('anna'))
    time += 60_000
    expect(await directory.defaultQueue()).toEqual(support)
    await patchQueue(services, support.queueId, { validity: 'invalid' }, { expected: 'any', by: actor('anna') })
    time += 60_000
    expect(await directory.defaultQueue()).toEqual({ queueId: 'raw', name: 'Raw' })
  })
})

describe('caching in the directory', () => {
  test('the directory caches results for 60 s, including empty ones', async () => {
    const { queueId } = await queueCalled('Support')
    await addressOf('help@example.com', queueId)
    const ask = async () => (await directory.queuesByAddress(['help@example.com', 'none@example.com'])).size
    expect(await ask()).toBe(1)
    await patchSystemAddress(services, 'help@example.com', { validity: 'invalid' }, { expected: 'any', by: actor('x') })
    await addressOf('none@example.com', queueId)
    time = 59_999
    expect(await ask()).toBe(1)
    expect(reads).toHaveLength(2)
    time = 60_000
    const found = await directory.queuesByAddress(['help@example.com', 'none@example.com'])
    expect([...found.keys()]).toEqual(['none@example.com'])
  })

  test('simultaneous look-ups in the directory share one read', async () => {
    const { queueId } = await queueCalled('Support')
    const answers = await Promise.all(Array.from({ length: 20 }, () => directory.queueById(queueId)))
    expect(answers.every((queue) => queue?.name === 'Support')).toBe(true)
    expect(reads).toHaveLength(1)
  })
})
