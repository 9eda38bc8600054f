import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Message } from '../../../lib/messages/message.ts'
import { noCounts, type Run } from '../../../lib/runs/run.ts'
import { RunStore } from '../../../lib/runs/run-store.ts'
import { callHttp, readerClaims } from '../../support/http-event.ts'
import { startMessageFunction } from '../../support/message-world.ts'
import { messageOf } from '../../support/messages.ts'

const world = await startMessageFunction('messages')
const { store, handler } = world
const runs = new RunStore(world.tables.table('runs'))
afterAll(world.stop)

const get = async (path: string, query: Record<string, string> = {}) =>
  await callHttp(handler, { method: 'GET', path, claims: readerClaims, query })
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const put = async (name: string, messageIdHeader: string, more: Partial<Message> = {}) => {
  const message = messageOf(name, { storedAt: minutesAgo(5), ...more })
  if (message.header) message.header.messageIdHeader = messageIdHeader
  return await store.create(message)
}
const save = async (runId: string, more: Partial<Run>) =>
  await runs.save({
    runId,
    accountId: 'account-1',
    trigger: 'schedule',
    askedAt: minutesAgo(10),
    askedBy: 'schedule',
    state: 'done',
    startedAt: minutesAgo(9),
    endedAt: minutesAgo(4),
    parts: 1,
    counts: noCounts,
    skippedBecause: {},
    storedByQueue: {},
    bytes: 0,
    roundTrips: 1,
    events: [],
    ...more,
  })

describe('explanations before any run', () => {
  test('the explanation reports that there are no run records', async () => {
    const { status, body } = await get('/explanations', { messageIdHeader: '<nobody@example.org>' })
    expect(status).toBe(200)
    expect(body.items).toEqual([])
    expect(body.detail).toMatch(/^No stored message has this Message-ID\. There are no run records for all accounts\./)
  })
})

describe('explanations', () => {
  beforeAll(async () => {
    await save('run-1', {})
    await save('run-2', {
      askedAt: minutesAgo(3),
      skippedBecause: { 'too-large': 2, absent: 1 },
      events: [
        { at: minutesAgo(2), code: 'too-large', detail: 'It has 200 MB.', messageId: messageOf('huge').messageId },
      ],
    })
    await save('run-3', { accountId: 'account-2', askedAt: minutesAgo(2) })
    await put('one', '<one@example.org>', { state: 'announced', announcedAt: minutesAgo(4.5) })
    await put('twice-a', '<twice@example.org>', { storedAt: minutesAgo(8) })
    await put('twice-b', '<twice@example.org>', { storedAt: minutesAgo(6), accountId: 'account-2' })
    await put('bare', 'no brackets at all')
  })

  test('an explanation by message ID describes a stored message and its run', async () => {
    const { messageId } = messageOf('one')
    const { status, body } = await get(`/messages/${messageId}/explanation`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ messageId, stored: true })
    expect(body.steps.map(({ code }: { code: string }) => code)).toEqual([
      'seen',
      'stored',
      'dispatched',
      'announced',
      'on-server',
    ])
    expect(body.steps[0]).toMatchObject({ runId: 'run-1', links: { run: '/runs/run-1' } })
  })

  test.each(['<one@example.org>', 'one@example.org', '  <one@example.org> '])(
    'explains a message by its Message-ID %s',
    async (header) => {
      const { body } = await get('/explanations', { messageIdHeader: header })
      expect(body.items).toHaveLength(1)
      expect(body.items[0].messageId).toBe(messageOf('one').messageId)
      expect(body.detail).toBe('1 stored message has this Message-ID.')
    },
  )

  test('an explanation by Message-ID covers all messages with that Message-ID, newest first, or only those of one account', async () => {
    const ids = async (query: Record<string, string> = {}) => {
      const { body } = await get('/explanations', { messageIdHeader: '<twice@example.org>', ...query })
      return body.items.map(({ messageId }: { messageId: string }) => messageId)
    }
    const [a, b] = [messageOf('twice-a').messageId, messageOf('twice-b').messageId]
    expect(await ids()).toEqual([b, a])
    expect(await ids({ accountId: 'account-1' })).toEqual([a])
  })

  test('an explanation by Message-ID finds a message whose Message-ID is malformed', async () => {
    expect((await get('/explanations', { messageIdHeader: 'no brackets at all' })).body.items).toHaveLength(1)
  })

  test('an explanation by Message-ID covers a message that runs found but did not store', async () => {
    const { status, body } = await get(`/messages/${messageOf('huge').messageId}/explanation`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ stored: false, summary: 'The message is not stored. It has 200 MB.' })
  })

  test('an explanation of an unknown message describes what was searched and what was skipped', async () => {
    const { status, body } = await get(`/messages/${messageOf('nobody').messageId}/explanation`)
    expect(status).toBe(404)
    expect(body.code).toBe('not-found')
    expect(body.detail).toMatch(
      /^No stored message has this id, and no run mentions it\. Postmaster searched 3 runs of all accounts since .*\. The latest run of each account skipped 3 messages \(2 too-large, 1 absent\)\.$/,
    )
    const { body: other } = await get('/explanations', { messageIdHeader: 'x@y', accountId: 'account-2' })
    expect(other.detail).toContain('1 run of this account')
    expect(other.detail).toContain('skipped 0 messages.')
  })

  test('an explanation by Message-ID covers only the newest twenty messages', async () => {
    for (let i = 0; i < 22; i += 1) await put(`many-${i}`, '<many@example.org>', { storedAt: minutesAgo(100 + i) })
    const { body } = await get('/explanations', { messageIdHeader: '<many@example.org>' })
    expect(body.items).toHaveLength(20)
    expect(body.items[0].messageId).toBe(messageOf('many-0').messageId)
    expect(body.detail).toBe('20 stored messages have this Message-ID. There are more. These are the newest 20.')
  })

  test('an explanation request reports all invalid parameters, and is refused without a role', async () => {
    const { status, body } = await get('/explanations', { colour: 'red' })
    expect(status).toBe(400)
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['colour', 'messageIdHeader'])
    const claims = { ...readerClaims, 'cognito:groups': ['others'] }
    for (const path of ['/explanations', `/messages/${messageOf('one').messageId}/explanation`])
      expect((await callHttp(handler, { method: 'GET', path, claims })).status).toBe(403)
  })
})
