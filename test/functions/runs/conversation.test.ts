import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { ConversationStore } from '../../../lib/runs/conversation-store.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { RunStore } from '../../../lib/runs/run-store.ts'
import { fetchJobSchema } from '../../../lib/schedule/fetch-queue.ts'
import { account } from '../../support/account-rows.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'

let tables: TestTables
let sqs: FauxqsServer
let handler: HttpHandler
let runs: RunStore
beforeAll(async () => {
  tables = await startTables()
  sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  sqs.createQueue('fetch.fifo', { attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup' } })
  const endpoint = `http://127.0.0.1:${sqs.port}`
  const queue = { AWS_ENDPOINT_URL_SQS: endpoint, FETCH_QUEUE_URL: `${endpoint}/000000000000/fetch.fifo` }
  Object.assign(process.env, await functionEnvironment(tables, queue))
  handler = (await import('../../../functions/runs/index.ts')).handler
  runs = new RunStore(tables.table('runs'))
  const accounts = new AccountStore(tables.table('accounts'))
  for (const accountId of ['a1', 'a2', 'a3']) await accounts.create(account({ accountId }))
})
afterAll(async () => {
  await sqs.stop()
  await tables.stop()
})

const call = async (method: string, path: string, more: Partial<RequestSketch> = {}) =>
  await callHttp(handler, { method, path, ...more })
const jobs = () =>
  (sqs.inspectQueue('fetch.fifo')?.messages.ready ?? []).map(({ body }) => fetchJobSchema.parse(JSON.parse(body)))
const change = async (runId: string, changes: Partial<Run>) => {
  const run = await runs.read(runId)
  if (!run) throw new Error('no such run')
  await runs.save({ ...run, ...changes })
}
const lineOf = (text: string) => ({ at: new Date().toISOString(), by: 'server' as const, text })

describe('queued fetches', () => {
  test('the response to a queued fetch names the run ahead of it, preferably the one in progress', async () => {
    const first = (await call('POST', '/accounts/a2/fetch')).body.runs[0]
    expect(first).toEqual({ runId: first.runId, accountId: 'a2' })
    const { askedAt } = (await call('GET', `/runs/${first.runId}`)).body
    const second = await call('POST', '/accounts/a2/fetch')
    expect(second.status).toBe(202)
    expect(second.body.runs[0]).toMatchObject({
      queuedBehind: first.runId,
      detail: `Queued behind run ${first.runId}, which was requested at ${askedAt} and is also waiting.`,
    })
    await change(first.runId, { state: 'running', startedAt: '2026-06-01T12:00:00.000Z' })
    expect((await call('POST', '/accounts/a2/fetch')).body.runs[0]).toMatchObject({
      queuedBehind: first.runId,
      detail: `Queued behind run ${first.runId}, which has been running since 2026-06-01T12:00:00.000Z.`,
    })
  })
})

describe('a queued run', () => {
  test('a queued run names the run that it waits for until that run has ended', async () => {
    const ask = async () => (await call('POST', '/accounts/a3/fetch')).body.runs[0].runId
    const waitsFor = async (runId: string) => (await call('GET', `/runs/${runId}`)).body.queuedBehind
    const [first, second] = [await ask(), await ask()]
    await change(first, { askedAt: '2026-06-01T11:00:00.000Z' })
    await change(second, { askedAt: '2026-06-01T11:00:01.000Z' })
    expect([await waitsFor(first), await waitsFor(second)]).toEqual([undefined, first])
    const third = await ask()
    expect(await waitsFor(third)).toBe(second)
    await change(first, { state: 'running', startedAt: '2026-06-01T12:00:00.000Z' })
    expect([await waitsFor(first), await waitsFor(second), await waitsFor(third)]).toEqual([undefined, first, first])
    await change(first, { state: 'done', endedAt: '2026-06-01T12:00:10.000Z' })
    expect([await waitsFor(second), await waitsFor(third)]).toEqual([undefined, second])
    await change(second, { state: 'failed', endedAt: '2026-06-01T12:00:20.000Z' })
    expect(await waitsFor(third)).toBeUndefined()
  })
})

describe('the conversation of a run', () => {
  test('a request with debug puts a job with debug on the queue', async () => {
    const { status, body } = await call('POST', '/accounts/a1/fetch', { body: { debug: true } })
    expect(status).toBe(202)
    const [{ runId }] = body.runs
    expect(jobs()).toContainEqual({ kind: 'run', accountId: 'a1', runId, debug: true })
    expect((await call('GET', `/runs/${runId}/conversation`)).body).toEqual({
      lines: [],
      after: 0,
      ended: false,
      cut: false,
    })
    const wrong = await call('POST', '/accounts/a1/fetch', { body: { debug: 'yes', loud: true } })
    expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid-request'])
  })

  test('a conversation can be read during the run and to its end, but only by admins', async () => {
    const [{ runId }] = (await call('POST', '/accounts/a1/fetch', { body: { debug: true } })).body.runs
    const path = `/runs/${runId}/conversation`
    const store = new ConversationStore(tables.table('conversations'))
    await change(runId, { state: 'running', conversation: { parts: 0, bytes: 0, cut: false } })
    await store.write({ runId, number: 1, lines: [lineOf('* OK ready'), lineOf('1 OK')] })
    const first = (await call('GET', path)).body
    expect(first).toMatchObject({ lines: [{ text: '* OK ready' }, { text: '1 OK' }], after: 1, ended: false })
    await store.write({ runId, number: 2, lines: [lineOf('2 OK')] })
    await change(runId, { state: 'done', conversation: { parts: 2, bytes: 200, cut: true } })
    const second = (await call('GET', path, { query: { after: '1' } })).body
    expect(second).toMatchObject({ lines: [{ text: '2 OK' }], after: 2, ended: true, cut: true })
    expect((await call('GET', path, { query: { after: '2' } })).body).toMatchObject({
      lines: [],
      after: 2,
      ended: true,
    })
    expect((await call('GET', path, { claims: readerClaims })).status).toBe(403)
    expect((await call('GET', path, { claims: null })).status).toBe(401)
    expect((await call('GET', path, { query: { after: '-1' } })).status).toBe(400)
  })

  test('a conversation of more than a hundred parts takes several responses and is complete', async () => {
    const [{ runId }] = (await call('POST', '/accounts/a3/fetch', { body: { debug: true } })).body.runs
    const store = new ConversationStore(tables.table('conversations'))
    for (let number = 1; number <= 130; number += 1) await store.write({ runId, number, lines: [lineOf(`${number}`)] })
    await change(runId, { state: 'crashed', conversation: { parts: 0, bytes: 0, cut: false } })
    const first = (await call('GET', `/runs/${runId}/conversation`)).body
    expect([first.lines.length, first.after, first.ended]).toEqual([100, 100, false])
    const rest = (await call('GET', `/runs/${runId}/conversation`, { query: { after: '100' } })).body
    expect([rest.lines.length, rest.after, rest.ended]).toEqual([30, 130, true])
  })

  test('a conversation expires after 24 hours, even if DynamoDB has not removed it yet', async () => {
    const [{ runId }] = (await call('POST', '/accounts/a3/fetch', { body: { debug: true } })).body.runs
    const yesterday = Date.now() - 24 * 3_600_000 - 2000
    const store = new ConversationStore(tables.table('conversations'), () => new Date(yesterday))
    await store.write({ runId, number: 1, lines: [lineOf('* OK ready')] })
    await change(runId, { state: 'done', conversation: { parts: 1, bytes: 60, cut: false } })
    const { status, body } = await call('GET', `/runs/${runId}/conversation`)
    expect([status, body.detail]).toEqual([
      404,
      'The conversation of this run has expired. Conversations are kept for 24 hours.',
    ])
    const row = await tables.table('conversations').get(`${runId}#1`)
    expect(row?.expiresAt).toBe(Math.floor(yesterday / 1000) + 24 * 3600)
  })

  test('a run without debug has no conversation', async () => {
    const [{ runId }] = (await call('POST', '/accounts/a3/fetch')).body.runs
    await change(runId, { state: 'done' })
    const { status, body } = await call('GET', `/runs/${runId}/conversation`)
    expect([status, body.detail]).toEqual([
      404,
      'The conversation of this run was not recorded. Request a run with `debug` to record one.',
    ])
    expect((await call('GET', '/runs/nobody/conversation')).status).toBe(404)
  })
})
