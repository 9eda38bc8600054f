import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Message } from '../../../../lib/messages/message.ts'
import { announcedMarkOf, DynamoMessageLedger } from '../../../../lib/messages/store/message-ledger.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { messageOf } from '../../../support/messages.ts'

let tables: TestTables
let store: DynamoMessageLedger
beforeAll(async () => {
  tables = await startTables()
  store = new DynamoMessageLedger(tables.table('messages'))
})
afterAll(() => tables.stop())

const rowOf = async ({ messageId }: Message) => await tables.table('messages').get(messageId)
const unannounced = async (before: string): Promise<string[]> => {
  const found: string[] = []
  for await (const messages of store.unannounced(before)) found.push(...messages.map(({ source }) => source.uid))
  return found.toSorted()
}
const later = '2026-03-01T11:00:00.000Z'

describe('creating a message row', () => {
  test('a message row is read back as it was written, including its index keys', async () => {
    const message = messageOf('create-1')
    expect(await store.create(message)).toEqual(message)
    expect(await store.readMany([message.messageId, messageOf('nobody').messageId])).toEqual([message])
    expect(await rowOf(message)).toMatchObject({
      queueDay: 'queue-1#2026-03-01',
      day: '2026-03-01',
      contentKey: `account-1#${message.sha256}`,
      unannounced: expect.stringMatching(/^unannounced#\d+$/),
    })
  })

  test('the first write of a message row wins, and a second one returns the existing row', async () => {
    const first = messageOf('create-2', { runId: 'first' })
    await store.create(first)
    expect(await store.create(messageOf('create-2', { runId: 'second' }))).toEqual(first)
    expect((await rowOf(first))?.runId).toBe('first')
  })

  test('all of many simultaneous writes of a message row return the same row', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.create(messageOf('create-3', { runId: `racer-${i}` }))),
    )
    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1)
  })

  test('ignored messages and repeats of known bytes do not await an announcement', async () => {
    const ignored = messageOf('create-4', { state: 'ignored' })
    const repeat = messageOf('create-5', { sameAs: ignored.messageId })
    for (const message of [ignored, repeat]) {
      await store.create(message)
      expect(await rowOf(message)).not.toHaveProperty('unannounced')
    }
  })
})

describe('marking a message as announced', () => {
  test('marking a message as announced removes it from the unannounced ones and keeps the first time', async () => {
    const message = messageOf('announce-1', { storedAt: '2026-01-01T10:00:00.000Z' })
    await store.create(message)
    expect(await unannounced('2026-01-01T10:00:00.001Z')).toEqual(['announce-1'])
    await store.markAnnounced(announcedMarkOf(message, later))
    await store.markAnnounced(announcedMarkOf(message, '2026-03-01T12:00:00.000Z'))
    expect(await store.readMany([message.messageId])).toEqual([{ ...message, state: 'announced', announcedAt: later }])
    expect(await unannounced('2026-01-01T10:00:00.001Z')).toEqual([])
  })

  test('marking as announced does not change an ignored message and does not create a missing row', async () => {
    const ignored = messageOf('announce-2', { state: 'ignored' })
    await store.create(ignored)
    await store.markAnnounced(announcedMarkOf(ignored, later))
    expect((await rowOf(ignored))?.state).toBe('ignored')
    const gone = messageOf('announce-3')
    await store.markAnnounced(announcedMarkOf(gone, later))
    expect(await rowOf(gone)).toBeUndefined()
  })

  test('a message that was announced and is not seen again expires after 400 days, unless it may be below a watermark', async () => {
    const expiry = async (name: string, changes: Partial<Message>) => {
      const message = messageOf(name, changes)
      await store.create(message)
      expect(await rowOf(message)).not.toHaveProperty('expiresAt')
      await store.markAnnounced(announcedMarkOf(message, later))
      return (await rowOf(message))?.expiresAt
    }
    const expected = Date.parse(later) / 1000 + 400 * 86_400
    expect(await expiry('announce-present', { accountType: 'IMAPS' })).toBe(expected)
    expect(await expiry('announce-pop3', { accountType: 'POP3S', server: 'kept' })).toBe(expected)
    expect(await expiry('announce-kept', { accountType: 'IMAPS', server: 'kept' })).toBeUndefined()
  })

  test('a row that awaits no announcement expires 400 days after it was stored, unless its message is seen again', async () => {
    const ignored = messageOf('announce-ignored', { state: 'ignored', storedAt: later })
    await store.create(ignored)
    expect((await rowOf(ignored))?.expiresAt).toBe(Date.parse(later) / 1000 + 400 * 86_400)
  })

  test('unannounced messages are those in every bucket that were stored before the given time', async () => {
    const storedAt = '2025-05-01T10:00:00.000Z'
    const names = Array.from({ length: 40 }, (_, i) => `sweep-${i}`)
    await Promise.all(names.map((name) => store.create(messageOf(name, { storedAt }))))
    expect(await unannounced(storedAt)).toEqual([])
    expect(await unannounced('2025-05-01T10:00:00.001Z')).toEqual(names.toSorted())
  })
})

describe('marking a message’s state on the server', () => {
  const days400 = 400 * 86_400

  test('a confirmed removal is recorded with its time, and the row expires 400 days later', async () => {
    for (const server of ['deleted', 'moved'] as const) {
      const message = messageOf(`server-${server}`)
      await store.create(message)
      expect(await rowOf(message)).not.toHaveProperty('expiresAt')
      await store.markServer([message.messageId], server, later)
      expect(await store.readMany([message.messageId])).toEqual([{ ...message, server, removedAt: later }])
      expect((await rowOf(message))?.expiresAt).toBe(Date.parse(later) / 1000 + days400)
    }
  })

  test('the row of a message kept on the server does not expire', async () => {
    const message = messageOf('server-kept')
    await store.create(message)
    await store.markServer([message.messageId], 'deleted', later)
    await store.markServer([message.messageId], 'kept', later)
    expect(await store.readMany([message.messageId])).toEqual([{ ...message, server: 'kept' }])
    expect(await rowOf(message)).not.toHaveProperty('expiresAt')
  })

  test.each(['deleted', 'moved', 'kept'] as const)(
    'one write marks a message as announced and as %s',
    async (server) => {
      const message = messageOf(`both-${server}`)
      await store.create(message)
      const table = tables.table('messages')
      let writes = 0
      const counting = Object.assign(Object.create(table), {
        update: async (...update: Parameters<typeof table.update>) => {
          writes += 1
          return await table.update(...update)
        },
      })
      const at = '2026-03-01T10:59:00.000Z'
      const { messageId } = message
      const marks = new Map([[messageId, announcedMarkOf(message, at)]])
      await new DynamoMessageLedger(counting).markServer([messageId], server, later, marks)
      expect(writes).toBe(1)
      const gone = server !== 'kept' && { removedAt: later }
      expect(await store.readMany([messageId])).toEqual([
        { ...message, state: 'announced', announcedAt: at, server, ...gone },
      ])
      expect(await rowOf(message)).not.toHaveProperty('unannounced')
      expect((await rowOf(message))?.expiresAt).toBe(gone ? Date.parse(later) / 1000 + days400 : undefined)
    },
  )

  test('a removal is recorded if the sweep has marked the announcement, and an erased message stays erased', async () => {
    const swept = messageOf('both-swept')
    const erased = messageOf('both-erased', { state: 'erased' })
    const gone = messageOf('both-gone')
    for (const message of [swept, erased]) await store.create(message)
    await store.markAnnounced(announcedMarkOf(swept, '2026-03-01T10:00:00.000Z'))
    const all = [swept, erased, gone]
    const marks = new Map(all.map((message) => [message.messageId, announcedMarkOf(message, later)]))
    await store.markServer([...marks.keys()], 'deleted', later, marks)
    expect(await rowOf(swept)).toMatchObject({ server: 'deleted', announcedAt: '2026-03-01T10:00:00.000Z' })
    expect(await rowOf(erased)).toMatchObject({ server: 'deleted', state: 'erased' })
    expect(await rowOf(gone)).toBeUndefined()
  })

  describe('the expiry of a listed row', () => {
    const at = (days: number) => new Date(Date.parse(later) + days * 86_400_000).toISOString()
    const listed = async (name: string, more: Partial<Message>) => {
      const message = messageOf(name, { accountType: 'POP3S', state: 'announced', ...more })
      await store.create(message)
      const expiresAfter = async (days: number) => {
        expect(await store.readListed([message.messageId], at(days))).toEqual([message])
        return (await rowOf(message))?.expiresAt
      }
      return { message, expiresAfter }
    }
    const expiry = (days: number) => Date.parse(at(days)) / 1000 + days400

    test.each(['kept', 'present'] as const)(
      'a listed row marked %s lives 400 days more, and the expiry is renewed only after a month',
      async (server) => {
        const { expiresAfter } = await listed(`listed-${server}`, { server, storedAt: later })
        expect(await expiresAfter(0)).toBe(expiry(0))
        expect(await expiresAfter(29)).toBe(expiry(0))
        expect(await expiresAfter(31)).toBe(expiry(31))
      },
    )

    test('reading a listed row writes nothing until its expiry is a month old', async () => {
      const { message } = await listed('listed-quiet', { server: 'kept' })
      await store.readListed([message.messageId], at(0))
      const table = tables.table('messages')
      const watched = Object.assign(Object.create(table), {
        getMany: (keys: string[]) => table.getMany(keys),
        update: () => Promise.reject(new Error('a write failed')),
      })
      await expect(new DynamoMessageLedger(watched).readListed([message.messageId], at(29))).resolves.toHaveLength(1)
      await expect(new DynamoMessageLedger(watched).readListed([message.messageId], at(31))).rejects.toThrow(
        'a write failed',
      )
    })

    test('a listed row of a kept IMAP message does not expire, because rows below the watermark are not renewed', async () => {
      const { expiresAfter } = await listed('listed-imap', { server: 'kept', accountType: 'IMAPS' })
      expect(await expiresAfter(0)).toBeUndefined()
    })

    test('a listed row that awaits its announcement does not expire', async () => {
      const { expiresAfter } = await listed('listed-unannounced', { server: 'present', state: 'stored' })
      expect(await expiresAfter(0)).toBeUndefined()
    })

    test('a row that is listed again after its removal keeps its expiry', async () => {
      const { expiresAfter } = await listed('listed-again', { server: 'deleted', removedAt: later })
      expect(await expiresAfter(100)).toBe(expiry(0))
    })
  })

  test('many messages are marked at once, and the announcement is not affected', async () => {
    const messages = Array.from({ length: 150 }, (_, i) => messageOf(`many-${i}`))
    await Promise.all(messages.map((message) => store.create(message)))
    const ids = messages.map(({ messageId }) => messageId)
    await store.markServer([...ids, messageOf('many-without-row').messageId], 'deleted', later)
    const marked = await store.readMany(ids)
    expect(marked).toHaveLength(150)
    expect(marked.every(({ server, state }) => server === 'deleted' && state === 'stored')).toBe(true)
    expect(await rowOf(messageOf('many-without-row'))).toBeUndefined()
  })
})

describe('finding identical bytes', () => {
  test('the oldest other message of the account with the same bytes is found', async () => {
    const sha256 = 'f'.repeat(64)
    const at = (minute: number) => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`
    const oldest = messageOf('content-0', { sha256, storedAt: at(0) })
    for (let i = 1; i < 15; i += 1) await store.create(messageOf(`content-${i}`, { sha256, storedAt: at(i) }))
    await store.create(oldest)
    await store.create(messageOf('content-elsewhere', { sha256, accountId: 'account-2', storedAt: at(0) }))
    expect((await store.findByContent('account-1', sha256, () => true))?.source.uid).toBe('content-0')
    expect(
      (await store.findByContent('account-1', sha256, ({ messageId }) => messageId !== oldest.messageId))?.source.uid,
    ).toBe('content-1')
    const only = messageOf('content-elsewhere').messageId
    expect(await store.findByContent('account-2', sha256, ({ messageId }) => messageId !== only)).toBeUndefined()
  })
})
