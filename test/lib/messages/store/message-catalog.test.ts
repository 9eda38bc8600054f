import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  MessageCatalog,
  type MessageCursor,
  type MessageQuery,
} from '../../../../lib/messages/store/message-catalog.ts'
import { DynamoMessageLedger } from '../../../../lib/messages/store/message-ledger.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { messageOf } from '../../../support/messages.ts'

const now = new Date('2026-03-10T12:00:00.000Z')
let tables: TestTables
let store: DynamoMessageLedger
let catalog: MessageCatalog
beforeAll(async () => {
  tables = await startTables()
  store = new DynamoMessageLedger(tables.table('messages'))
  catalog = new MessageCatalog(tables.table('messages'), { now: () => now })
})
afterAll(() => tables.stop())

interface Listing {
  readonly names: string[]
  readonly pages: number[]
}

/** Follows the cursors to the end. */
const listAll = async (query: Omit<MessageQuery, 'cursor'>): Promise<Listing> => {
  const names: string[] = []
  const pages: number[] = []
  let cursor: MessageCursor | undefined
  do {
    const page = await catalog.list({ ...query, cursor })
    names.push(...page.messages.map(({ source }) => source.uid))
    pages.push(page.messages.length)
    cursor = page.next
  } while (cursor && pages.length < 500)
  return { names, pages }
}

const put = async (name: string, storedAt: string, more = {}) =>
  await store.create(messageOf(name, { storedAt, ...more }))

describe('listing messages by queue', () => {
  const scope = { queueId: 'walked' } as const
  const expected: string[] = []

  beforeAll(async () => {
    // Four days with a gap, several messages in the same millisecond, and both sides of midnight.
    const times = [
      '2026-03-10T00:00:00.000Z',
      '2026-03-09T23:59:59.999Z',
      '2026-03-09T00:00:00.000Z',
      '2026-03-05T10:00:00.001Z',
      '2026-03-05T10:00:00.000Z',
      '2026-03-04T23:59:59.999Z',
    ]
    for (const [i, time] of times.entries()) {
      await put(`walk-${i}`, time, { queueId: 'walked' })
      expected.push(`walk-${i}`)
    }
    await put('walk-elsewhere', '2026-03-09T10:00:00.000Z', { queueId: 'walked2' })
  })

  test.each([1, 2, 3, 4, 5, 6, 7])(
    'the list by queue with pages of %i crosses day boundaries without gaps or repeats',
    async (limit) => {
      const { names, pages } = await listAll({ ...scope, limit })
      expect(names).toEqual(expected)
      expect(Math.max(...pages)).toBeLessThanOrEqual(limit)
      expect(pages).toHaveLength(Math.ceil(expected.length / limit))
    },
  )

  test('the list by queue includes both ends of the range', async () => {
    const { names } = await listAll({
      ...scope,
      limit: 2,
      from: '2026-03-05T10:00:00.000Z',
      to: '2026-03-09T23:59:59.999Z',
    })
    expect(names).toEqual(['walk-1', 'walk-2', 'walk-3', 'walk-4'])
  })

  test('the list by queue covers 31 days by default, or as far back as requested', async () => {
    await put('old-1', '2026-02-07T12:00:00.000Z', { queueId: 'old' })
    await put('old-2', '2026-02-07T11:59:59.999Z', { queueId: 'old' })
    await put('old-3', '2025-07-01T00:00:00.000Z', { queueId: 'old' })
    const old = { queueId: 'old' } as const
    expect((await listAll({ ...old, limit: 10 })).names).toEqual(['old-1'])
    const far = await listAll({ ...old, limit: 10, from: '2025-01-01T00:00:00.000Z' })
    expect(far.names).toEqual(['old-1', 'old-2', 'old-3'])
    // One call does not walk all 435 days, so it returns a cursor instead.
    expect(far.pages.length).toBeGreaterThan(3)
  })

  test('the list by queue loses no messages between pages, even if they share a millisecond', async () => {
    const names = Array.from({ length: 9 }, (_, i) => `same-${i}`)
    for (const name of names) await put(name, '2026-03-08T10:00:00.000Z', { queueId: 'same' })
    const listed = await listAll({ queueId: 'same', limit: 2 })
    expect(listed.names.toSorted()).toEqual(names)
  })

  test('the list by queue is empty for a reversed range, and finite for a range up to the year 9999', async () => {
    expect(
      (await listAll({ ...scope, limit: 5, from: '2026-03-09T00:00:00.000Z', to: '2026-03-08T00:00:00.000Z' })).names,
    ).toEqual([])
    const far = await listAll({ ...scope, limit: 50, to: '9999-12-31T23:59:59.999Z' })
    expect(far).toEqual({ names: expected, pages: [6] })
  })
})

describe('listing messages by account, run and time', () => {
  beforeAll(async () => {
    for (let i = 0; i < 5; i += 1) {
      await put(`mine-${i}`, `2026-01-0${i + 1}T10:00:00.000Z`, { accountId: 'mine', runId: `r${i % 2}`, queueId: 'q' })
    }
  })

  test('the list by account returns messages of any age, newest first', async () => {
    expect(await listAll({ accountId: 'mine', limit: 2 })).toEqual({
      names: ['mine-4', 'mine-3', 'mine-2', 'mine-1', 'mine-0'],
      pages: [2, 2, 1],
    })
    const from = '2026-01-02T10:00:00.000Z'
    const to = '2026-01-04T09:59:59.999Z'
    expect((await listAll({ accountId: 'mine', limit: 2, from, to })).names).toEqual(['mine-2', 'mine-1'])
    const inverted = { from: to, to: from }
    expect((await listAll({ accountId: 'mine', limit: 2, ...inverted })).names).toEqual([])
  })

  test('the list by run returns the messages of the run', async () => {
    expect((await listAll({ runId: 'r0', limit: 2 })).names).toEqual(['mine-4', 'mine-2', 'mine-0'])
  })

  test('the list by time contains the messages of every queue', async () => {
    const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-03T23:59:59.999Z' }
    await put('other-queue', '2026-01-02T09:00:00.000Z', { queueId: 'elsewhere', accountId: 'other' })
    expect((await listAll({ limit: 2, ...range })).names).toEqual(['mine-2', 'mine-1', 'other-queue', 'mine-0'])
  })
})

describe('listing messages by several fields', () => {
  const states = ['stored', 'announced', 'ignored'] as const
  const all = Array.from({ length: 24 }, (_, n) => ({
    name: `mixed-${n}`,
    storedAt: new Date(Date.parse('2026-03-08T12:00:00.000Z') + n * 3_600_000).toISOString(),
    queueId: `mixed-q${n % 2}`,
    accountId: `mixed-a${n % 3}`,
    runId: `mixed-r${n % 4}`,
    state: states[n % 3] ?? 'stored',
  }))
  beforeAll(async () => {
    for (const { name, storedAt, ...more } of all) await put(name, storedAt, more)
  })

  const ids = ['queueId', 'accountId', 'runId'] as const
  /** Every combination of a queue, an account, a run and a state. */
  const combinations = Array.from({ length: 16 }, (_, bits) => {
    const given = [...ids, 'state' as const].filter((_id, index) => bits & (1 << index))
    return [given.join(', ') || 'only the time', given] as const
  })

  test.each(combinations)('a list by %s contains exactly the messages that match all of it', async (_title, given) => {
    const [from, to] = ['2026-03-08T14:00:00.000Z', '2026-03-09T10:00:00.000Z']
    // Messages 0, 12 and others have the same queue, account, run and state.
    const like = all[12]
    const wanted = all
      .filter(({ storedAt }) => storedAt >= from && storedAt <= to)
      .filter((one) => given.every((field) => one[field] === like?.[field]))
      .map(({ name }) => name)
      .toReversed()
    const query = {
      ...Object.fromEntries(ids.filter((id) => given.includes(id)).map((id) => [id, like?.[id]])),
      ...(given.includes('state') && { filter: like?.state }),
    }
    const { names, pages } = await listAll({ ...query, from, to, limit: 3 })
    expect(names.filter((name) => name.startsWith('mixed-'))).toEqual(wanted)
    expect(wanted.length).toBeGreaterThan(0)
    expect(Math.max(...pages)).toBeLessThanOrEqual(3)
  })

  test('a list by two fields reads at most 500 messages for one page and then continues', async () => {
    const start = Date.parse('2026-02-01T00:00:00.000Z')
    const batches = Array.from({ length: 20 }, (_, batch) => Array.from({ length: 31 }, (_n, n) => batch * 31 + n))
    for (const batch of batches)
      await Promise.all(
        batch.map((n) =>
          put(`rare-${n}`, new Date(start + n).toISOString(), {
            accountId: 'rare',
            queueId: n === 0 ? 'rare-queue' : 'other-queue',
          }),
        ),
      )
    const { names, pages } = await listAll({ accountId: 'rare', queueId: 'rare-queue', limit: 5 })
    expect(names).toEqual(['rare-0'])
    expect(pages).toEqual([0, 1])
  })
})

describe('listing messages by state', () => {
  const scope = { accountId: 'states' } as const
  beforeAll(async () => {
    const states = ['stored', 'announced', 'ignored'] as const
    for (let i = 0; i < 12; i += 1) {
      const storedAt = `2026-03-01T10:${String(59 - i)}:00.000Z`
      await put(`state-${i}`, storedAt, { accountId: 'states', queueId: 's', state: states[i % 3], parsed: i !== 7 })
    }
  })

  test('the list by state returns only messages in that state, in pages of full size', async () => {
    const of = async (filter: MessageQuery['filter']) => await listAll({ ...scope, limit: 3, filter })
    expect(await of('stored')).toEqual({ names: ['state-0', 'state-3', 'state-6', 'state-9'], pages: [3, 1] })
    expect((await of('announced')).names).toEqual(['state-1', 'state-4', 'state-7', 'state-10'])
    expect((await of('ignored')).names).toEqual(['state-2', 'state-5', 'state-8', 'state-11'])
    expect((await of('unparsed')).names).toEqual(['state-7'])
  })

  test('the message list ends a call after 500 rows that do not pass the filter, and then continues', async () => {
    const crowd = { accountId: 'crowd' } as const
    const start = Date.parse('2026-02-01T00:00:00.000Z')
    for (let i = 0; i < 620; i += 31) {
      const batch = Array.from({ length: 31 }, (_, j) => i + j)
      await Promise.all(
        batch.map((n) =>
          put(`crowd-${n}`, new Date(start + n).toISOString(), {
            accountId: 'crowd',
            state: n === 0 ? 'ignored' : 'stored',
          }),
        ),
      )
    }
    const { names, pages } = await listAll({ ...crowd, limit: 5, filter: 'ignored' })
    expect(names).toEqual(['crowd-0'])
    expect(pages).toEqual([0, 1])
  })
})

describe('limits and errors of the message list', () => {
  test('a page of messages ends before the response becomes too large for Lambda', async () => {
    const big = { accountId: 'big', reason: { code: 'recipient', detail: 'x'.repeat(200_000) } } as const
    for (let i = 0; i < 30; i += 1) await put(`big-${i}`, `2026-03-01T10:${String(i + 10)}:00.000Z`, big)
    const { names, pages } = await listAll({ accountId: 'big', limit: 100 })
    expect(names).toHaveLength(30)
    expect(pages.length).toBeGreaterThan(1)
    expect(Math.max(...pages) * 200_000).toBeLessThan(4.5 * 1024 * 1024)
  })

  test('the message list skips a row that expired after its index entry was read', async () => {
    await put('gone-1', '2026-03-01T10:00:00.000Z', { accountId: 'gone' })
    const table = tables.table('messages')
    const lagging = new MessageCatalog(
      Object.assign(Object.create(table), {
        query: async () => ({
          rows: [{ messageId: messageOf('expired').messageId, storedAt: '2026-03-01T10:00:01.000Z' }],
        }),
        getMany: (keys: string[]) => table.getMany(keys),
      }),
      { now: () => now },
    )
    expect(await lagging.list({ accountId: 'gone', limit: 5 })).toEqual({ messages: [] })
  })

  const after = { storedAt: '2026-03-09T10:00:00.000Z', messageId: 'a'.repeat(64) }
  test.each<[string, Omit<MessageQuery, 'limit'>]>([
    ['a day for a list without days', { runId: 'r0', cursor: { day: '2026-03-09', after } }],
    ['no day for a list by days', { cursor: { after } }],
    ['no position', { runId: 'r0', cursor: {} }],
    ['a day outside the range', { cursor: { day: '2025-01-01' } }],
    ['a message outside the range', { runId: 'r0', cursor: { after }, to: '2026-03-01T00:00:00.000Z' }],
    ['a message of a different day', { cursor: { day: '2026-03-08', after } }],
  ])('the message list refuses a cursor with %s as an invalid request', async (_, query) => {
    await expect(catalog.list({ ...query, limit: 5 })).rejects.toMatchObject({
      code: 'invalid-request',
      fields: [{ path: 'next' }],
    })
  })

  test('the message catalog reads a single message by its ID', async () => {
    const message = messageOf('read-1')
    await store.create(message)
    expect(await catalog.read(message.messageId)).toEqual(message)
    expect(await catalog.read(messageOf('read-2').messageId)).toBeUndefined()
  })
})
