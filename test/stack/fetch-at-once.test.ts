import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { smallMessages } from '../mail-server/corpus.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'a-password-of-this-test'
let server: MailServer
let stack: TestStack

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'desk', password }] })
  stack = await startStack({ servers: [server] })
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

const savedSchema = z.object({
  accountId: z.string(),
  fetch: z.object({ state: z.literal('queued'), runId: z.string() }),
})

it('a new account and a repaired one are fetched without a tick of the schedule, by the run that the answer names', async () => {
  server.user('desk').inbox.appendAll(smallMessages(2, { seed: 8 }))
  const settings = { ...accountOn(server, 'IMAPS', 'desk'), authentication: 'password', password: 'mistyped' }
  const { body } = await stack.api.good('POST', '/accounts', { body: settings })
  const { accountId, fetch } = savedSchema.parse(body)
  expect(await stack.api.ended(fetch.runId)).toMatchObject({ state: 'failed', error: { code: 'credentials-rejected' } })
  const repaired = await stack.api.good('PATCH', `/accounts/${accountId}`, { body: { password }, ifMatch: '*' })
  const again = savedSchema.parse(repaired.body)
  expect(await stack.api.ended(again.fetch.runId)).toMatchObject({
    state: 'done',
    trigger: 'request',
    askedBy: 'local-admin',
    counts: { stored: 2, deleted: 2 },
  })
  expect(await stack.api.messages(`accountId=${accountId}`)).toHaveLength(2)
  expect(await stack.api.account(accountId)).toMatchObject({ health: { state: 'ok' } })
  expect(stack.ended('ScheduleFunction')).toEqual([])
})
