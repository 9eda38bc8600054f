import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { DynamoDestinations } from '../../../lib/handover/destinations/destination-store.ts'
import { DynamoDeliveryLedger } from '../../../lib/handover/ledger/delivery-ledger.ts'
import { planned } from '../../../lib/handover/ledger/transitions.ts'
import type { UnstoredMessage } from '../../../lib/messages/unstored/unstored-message.ts'
import { UnstoredMessages } from '../../../lib/messages/unstored/unstored-messages.ts'
import { fetchJobSchema } from '../../../lib/schedule/fetch-queue.ts'
import { account } from '../../support/account-rows.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { destinationOf } from '../../support/handover/destinations.ts'
import { callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'
import { messageOf } from '../../support/messages.ts'

let tables: TestTables
let sqs: FauxqsServer
let handler: HttpHandler
let unstored: UnstoredMessages
beforeAll(async () => {
  tables = await startTables()
  sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  sqs.createQueue('fetch.fifo', { attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup' } })
  const endpoint = `http://127.0.0.1:${sqs.port}`
  const queue = { AWS_ENDPOINT_URL_SQS: endpoint, FETCH_QUEUE_URL: `${endpoint}/000000000000/fetch.fifo` }
  Object.assign(process.env, await functionEnvironment(tables, queue))
  handler = (await import('../../../functions/quarantine/index.ts')).handler
  unstored = new UnstoredMessages(tables.table('unstored'))
})
afterAll(async () => {
  await sqs.stop()
  await tables.stop()
})

const idOf = (number: number) => String(number).padStart(64, '0')
const unstoredMessage = (number: number, more: Partial<UnstoredMessage> = {}): UnstoredMessage => {
  const at = `2026-06-01T12:0${number}:00.000Z`
  return {
    ...{ messageId: idOf(number), accountId: 'a1', folder: 'INBOX', uid: String(number), size: 2_000 },
    ...{ state: 'quarantined', firstAt: at, lastAt: at, attempts: [], revision: 1 },
    reason: { code: 'too-large', detail: 'The message is too large.', remedy: 'Increase the limit.' },
    ...more,
  }
}

beforeEach(async () => {
  await tables.clear()
  await new AccountStore(tables.table('accounts')).create(account({ accountId: 'a1', username: 'desk' }))
  await new DynamoDestinations(tables.table('handover')).create(
    destinationOf({ destinationId: 'otobo', name: 'OTOBO' }),
  )
  for (const number of [1, 2, 3]) await unstored.create(unstoredMessage(number))
  await unstored.create(unstoredMessage(4, { state: 'handled' }))
  const deliveries = new DynamoDeliveryLedger(tables.table('deliveries'))
  for (const name of ['one', 'two'])
    await deliveries.create({
      ...planned('otobo', messageOf(name), `2026-06-01T12:00:0${name.length}.000Z`),
      ...{ state: name === 'one' ? 'quarantined' : 'pending' },
    })
})

const call = async (method: string, path: string, more: Partial<RequestSketch> = {}) =>
  await callHttp(handler, { method, path, ...more })
const list = async (query: Record<string, string> = {}) =>
  (await call('GET', '/quarantine', { query, claims: readerClaims })).body
const audited = async () => {
  const { rows } = await tables.table('audit').query({ index: 'by-time', partition: ['listing', 'audit'] })
  return rows.map(({ action, subject, outcome }) => ({ action, subject, outcome }))
}

describe('the quarantine', () => {
  test('the quarantine lists messages, newest first, and then deliveries that a person must decide about', async () => {
    const { items, next } = await list()
    expect(items).toMatchObject([
      { kind: 'message', uid: '3', accountUsername: 'desk', reason: { code: 'too-large' } },
      { kind: 'message', uid: '2' },
      { kind: 'message', uid: '1' },
      { kind: 'delivery', destinationName: 'OTOBO', messageId: messageOf('one').messageId, state: 'quarantined' },
    ])
    expect(items[0]).not.toHaveProperty('revision')
    expect(next).toBeUndefined()
  })

  test.each([1, 2, 3])('the pages of the quarantine with %i items contain every item once', async (limit) => {
    const seen: string[] = []
    let next: string | undefined
    do {
      const page = await list({ limit: String(limit), ...(next !== undefined && { next }) })
      seen.push(...page.items.map(({ kind, uid }: { kind: string; uid?: string }) => uid ?? kind))
      next = page.next
    } while (next !== undefined)
    expect(seen).toEqual(['3', '2', '1', 'delivery'])
  })

  test('the quarantine refuses a page token of another list', async () => {
    const next = Buffer.from('{"kind":"message"}').toString('base64url')
    expect((await call('GET', '/quarantine', { query: { next } })).status).toBe(400)
  })

  test('a retry requests a run of the account, and is recorded in the audit trail', async () => {
    const { status, body } = await call('POST', `/quarantine/${idOf(1)}/retry`)
    expect(status).toBe(202)
    const jobs = sqs.inspectQueue('fetch.fifo')?.messages.ready ?? []
    expect(jobs.map((job) => fetchJobSchema.parse(JSON.parse(job.body)))).toContainEqual({
      ...{ kind: 'run', accountId: 'a1', runId: body.runs[0].runId },
    })
    expect(await audited()).toEqual(
      expect.arrayContaining([
        { action: 'retry', subject: `/quarantine/${idOf(1)}`, outcome: 'made' },
        { action: 'fetch', subject: '/accounts/a1', outcome: 'made' },
      ]),
    )
  })

  test('a handled message keeps the note and is no longer listed', async () => {
    const { status, body } = await call('POST', `/quarantine/${idOf(2)}/handle`, {
      body: { note: 'Answered by phone.' },
    })
    expect([status, body.state]).toEqual([200, 'handled'])
    expect(body.handled).toMatch(/marked the message as handled: Answered by phone\.$/)
    expect((await list()).items.map(({ uid }: { uid?: string }) => uid)).toEqual(['3', '1', undefined])
    expect(await unstored.countOpen()).toBe(2)
    expect(await audited()).toEqual([{ action: 'handle', subject: `/quarantine/${idOf(2)}`, outcome: 'made' }])
  })

  test.each(['retry', 'handle'])('%s requires the role admin and a message in the quarantine', async (action) => {
    expect((await call('POST', `/quarantine/${idOf(1)}/${action}`, { claims: readerClaims })).status).toBe(403)
    expect((await call('POST', `/quarantine/${idOf(9)}/${action}`)).body.code).toBe('not-found')
  })

  test('a retry fails for an account that is not valid, and the audit trail says so', async () => {
    await tables.table('accounts').update('a1', { text: 'SET #validity = :no', values: { no: 'invalid' } })
    expect((await call('POST', `/quarantine/${idOf(1)}/retry`)).body.code).toBe('account-not-valid')
    expect(await audited()).toEqual([{ action: 'retry', subject: `/quarantine/${idOf(1)}`, outcome: 'not-made' }])
  })
})

describe('the rows of the quarantine', () => {
  test('a row is created once, replaced only at its revision, and expires 90 days after its last sight', async () => {
    const [row] = await unstored.ofAccount('a1', 1)
    if (!row) throw new Error('no row')
    expect(row.uid).toBe('1')
    expect(await unstored.create(row)).toBe(false)
    const next = { ...row, lastAt: '2026-06-02T00:00:00.000Z' }
    expect(await unstored.replace(row, next)).toBe(true)
    expect(await unstored.replace(row, next)).toBe(false)
    const { expiresAt } = (await tables.table('unstored').get(row.messageId)) ?? {}
    expect(expiresAt).toBe(Date.parse('2026-08-31T00:00:00.000Z') / 1000)
    await unstored.remove(row.messageId)
    expect(await unstored.read(row.messageId)).toBeUndefined()
  })
})
