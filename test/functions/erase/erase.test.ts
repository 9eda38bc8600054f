import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { claimed, planned } from '../../../lib/handover/ledger/transitions.ts'
import { readerClaims } from '../../support/http-event.ts'
import { startErase } from './erase-world.ts'

const world = await startErase()
const { post, put, rowOf, versions, ledger } = world
afterAll(world.stop)
beforeEach(() => world.tables.clear())

describe('erasing one message', () => {
  test('an admin erases a message, and the response says who erased it', async () => {
    const message = await put('one')
    const { status, body } = await post(`/messages/${message.messageId}/erase`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      messageId: message.messageId,
      state: 'erased',
      erased: { by: 'admin@example.org', bySub: 'sub-admin' },
    })
    expect(body).not.toHaveProperty('header')
    expect(versions(message)).toEqual([])
  })

  test('a reader can erase neither a message nor a list', async () => {
    const message = await put('one')
    const refused = { status: 403, body: { code: 'role-missing' } }
    expect(await post(`/messages/${message.messageId}/erase`, { claims: readerClaims })).toMatchObject(refused)
    const body = { queueId: message.queueId, expected: 1 }
    expect(await post('/messages/erase', { body, claims: readerClaims })).toMatchObject(refused)
    expect(await rowOf(message)).toMatchObject({ state: 'announced' })
    expect(versions(message)).toHaveLength(1)
  })

  test('a message that does not exist is not found, and an id that is none is invalid', async () => {
    expect(await post(`/messages/${'0'.repeat(64)}/erase`)).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(await post('/messages/short/erase')).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  })

  test('a message that is being announced or handed over is refused with the reason', async () => {
    const stored = await put('stored', { state: 'stored' })
    expect(await post(`/messages/${stored.messageId}/erase`)).toMatchObject({
      status: 409,
      body: { code: 'message-under-way', detail: 'The message is stored but not announced yet.' },
    })
    const leased = await put('leased', {}, ['desk'])
    const [at, until] = [Date.now(), Date.now() + 60_000].map((time) => new Date(time).toISOString()) as [
      string,
      string,
    ]
    await ledger.create(claimed(planned('desk', leased, at), { lease: 'lease', until, at }))
    expect(await post(`/messages/${leased.messageId}/erase`)).toMatchObject({
      status: 409,
      body: { code: 'delivery-under-way', detail: `An attempt is in progress. It ends by ${until}.` },
    })
    for (const message of [stored, leased]) expect(versions(message)).toHaveLength(1)
  })
})

describe('erasing a list', () => {
  const path = '/messages/erase'

  test('a request without a number only counts, and one with the right number erases', async () => {
    for (const name of ['a', 'b']) await put(name, { queueId: 'support' })
    const other = await put('other', { queueId: 'sales' })
    const body = { queueId: 'support' }
    expect(await post(path, { body })).toMatchObject({ status: 200, body: { matching: 2, erased: 0, left: 2 } })
    expect(await post(path, { body: { ...body, expected: 1 } })).toMatchObject({
      status: 409,
      body: { code: 'count-differs', detail: '2 messages match, but the request expects 1.' },
    })
    expect(await post(path, { body: { ...body, expected: 2 } })).toMatchObject({
      body: { matching: 2, erased: 2, left: 0, refused: [] },
    })
    expect(await post(path, { body })).toMatchObject({ body: { matching: 0 } })
    expect(versions(other)).toHaveLength(1)
  })

  test('a run, an account, a state and a time select messages together', async () => {
    const first = await put('first', { accountId: 'desk', runId: 'run-1' })
    await put('later', { accountId: 'desk', runId: 'run-2' })
    await put('ignored', { accountId: 'desk', runId: 'run-1', state: 'ignored' })
    const body = { accountId: 'desk', runId: 'run-1', state: 'announced', from: first.storedAt, to: first.storedAt }
    expect(await post(path, { body: { ...body, expected: 1 } })).toMatchObject({ body: { erased: 1 } })
    expect(await rowOf(first)).toMatchObject({ state: 'erased' })
    expect(await post(path, { body: { accountId: 'desk' } })).toMatchObject({ body: { matching: 2 } })
  })

  test('all mail of all queues, erased messages, and unknown fields cannot be selected', async () => {
    const paths = async (body: object) => {
      const { status, body: problem } = await post(path, { body })
      expect(status).toBe(400)
      return problem.errors.map((error: { path: string }) => error.path).toSorted()
    }
    expect(await paths({ state: 'announced' })).toEqual(['/queueId'])
    expect(await paths({ queueId: 'q', state: 'erased', expected: 0 })).toEqual(['/expected', '/state'])
    expect(await paths({ queueId: 'q', sender: 'ann@example.com' })).toEqual(['/sender'])
  })
})
