import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { AccountStore } from '../../../lib/accounts/store/account-store.ts'
import { account } from '../../support/account-rows.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { functionEnvironment } from '../../support/function-environment.ts'
import { callHttp } from '../../support/http-event.ts'

let tables: TestTables
let sqs: Server
let answer: (status: number | undefined) => void
let handler: HttpHandler
beforeEach(async () => {
  tables = await startTables()
  let status: number | undefined
  answer = (next) => {
    status = next
  }
  sqs = createServer((_, response) => {
    if (status !== undefined) response.writeHead(status).end('{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}')
  })
  await new Promise<void>((resolve) => void sqs.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(sqs.address() as AddressInfo).port}`
  const queue = { AWS_ENDPOINT_URL_SQS: endpoint, FETCH_QUEUE_URL: `${endpoint}/000000000000/fetch.fifo` }
  Object.assign(process.env, await functionEnvironment(tables, queue))
  vi.resetModules()
  handler = (await import('../../../functions/runs/index.ts')).handler
  await new AccountStore(tables.table('accounts')).create(account({ accountId: 'a1' }))
})
afterEach(async () => {
  sqs.closeAllConnections()
  await new Promise((resolve) => sqs.close(resolve))
  await tables.stop()
})

test.each([
  ['does not exist', 400, '/accounts/a1/fetch'],
  ['does not exist', 400, '/fetch'],
  ['fails', 500, '/accounts/a1/fetch'],
  ['does not respond', undefined, '/accounts/a1/fetch'],
  ['does not respond', undefined, '/fetch'],
] as const)('if the fetch queue %s (%s), POST %s returns 503 with a remedy', async (_, status, path) => {
  answer(status)
  const answered = await callHttp(handler, { method: 'POST', path })
  expect(answered).toMatchObject({
    status: 503,
    body: { code: 'fetch-queue-refused', remedy: expect.stringContaining('when the schedule next runs') },
  })
  const { body } = await callHttp(handler, { method: 'GET', path: '/accounts/a1/runs' })
  expect(body.items).toMatchObject([{ state: 'failed', error: { code: 'fetch-queue-refused' } }])
})
