import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DynamoQueueDirectory } from '../../../lib/dispatching/queue-directory.ts'
import { setDefaultQueue } from '../../../lib/queues/default-queue.ts'
import {
  createQueue,
  deleteQueue,
  listQueues,
  type QueueCursor,
  type QueueServices,
  readQueue,
} from '../../../lib/queues/manage-queues.ts'
import { createSystemAddress } from '../../../lib/queues/manage-system-addresses.ts'
import { actor } from '../../support/actor.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { patchQueue, queueServicesOver, replaceQueue } from '../../support/queue-services.ts'

let tables: TestTables
let clock: { now: Date }
let services: QueueServices
beforeEach(async () => {
  tables = await startTables()
  clock = { now: new Date('2026-03-01T10:00:00.000Z') }
  services = queueServicesOver(tables, clock)
})
afterEach(() => tables.stop())

const input = (name: string, more = {}) => ({ name, validity: 'valid' as const, comment: '', ...more })
const create = async (name: string) => (await createQueue(services, input(name), actor('anna'))).view
const later = (milliseconds: number) => {
  clock.now = new Date(clock.now.getTime() + milliseconds)
}
const refused = (code: string, detail: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(detail) })

describe('creating and reading queues', () => {
  test('a new queue has an id, a version, its creator and its creation time', async () => {
    const made = await createQueue(services, input('Support', { comment: 'first level' }), actor('anna'))
    expect(made).toEqual({
      version: 1,
      view: {
        queueId: 'queue-1',
        name: 'Support',
        validity: 'valid',
        comment: 'first level',
        createdAt: '2026-03-01T10:00:00.000Z',
        createdBy: 'anna',
        createdBySub: 'sub-anna',
        changedAt: '2026-03-01T10:00:00.000Z',
        changedBy: 'anna',
        changedBySub: 'sub-anna',
        builtIn: false,
        isDefault: false,
        receivedBy: [],
      },
    })
    expect(await readQueue(services, 'queue-1')).toEqual(made)
  })

  test('the built-in queue exists from the start and is the default', async () => {
    const { view } = await readQueue(services, 'raw')
    expect(view).toMatchObject({ queueId: 'raw', name: 'Raw', validity: 'valid', builtIn: true, isDefault: true })
  })

  test('reading a queue that does not exist fails with not-found', async () => {
    await expect(readQueue(services, 'nobody')).rejects.toEqual(refused('not-found'))
  })
})

describe('unique queue names', () => {
  test.each([
    'Support',
    'SUPPORT',
    ' support ',
    'Raw',
    'rAW',
    'Sup\u200bport',
    'Ｓｕｐｐｏｒｔ',
    '\u202eSupport',
    'Ra\u2060w',
    'Ｒaw',
  ])('the queue name %j is taken when Support and Raw exist', async (name) => {
    await create('Support')
    await expect(create(name)).rejects.toEqual(refused('name-taken'))
  })

  test('of twelve simultaneous creations with one queue name, exactly one succeeds', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => create(i % 2 ? 'Race' : 'RACE')))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refused('name-taken'))
    expect((await listQueues(services, { limit: 50 })).items).toHaveLength(2)
  })

  test('a claim without its queue blocks the name for a minute, and only one caller can then take it over', async () => {
    await tables.table('dispatching').put({
      key: 'queue-name#support',
      queueId: 'crashed',
      token: 'x',
      claimedAt: clock.now.toISOString(),
    })
    later(59_999)
    await expect(create('Support')).rejects.toEqual(refused('name-taken'))
    later(1)
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => create('Support')))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await tables.table('dispatching').get('queue-name#support'))?.queueId).not.toBe('crashed')
  })

  test('an old claim whose queue has the name cannot be taken over', async () => {
    await create('Support')
    later(3_600_000)
    await expect(create('support')).rejects.toEqual(refused('name-taken'))
  })
})

describe('a queue with unusual characters in its name, stored by an older version', () => {
  const oldName = 'Desk™'
  const oldQueue = async () => {
    const { queueId } = await create('Plain')
    const table = tables.table('dispatching')
    const row = await table.get(`queue#${queueId}`)
    await table.put({ ...row, name: oldName, listingKey: 'desk™' })
    await table.put({ ...(await table.get('queue-name#plain')), key: 'queue-name#desk™' })
    await table.delete('queue-name#plain')
    later(3_600_000)
    return queueId
  }

  test('a queue stored by an older version can be read, listed and found by its name in a mail', async () => {
    const queueId = await oldQueue()
    expect((await readQueue(services, queueId)).view.name).toBe(oldName)
    expect((await listQueues(services, { limit: 50 })).items.map(({ name }) => name)).toContain(oldName)
    const directory = new DynamoQueueDirectory(tables.table('dispatching'))
    expect(await directory.queueByName('desk™')).toEqual({ queueId, name: oldName })
  })

  test('a queue stored by an older version keeps its name, which another queue cannot take', async () => {
    await oldQueue()
    await expect(create('DESK™')).rejects.toEqual(refused('name-taken'))
  })

  test('a queue stored by an older version gets a new claim when it is changed, so that similar names are refused', async () => {
    const queueId = await oldQueue()
    await patchQueue(services, queueId, { comment: 'x' }, { expected: 'any', by: actor('bert') })
    await expect(create('DeskTM')).rejects.toEqual(refused('name-taken'))
    await deleteQueue(services, queueId, { expected: 'any', by: actor('bert') })
    expect((await create('DeskTM')).name).toBe('DeskTM')
    expect((await create('Plain')).name).toBe('Plain')
  })
})

describe('renaming queues', () => {
  test('a queue rename is refused if the new name differs from another only in invisible characters or letter forms', async () => {
    await create('Support')
    const { queueId } = await create('Sales')
    await expect(
      patchQueue(services, queueId, { name: 'Support\u200b' }, { expected: 'any', by: actor('bert') }),
    ).rejects.toEqual(refused('name-taken'))
    const same = await patchQueue(services, queueId, { name: 'Ｓales' }, { expected: 'any', by: actor('bert') })
    expect(same.view.name).toBe('Ｓales')
  })

  test('a queue rename takes the new name and frees the old one immediately', async () => {
    const { queueId } = await create('Old')
    await replaceQueue(services, queueId, input('New'), { expected: 1, by: actor('bert') })
    await expect(create('new')).rejects.toEqual(refused('name-taken'))
    expect((await create('Old')).name).toBe('Old')
  })

  test('a queue rename to a name of another queue is refused and changes nothing', async () => {
    await create('First')
    const { queueId } = await create('Second')
    await expect(replaceQueue(services, queueId, input('FIRST'), { expected: 1, by: actor('bert') })).rejects.toEqual(
      refused('name-taken'),
    )
    expect(await readQueue(services, queueId)).toMatchObject({ version: 1, view: { name: 'Second' } })
  })

  test('a queue rename may change only the case of the name', async () => {
    const { queueId } = await create('support')
    expect(
      (await replaceQueue(services, queueId, input('Support'), { expected: 1, by: actor('bert') })).view.name,
    ).toBe('Support')
    await expect(create('SUPPORT')).rejects.toEqual(refused('name-taken'))
  })

  test('renaming a queue back and forth leaves exactly one name taken', async () => {
    const { queueId } = await create('A')
    await replaceQueue(services, queueId, input('B'), { expected: 1, by: actor('bert') })
    await replaceQueue(services, queueId, input('A'), { expected: 2, by: actor('bert') })
    await expect(create('A')).rejects.toEqual(refused('name-taken'))
    expect((await create('B')).name).toBe('B')
  })

  test('of two queues renamed to one name simultaneously, one keeps its own name', async () => {
    const [first, second] = [await create('One'), await create('Two')]
    const outcomes = await Promise.allSettled(
      [first, second].map(({ queueId }) =>
        replaceQueue(services, queueId, input('Same'), { expected: 1, by: actor('bert') }),
      ),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const names = (await listQueues(services, { limit: 10 })).items.map(({ name }) => name)
    expect(names.filter((name) => name === 'Same')).toHaveLength(1)
  })

  test('a queue rename that lost against another change frees the name after a minute', async () => {
    const { queueId } = await create('Mine')
    const previous = await services.queues.read(queueId)
    if (!previous) throw new Error('not created')
    await patchQueue(services, queueId, { comment: 'changed in between' }, { expected: 1, by: actor('carl') })
    expect(await services.queues.replace({ ...previous, name: 'Wanted', version: 2 }, previous)).toBe(false)
    await expect(create('Wanted')).rejects.toEqual(refused('name-taken'))
    later(60_000)
    expect((await create('Wanted')).name).toBe('Wanted')
    expect((await readQueue(services, queueId)).view.name).toBe('Mine')
  })
})

describe('changing queues', () => {
  test('a queue change requires the version it is based on', async () => {
    const { queueId } = await create('Support')
    const changed = await replaceQueue(services, queueId, input('Support', { validity: 'invalid' }), {
      expected: 1,
      by: actor('bert'),
    })
    expect(changed).toMatchObject({ version: 2, view: { validity: 'invalid', createdBy: 'anna', changedBy: 'bert' } })
    await expect(replaceQueue(services, queueId, input('X'), { expected: 1, by: actor('carl') })).rejects.toEqual(
      refused('changed-meanwhile'),
    )
    expect((await replaceQueue(services, queueId, input('X'), { expected: 'any', by: actor('carl') })).version).toBe(3)
  })

  test('of two changes to one queue version, one succeeds; with *, both succeed in turn', async () => {
    const { queueId } = await create('Support')
    const both = async (expected: number | 'any') =>
      await Promise.allSettled(
        ['a', 'b'].map((comment) => patchQueue(services, queueId, { comment }, { expected, by: actor('x') })),
      )
    expect((await both(1)).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await both('any')).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect((await readQueue(services, queueId)).version).toBe(4)
  })

  test('a queue patch keeps fields it does not contain, and null resets a field to its default', async () => {
    const { view } = await createQueue(
      services,
      input('Support', { comment: 'detail', validity: 'invalid' }),
      actor('anna'),
    )
    const patched = await patchQueue(services, view.queueId, { validity: null }, { expected: 1, by: actor('bert') })
    expect(patched.view).toMatchObject({ name: 'Support', comment: 'detail', validity: 'valid' })
    const wrong = patchQueue(services, view.queueId, { name: null, colour: 'red' }, { expected: 2, by: actor('bert') })
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid-request',
      fields: [{ path: '/name' }, { path: '/colour' }],
    })
  })

  test('the built-in queue cannot be changed or deleted', async () => {
    await expect(replaceQueue(services, 'raw', input('Rough'), { expected: 'any', by: actor('x') })).rejects.toEqual(
      refused('built-in'),
    )
    await expect(patchQueue(services, 'raw', { comment: 'x' }, { expected: 1, by: actor('x') })).rejects.toEqual(
      refused('built-in'),
    )
    await expect(deleteQueue(services, 'raw', { expected: 'any', by: actor('x') })).rejects.toEqual(refused('built-in'))
  })
})

describe('deleting queues', () => {
  test('an unused queue can be deleted, and its name is then free', async () => {
    const { queueId } = await create('Support')
    await expect(deleteQueue(services, queueId, { expected: 7, by: actor('x') })).rejects.toEqual(
      refused('changed-meanwhile'),
    )
    await deleteQueue(services, queueId, { expected: 1, by: actor('x') })
    await expect(readQueue(services, queueId)).rejects.toEqual(refused('not-found'))
    await expect(deleteQueue(services, queueId, { expected: 'any', by: actor('x') })).rejects.toEqual(
      refused('not-found'),
    )
    expect((await create('Support')).queueId).not.toBe(queueId)
  })

  test('deleting a queue in use lists its mail accounts by user and host', async () => {
    const { queueId } = await create('Support')
    for (let i = 1; i <= 7; i += 1)
      await tables
        .table('accounts')
        .put({ accountId: `a${i}`, queueId, host: 'imap.example.com', username: `desk${i}`, validity: 'invalid' })
    const five = [1, 2, 3, 4, 5].map((i) => `desk${i} at imap.example.com`).join(', ')
    await expect(deleteQueue(services, queueId, { expected: 1, by: actor('x') })).rejects.toMatchObject({
      code: 'queue-in-use',
      message: `Support is used by the mail accounts ${five} and more.`,
    })
    expect((await readQueue(services, queueId)).view.name).toBe('Support')
  })

  test('system addresses and the default-queue setting also prevent the deletion of a queue', async () => {
    const { queueId } = await create('Support')
    await createSystemAddress(
      services,
      { address: 'help@example.com', queueId, validity: 'invalid', comment: '' },
      actor('anna'),
    )
    await setDefaultQueue(services, queueId, actor('anna'))
    await expect(deleteQueue(services, queueId, { expected: 1, by: actor('x') })).rejects.toMatchObject({
      code: 'queue-in-use',
      message: 'Support is used by the system addresses help@example.com; as the default queue.',
    })
  })

  test('uses of another queue do not prevent the deletion of a queue', async () => {
    const [used, free] = [await create('Used'), await create('Free')]
    await createSystemAddress(
      services,
      { address: 'a@example.com', queueId: used.queueId, validity: 'valid', comment: '' },
      actor('x'),
    )
    await deleteQueue(services, free.queueId, { expected: 1, by: actor('x') })
  })
})

describe('listing queues', () => {
  test.each([1, 2, 3, 100])(
    'the queue list with pages of %i starts with the built-in queue, then sorts by name',
    async (limit) => {
      for (const name of ['delta', 'Alpha', 'charlie', 'Bravo']) await create(name)
      const names: string[] = []
      let cursor: QueueCursor | undefined
      do {
        const page = await listQueues(services, { limit, cursor })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        names.push(...page.items.map(({ name }) => name))
        cursor = page.next
      } while (cursor)
      expect(names).toEqual(['Raw', 'Alpha', 'Bravo', 'charlie', 'delta'])
    },
  )

  test('the queue list marks the default queue', async () => {
    const { queueId } = await create('Support')
    await setDefaultQueue(services, queueId, actor('anna'))
    const { items } = await listQueues(services, { limit: 10 })
    expect(items.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['Raw', false],
      ['Support', true],
    ])
  })
})
