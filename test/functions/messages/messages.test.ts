import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Message } from '../../../lib/messages/message.ts'
import { callHttp, readerClaims } from '../../support/http-event.ts'
import { startMessageFunction } from '../../support/message-world.ts'
import { messageOf } from '../../support/messages.ts'

const world = await startMessageFunction('messages')
const { raw, store, handler } = world
afterAll(world.stop)

const get = async (path: string, query?: Record<string, string>) =>
  await callHttp(handler, { method: 'GET', path, claims: readerClaims, ...(query && { query }) })
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
/** Further back than a list goes by default, and than one call walks. */
const [longAgo = '', dayAfter = ''] = [100, 99].map((days) => minutesAgo(days * 1440).slice(0, 10))
const put = async (name: string, more: Partial<Message> = {}) =>
  await store.create(messageOf(name, { storedAt: minutesAgo(5), ...more }))
const names = (body: { items: Message[] }) => body.items.map(({ source }) => source.uid)

describe('listing messages', () => {
  beforeAll(async () => {
    const states = ['stored', 'announced', 'ignored'] as const
    for (let i = 0; i < 6; i += 1)
      await put(`m${i}`, {
        storedAt: minutesAgo(10 + i),
        queueId: i % 2 ? 'odd' : 'even',
        accountId: `account-${i % 3}`,
        runId: 'listed',
        state: states[i % 3] ?? 'stored',
        parsed: i !== 4,
      })
    await put('last-season', { storedAt: `${longAgo}T23:30:00.000Z`, queueId: 'even', runId: 'other' })
  })

  test('lists messages by queue, by account, by run, and by time alone, newest first', async () => {
    expect(names((await get('/messages', { queueId: 'even' })).body)).toEqual(['m0', 'm2', 'm4'])
    expect(names((await get('/messages', { accountId: 'account-1' })).body)).toEqual(['m1', 'm4', 'last-season'])
    expect(names((await get('/messages', { runId: 'listed' })).body)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5'])
    expect(names((await get('/messages')).body)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5'])
  })

  test('lists messages by state, and unparsed messages', async () => {
    expect(names((await get('/messages', { runId: 'listed', state: 'announced' })).body)).toEqual(['m1', 'm4'])
    expect(names((await get('/messages', { queueId: 'even', state: 'unparsed' })).body)).toEqual(['m4'])
  })

  test('lists messages by queue, account and state together', async () => {
    const together = { queueId: 'odd', accountId: 'account-1' }
    expect(names((await get('/messages', together)).body)).toEqual(['m1'])
    expect(names((await get('/messages', { ...together, state: 'announced' })).body)).toEqual(['m1'])
    expect(names((await get('/messages', { ...together, state: 'stored' })).body)).toEqual([])
    expect(names((await get('/messages', { ...together, runId: 'other' })).body)).toEqual([])
  })

  test('the message list accepts a day or a time with an offset for `from` and `to`', async () => {
    const of = async (query: Record<string, string>) =>
      names((await get('/messages', { queueId: 'even', ...query })).body)
    expect(await of({ from: longAgo, to: longAgo })).toEqual(['last-season'])
    expect(await of({ from: `${dayAfter}T00:30:00+01:00`, to: `${dayAfter}T00:30:00+01:00` })).toEqual(['last-season'])
    expect(await of({ from: dayAfter, to: dayAfter })).toEqual([])
  })

  test('message pages continue where the page token points', async () => {
    const listed: string[] = []
    let next: string | undefined
    let pages = 0
    do {
      const { body } = await get('/messages', {
        queueId: 'even',
        limit: '2',
        from: longAgo,
        ...(next && { next }),
      })
      listed.push(...names(body))
      next = body.next
      pages += 1
    } while (next && pages < 100)
    expect(listed).toEqual(['m0', 'm2', 'm4', 'last-season'])
  })

  test('the message list reports every invalid parameter', async () => {
    const paths = async (query: Record<string, string>) => {
      const { status, body } = await get('/messages', query)
      expect(status).toBe(400)
      return body.errors.map(({ path }: { path: string }) => path).toSorted()
    }
    expect(await paths({ limit: '101', state: 'new', from: 'monday', colour: 'red' })).toEqual([
      'colour',
      'from',
      'limit',
      'state',
    ])
    const token = (await get('/messages', { runId: 'listed', limit: '1' })).body.next
    expect(await paths({ queueId: 'even', next: token })).toEqual(['next'])
    expect(await paths({ next: 'x' })).toEqual(['next'])
  })
})

describe('reading one message', () => {
  test('a message is returned in full, with the reason for its queue', async () => {
    const message = await put('one')
    const { status, body } = await get(`/messages/${message.messageId}`)
    expect(status).toBe(200)
    expect(body).toEqual(message)
    expect(body.reason.detail).toContain('system address')
    expect((await get(`/messages/${messageOf('nobody').messageId}`)).status).toBe(404)
    expect((await get('/messages/nonsense')).body.errors).toEqual([{ path: 'messageId', message: expect.any(String) }])
  })

  test('the raw bytes of a message come from a link that needs no token and is valid for five minutes', async () => {
    const bytes = Buffer.from('Subject: \u00fc\r\n\r\n.\r\n\u0000\xff', 'latin1')
    const message = await put('raw')
    await raw.put(message.messageId, bytes, new AbortController().signal)
    const { status, headers, body } = await get(`/messages/${message.messageId}/raw`)
    expect({ status, body }).toEqual({ status: 303, body: undefined })
    const link = new URL(headers.location ?? '')
    expect(link.searchParams.get('X-Amz-Expires')).toBe('300')
    expect(Buffer.from(await (await fetch(link)).arrayBuffer())).toEqual(bytes)
  })

  test('the raw link is in the body if the request asks for it, because a script cannot follow the redirect', async () => {
    const message = await put('linked')
    await raw.put(message.messageId, Buffer.from('linked'), new AbortController().signal)
    const { status, headers, body } = await get(`/messages/${message.messageId}/raw`, { as: 'link' })
    expect({ status, location: headers.location }).toEqual({ status: 200, location: undefined })
    const link = new URL(body.url)
    expect(link.searchParams.get('response-content-disposition')).toBe(
      `attachment; filename="${message.messageId}.eml"`,
    )
    expect(await (await fetch(link)).text()).toBe('linked')
    expect((await get(`/messages/${message.messageId}/raw`, { as: 'file' })).status).toBe(400)
  })

  test('the raw link of a repeat leads to the originally stored bytes', async () => {
    const original = await put('original')
    await raw.put(original.messageId, Buffer.from('once'), new AbortController().signal)
    const repeat = await put('repeat', { sameAs: original.messageId })
    const { headers } = await get(`/messages/${repeat.messageId}/raw`)
    expect(await (await fetch(headers.location ?? '')).text()).toBe('once')
  })

  test('the raw link reports expired bytes as gone, and an unknown message as not found', async () => {
    const message = await put('expired')
    expect(await get(`/messages/${message.messageId}/raw`)).toMatchObject({
      status: 410,
      body: { code: 'raw-mail-expired' },
    })
    expect((await get(`/messages/${messageOf('nobody').messageId}/raw`)).status).toBe(404)
  })
})

test('callers without a token or a group cannot read message data', async () => {
  const { messageId } = await put('guarded')
  for (const path of ['/messages', `/messages/${messageId}`, `/messages/${messageId}/raw`]) {
    expect((await callHttp(handler, { method: 'GET', path, claims: null })).status).toBe(401)
    const claims = { ...readerClaims, 'cognito:groups': ['others'] }
    expect((await callHttp(handler, { method: 'GET', path, claims })).status).toBe(403)
  }
})
