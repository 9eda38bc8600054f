import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import type { Account } from '../../../lib/accounts/account.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { fetchJobSchema } from '../../../lib/schedule/fetch-queue.ts'
import { account } from '../../support/account-rows.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp, type RequestSketch, readerClaims } from '../../support/http-event.ts'

const accountOf = (accountId: string, more: Partial<Account> = {}) =>
  account({ accountId, host: 'imap.example.com', ...more })

let tables: TestTables
let sqs: FauxqsServer
let handler: HttpHandler
beforeAll(async () => {
  tables = await startTables()
  sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  sqs.createQueue('fetch.fifo', { attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup' } })
  const endpoint = `http://127.0.0.1:${sqs.port}`
  const queue = { AWS_ENDPOINT_URL_SQS: endpoint, FETCH_QUEUE_URL: `${endpoint}/000000000000/fetch.fifo` }
  Object.assign(process.env, await functionEnvironment(tables, queue))
  handler = (await import('../../../functions/runs/index.ts')).handler
  const accounts = new AccountStore(tables.table('accounts'))
  await accounts.create(accountOf('a1'))
  await accounts.create(accountOf('a2'))
  await accounts.create(accountOf('a3', { validity: 'invalid' }))
  const shared = { mailbox: 'support@example.com', credential: { method: 'oauth2', profileId: 'p1' } } as const
  await accounts.create(accountOf('a4', shared))
})
afterAll(async () => {
  await sqs.stop()
  await tables.stop()
})

const call = async (method: string, path: string, more: Partial<RequestSketch> = {}) =>
  await callHttp(handler, { method, path, ...more })
const jobs = () =>
  (sqs.inspectQueue('fetch.fifo')?.messages.ready ?? []).map(({ body }) => fetchJobSchema.parse(JSON.parse(body)))

describe('requesting fetches', () => {
  test('a fetch of one account returns 202, creates a run and puts a job on the queue', async () => {
    const { status, body } = await call('POST', '/accounts/a1/fetch')
    expect(status).toBe(202)
    const [{ runId }] = body.runs
    expect(body).toEqual({ runs: [{ runId, accountId: 'a1' }] })
    expect(jobs()).toContainEqual({ kind: 'run', accountId: 'a1', runId })
    expect(await call('GET', `/runs/${runId}`)).toMatchObject({
      status: 200,
      body: {
        runId,
        state: 'queued',
        askedBy: 'admin@example.org',
        askedBySub: 'sub-admin',
        accountHost: 'imap.example.com',
        accountUsername: 'desk-a1',
      },
    })
  })

  test('a run of a shared mailbox contains the mailbox and the user name', async () => {
    const { body } = await call('POST', '/accounts/a4/fetch')
    const run = await call('GET', `/runs/${body.runs[0].runId}`)
    expect(run.body).toMatchObject({ accountUsername: 'desk-a4', accountMailbox: 'support@example.com' })
  })

  test('a fetch of an account that is not valid is rejected with the reason', async () => {
    expect(await call('POST', '/accounts/a3/fetch')).toMatchObject({
      status: 409,
      body: { code: 'account-not-valid', detail: 'The account desk-a3 at imap.example.com is invalid.' },
    })
    expect((await call('POST', '/accounts/gone/fetch')).status).toBe(404)
  })

  test('a fetch of all accounts creates a run for every valid account', async () => {
    const { status, body } = await call('POST', '/fetch')
    expect(status).toBe(202)
    expect(body.runs.map(({ accountId }: { accountId: string }) => accountId)).toEqual(['a1', 'a2', 'a4'])
    for (const { runId, accountId } of body.runs) expect(jobs()).toContainEqual({ kind: 'run', accountId, runId })
  })

  test('only admins can request fetches, while readers can read runs', async () => {
    const claims = readerClaims
    expect((await call('POST', '/accounts/a1/fetch', { claims })).status).toBe(403)
    expect((await call('POST', '/fetch', { claims })).status).toBe(403)
    expect((await call('GET', '/accounts/a1/runs', { claims })).status).toBe(200)
    expect((await call('GET', '/runs/nobody', { claims })).status).toBe(404)
    expect((await call('GET', '/runs/nobody', { claims: null })).status).toBe(401)
  })
})

describe('reading an account’s runs', () => {
  test('the runs of an account are listed newest first in pages', async () => {
    const asked: string[] = []
    for (let i = 0; i < 5; i += 1) {
      asked.unshift((await call('POST', '/accounts/a2/fetch')).body.runs[0].runId)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const listed: string[] = []
    let next: string | undefined
    do {
      const { status, body } = await call('GET', '/accounts/a2/runs', { query: { limit: '2', ...(next && { next }) } })
      expect(status).toBe(200)
      listed.push(...body.items.map(({ runId }: { runId: string }) => runId))
      expect(body.items.every((item: { accountUsername: string }) => item.accountUsername === 'desk-a2')).toBe(true)
      next = body.next
    } while (next)
    expect(listed.slice(0, 5)).toEqual(asked)
  })

  test('the list of an account’s runs rejects an invalid token', async () => {
    const token = Buffer.from(JSON.stringify({ runId: 'r', askedAt: 'yesterday' })).toString('base64url')
    const { status, body } = await call('GET', '/accounts/a1/runs', { query: { next: token } })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ path: 'next', message: expect.any(String) }])
  })

  test('runs of a deleted account can still be read, but without its names', async () => {
    const [{ runId }] = (await call('POST', '/accounts/a1/fetch')).body.runs
    await tables.table('accounts').delete('a1')
    const { body } = await call('GET', `/runs/${runId}`)
    expect(body.runId).toBe(runId)
    expect(body).not.toHaveProperty('accountHost')
    expect((await call('GET', '/accounts/a1/runs')).body.items.length).toBeGreaterThan(0)
  })
})
