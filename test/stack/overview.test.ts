import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { accountSummariesSchema } from '../../functions/overview/account-summary-routes.ts'
import { accountStatusSchema, listedAsOf } from '../../lib/accounts/account-status.ts'
import { overviewSchema } from '../../lib/overview/overview.ts'
import { Table } from '../../lib/tables/table.ts'
import { tables } from '../../lib/tables/tables.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { PublishedNotices } from '../support/published-notices.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'a-password-of-this-test'
let server: MailServer
let stack: TestStack
const notices = new PublishedNotices()

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'desk', password }] })
  stack = await startStack({ servers: [server], onServiceCall: notices.onServiceCall })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

const savedSchema = z.object({ accountId: z.string(), fetch: z.object({ runId: z.string() }) })
const overview = async () => overviewSchema.parse((await stack.api.good('GET', '/overview')).body)
const summaries = async (query = '') =>
  accountSummariesSchema.parse((await stack.api.good('GET', `/account-summaries${query}`)).body)

/** Changes the status of a failing account as if it had failed for two hours. */
const failsForTwoHours = async (accountId: string) => {
  const client = new DynamoDBClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.dynamodb })
  const statuses = new Table(client, stack.resource('TablesAccountStatus'), tables.accountStatus)
  const { lastError, ...status } = accountStatusSchema.parse(await statuses.get(accountId))
  const since = new Date(Date.now() - 2 * 60 * 60_000).toISOString()
  await statuses.put({ ...status, lastError: { ...lastError, since }, ...listedAsOf(accountId, since) })
  client.destroy()
}

it('people are told of a failing account, the overview shows it until it is repaired, and a client that follows sees every step', async () => {
  const { cursor } = await summaries()
  server.user('desk').inbox.appendAll(smallMessages(3, { seed: 8 }))
  const settings = { ...accountOn(server, 'IMAPS', 'desk'), authentication: 'password', password: 'mistyped' }
  const created = await stack.api.good('POST', '/accounts', { body: settings })
  const { accountId, fetch } = savedSchema.parse(created.body)
  await stack.api.ended(fetch.runId)
  await stack.settled()
  expect((await overview()).failing).toMatchObject({ total: 1, items: [{ accountId, code: 'credentials-rejected' }] })
  const failed = await summaries(`?changedSince=${cursor}`)
  expect(failed.items).toMatchObject([
    { accountId, etag: '"1"', health: { state: 'failing' }, lastRun: { runId: fetch.runId, state: 'failed' } },
  ])

  await failsForTwoHours(accountId)
  await stack.tick()
  expect(notices.take()).toEqual(['Postmaster: desk at localhost is failing'])

  const repaired = await stack.api.good('PATCH', `/accounts/${accountId}`, { body: { password }, ifMatch: '"1"' })
  const again = savedSchema.parse(repaired.body)
  await stack.api.ended(again.fetch.runId)
  await stack.settled()
  const { failing, mail } = await overview()
  expect(failing).toEqual({ total: 0, items: [] })
  expect(mail.total).toBe(3)
  const worked = await summaries(`?changedSince=${failed.cursor}`)
  expect(worked.items).toMatchObject([{ accountId, etag: '"2"', lastRun: { state: 'done', stored: 3 } }])

  await stack.tick()
  expect(notices.take()).toEqual(['Postmaster: desk at localhost is fetched again'])
  expect(await overview()).toMatchObject({ tick: { overdue: false }, accounts: { total: 1, valid: 1, failing: 0 } })
  await stack.api.good('DELETE', `/accounts/${accountId}`, { ifMatch: '*' })
  expect((await summaries(`?changedSince=${worked.cursor}`)).removed).toEqual([accountId])
  expect((await summaries()).items).toEqual([])
})
