import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DispatchingServices } from '../../../lib/dispatching/dispatching-services.ts'
import { DynamoQueueDirectory } from '../../../lib/dispatching/dynamo-queue-directory.ts'
import { setDefaultQueue } from '../../../lib/dispatching/manage-default-queue.ts'
import {
  changeQueue,
  createQueue,
  deleteQueue,
  listQueues,
  type QueueCursor,
  readQueue,
  replaceQueue,
} from '../../../lib/dispatching/manage-queues.ts'
import { createSystemAddress } from '../../../lib/dispatching/manage-system-addresses.ts'
import { actor } from '../../support/actor.ts'
import { dispatchingOver } from '../../support/dispatching.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'

let tables: TestTables
let clock: { now: Date }
let services: DispatchingServices
beforeEach(async () => {
  tables = await startTables()
  clock = { now: new Date('2026-03-01T10:00:00.000Z') }
  services = dispatchingOver(tables, clock)
})
afterEach(() => tables.stop())

const input = (name: string, more = {}) => ({ name, validity: 'valid' as const, comment: '', ...more })
const create = async (name: string) => (await createQueue(services, input(name), actor('anna'))).view
const later = (milliseconds: number) => {
  clock.now = new Date(clock.now.getTime() + milliseconds)
}
const refused = (code: string, detail: RegExp = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(detail) })

describe('creating and reading', () => {
  test('a queue gets an id, a version and who made it when', async () => {
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
      },
    })
    expect(await readQueue(services, 'queue-1')).toEqual(made)
  })

  test('the built-in queue is there from the start and is the default', async () => {
    const { view } = await readQueue(services, 'raw')
    expect(view).toMatchObject({ queueId: 'raw', name: 'Raw', validity: 'valid', builtIn: true, isDefault: true })
  })

  test('a queue that is not there is not found', async () => {
    await expect(readQueue(services, 'nobody')).rejects.toEqual(refused('not-found'))
  })
})

describe('names are unique', () => {
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
  ])('%j is taken when Support and Raw exist', async (name) => {
    await create('Support')
    await expect(create(name)).rejects.toEqual(refused('name-taken'))
  })

  test('of twelve creations of one name at once exactly one succeeds', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => create(i % 2 ? 'Race' : 'RACE')))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refused('name-taken'))
    expect((await listQueues(services, { limit: 50 })).items).toHaveLength(2)
  })

  test('a claim without its queue blocks the name for a minute and can then be taken over, by one', async () => {
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

  test('an old claim whose queue bears the name is not taken over', async () => {
    await create('Support')
    later(3_600_000)
    await expect(create('support')).rejects.toEqual(refused('name-taken'))
  })
})

describe('a queue that an older version stored under a name with unusual characters', () => {
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

  test('is readable, listed and found by its name in a mail', async () => {
    const queueId = await oldQueue()
    expect((await readQueue(services, queueId)).view.name).toBe(oldName)
    expect((await listQueues(services, { limit: 50 })).items.map(({ name }) => name)).toContain(oldName)
    const directory = new DynamoQueueDirectory(tables.table('dispatching'))
    expect(await directory.queueByName('desk™')).toEqual({ queueId, name: oldName })
  })

  test('keeps its name: another queue cannot have it', async () => {
    await oldQueue()
    await expect(create('DESK™')).rejects.toEqual(refused('name-taken'))
  })

  test('has a claim of the new kind once it is changed, so that look-alikes are refused', async () => {
    const queueId = await oldQueue()
    await changeQueue(services, queueId, { comment: 'x' }, 'any', actor('bert'))
    await expect(create('DeskTM')).rejects.toEqual(refused('name-taken'))
    await deleteQueue(services, queueId, 'any', actor('bert'))
    expect((await create('DeskTM')).name).toBe('DeskTM')
    expect((await create('Plain')).name).toBe('Plain')
  })
})

describe('renaming', () => {
  test('is refused if the new name differs from another name only in invisible characters or letter forms', async () => {
    await create('Support')
    const { queueId } = await create('Sales')
    await expect(changeQueue(services, queueId, { name: 'Support\u200b' }, 'any', actor('bert'))).rejects.toEqual(
      refused('name-taken'),
    )
    const same = await changeQueue(services, queueId, { name: 'Ｓales' }, 'any', actor('bert'))
    expect(same.view.name).toBe('Ｓales')
  })

  test('the new name is taken and the old one free at once', async () => {
    const { queueId } = await create('Old')
    await replaceQueue(services, queueId, input('New'), 1, actor('bert'))
    await expect(create('new')).rejects.toEqual(refused('name-taken'))
    expect((await create('Old')).name).toBe('Old')
  })

  test('a name another queue bears is refused and nothing changes', async () => {
    await create('First')
    const { queueId } = await create('Second')
    await expect(replaceQueue(services, queueId, input('FIRST'), 1, actor('bert'))).rejects.toEqual(
      refused('name-taken'),
    )
    expect(await readQueue(services, queueId)).toMatchObject({ version: 1, view: { name: 'Second' } })
  })

  test('only the case of the name can change', async () => {
    const { queueId } = await create('support')
    expect((await replaceQueue(services, queueId, input('Support'), 1, actor('bert'))).view.name).toBe('Support')
    await expect(create('SUPPORT')).rejects.toEqual(refused('name-taken'))
  })

  test('there and back again leaves exactly one name taken', async () => {
    const { queueId } = await create('A')
    await replaceQueue(services, queueId, input('B'), 1, actor('bert'))
    await replaceQueue(services, queueId, input('A'), 2, actor('bert'))
    await expect(create('A')).rejects.toEqual(refused('name-taken'))
    expect((await create('B')).name).toBe('B')
  })

  test('of two queues renamed to one name at once one keeps its own', async () => {
    const [first, second] = [await create('One'), await create('Two')]
    const outcomes = await Promise.allSettled(
      [first, second].map(({ queueId }) => replaceQueue(services, queueId, input('Same'), 1, actor('bert'))),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const names = (await listQueues(services, { limit: 10 })).items.map(({ name }) => name)
    expect(names.filter((name) => name === 'Same')).toHaveLength(1)
  })

  test('a rename that lost against another change frees the name after a minute', async () => {
    const { queueId } = await create('Mine')
    const previous = await services.queues.read(queueId)
    if (!previous) throw new Error('not created')
    await changeQueue(services, queueId, { comment: 'changed in between' }, 1, actor('carl'))
    expect(await services.queues.replace({ ...previous, name: 'Wanted', version: 2 }, previous)).toBe(
      'changed-meanwhile',
    )
    await expect(create('Wanted')).rejects.toEqual(refused('name-taken'))
    later(60_000)
    expect((await create('Wanted')).name).toBe('Wanted')
    expect((await readQueue(services, queueId)).view.name).toBe('Mine')
  })
})

describe('changing', () => {
  test('a change names the version it was made against', async () => {
    const { queueId } = await create('Support')
    const changed = await replaceQueue(services, queueId, input('Support', { validity: 'invalid' }), 1, actor('bert'))
    expect(changed).toMatchObject({ version: 2, view: { validity: 'invalid', createdBy: 'anna', changedBy: 'bert' } })
    await expect(replaceQueue(services, queueId, input('X'), 1, actor('carl'))).rejects.toEqual(
      refused('changed-meanwhile'),
    )
    expect((await replaceQueue(services, queueId, input('X'), 'any', actor('carl'))).version).toBe(3)
  })

  test('of two changes against one version one wins; with * both do, one after the other', async () => {
    const { queueId } = await create('Support')
    const both = async (expected: number | 'any') =>
      await Promise.allSettled(
        ['a', 'b'].map((comment) => changeQueue(services, queueId, { comment }, expected, actor('x'))),
      )
    expect((await both(1)).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await both('any')).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect((await readQueue(services, queueId)).version).toBe(4)
  })

  test('a patch keeps what it does not name, and null goes back to the default', async () => {
    const { view } = await createQueue(
      services,
      input('Support', { comment: 'words', validity: 'invalid' }),
      actor('anna'),
    )
    const patched = await changeQueue(services, view.queueId, { validity: null }, 1, actor('bert'))
    expect(patched.view).toMatchObject({ name: 'Support', comment: 'words', validity: 'valid' })
    const wrong = changeQueue(services, view.queueId, { name: null, colour: 'red' }, 2, actor('bert'))
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid-request',
      fields: [{ path: '/name' }, { path: '/colour' }],
    })
  })

  test('the built-in queue can be neither changed nor deleted', async () => {
    await expect(replaceQueue(services, 'raw', input('Rough'), 'any', actor('x'))).rejects.toEqual(refused('built-in'))
    await expect(changeQueue(services, 'raw', { comment: 'x' }, 1, actor('x'))).rejects.toEqual(refused('built-in'))
    await expect(deleteQueue(services, 'raw', 'any', actor('x'))).rejects.toEqual(refused('built-in'))
  })
})

describe('deleting', () => {
  test('a queue nobody uses goes, and its name is free', async () => {
    const { queueId } = await create('Support')
    await expect(deleteQueue(services, queueId, 7, actor('x'))).rejects.toEqual(refused('changed-meanwhile'))
    await deleteQueue(services, queueId, 1, actor('x'))
    await expect(readQueue(services, queueId)).rejects.toEqual(refused('not-found'))
    await expect(deleteQueue(services, queueId, 'any', actor('x'))).rejects.toEqual(refused('not-found'))
    expect((await create('Support')).queueId).not.toBe(queueId)
  })

  test('mail accounts that use the queue are named, by user and host', async () => {
    const { queueId } = await create('Support')
    for (let i = 1; i <= 7; i += 1)
      await tables
        .table('accounts')
        .put({ accountId: `a${i}`, queueId, host: 'imap.example.com', username: `desk${i}`, validity: 'invalid' })
    const five = [1, 2, 3, 4, 5].map((i) => `desk${i} on imap.example.com`).join(', ')
    await expect(deleteQueue(services, queueId, 1, actor('x'))).rejects.toMatchObject({
      code: 'queue-in-use',
      message: `Support is used by the mail accounts ${five} and more.`,
    })
    expect((await readQueue(services, queueId)).view.name).toBe('Support')
  })

  test('system addresses and the default-queue setting hold it as well', async () => {
    const { queueId } = await create('Support')
    await createSystemAddress(
      services,
      { address: 'help@example.com', queueId, validity: 'invalid', comment: '' },
      actor('anna'),
    )
    await setDefaultQueue(services, queueId, actor('anna'))
    await expect(deleteQueue(services, queueId, 1, actor('x'))).rejects.toMatchObject({
      code: 'queue-in-use',
      message: 'Support is used by the system addresses help@example.com; as the default queue.',
    })
  })

  test('another queue’s users do not hold it', async () => {
    const [used, free] = [await create('Used'), await create('Free')]
    await createSystemAddress(
      services,
      { address: 'a@example.com', queueId: used.queueId, validity: 'valid', comment: '' },
      actor('x'),
    )
    await deleteQueue(services, free.queueId, 1, actor('x'))
  })
})

describe('listing', () => {
  test.each([1, 2, 3, 100])(
    'with pages of %i the built-in queue comes first, then the others by name',
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

  test('the default queue is marked', async () => {
    const { queueId } = await create('Support')
    await setDefaultQueue(services, queueId, actor('anna'))
    const { items } = await listQueues(services, { limit: 10 })
    expect(items.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['Raw', false],
      ['Support', true],
    ])
  })
})
