import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { ApiClient } from '../../cli/api/client.ts'
import { shownDeliverySchema } from '../../lib/handover/viewing/shown-delivery.ts'
import { explanationSchema } from '../../lib/messages/history/explanation.ts'
import { runCli } from '../cli/run-cli.ts'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { startLosingProxy } from '../rt/losing-proxy.ts'
import { RequestTracker } from '../rt/request-tracker.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

/**
 * The complete path of a mail: a real Dovecot mailbox, the local stack, the agent, and a real Request Tracker and a Maildir.
 */
const user = 'desk'
const password = 'the desk'
const folder = mkdtempSync(join(tmpdir(), 'pm-hand-over-'))
const maildir = join(folder, 'maildir')

let server: Dovecot
let tracker: RequestTracker
let stack: TestStack
let api: ApiClient
let accountId: string
const destinationIds = { rt: '', maildir: '' }

const idSchema = z.looseObject({ destinationId: z.string() })
const tokenSchema = z.looseObject({ token: z.string() })
const queueSchema = z.looseObject({ queueId: z.string() })

beforeAll(async () => {
  await assembly()
  ;[server, tracker] = await Promise.all([startDovecot({ users: [{ name: user, password }] }), RequestTracker.start()])
  stack = await startStack({ servers: [server] })
  api = new ApiClient({ url: stack.local.apiUrl, token: stack.local.token ?? '' })
  const { queueId } = await api.post('/queues', { name: 'Support' }, queueSchema)
  for (const name of ['rt', 'maildir'] as const) {
    const { destinationId } = await api.post('/destinations', { name, kind: 'pull' }, idSchema)
    const { token } = await api.post(`/destinations/${destinationId}/tokens`, {}, tokenSchema)
    writeFileSync(join(folder, `${name}.token`), token, { mode: 0o600 })
    destinationIds[name] = destinationId
  }
  const dispatching = { by: 'queue', queueId }
  const account = { ...accountOn(server, 'IMAPS', user), password, dispatching }
  accountId = (await stack.api.createAccount(account)).accountId
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await tracker?.[Symbol.asyncDispose]()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs an agent until nothing is left. */
const agent = (name: 'rt' | 'maildir', url = stack.local.apiUrl) => {
  const options = ['--url', url, '--token-file', join(folder, `${name}.token`)]
  const receiver =
    name === 'rt' ? ['--preset', 'rt', '--pipe', '--', ...tracker.mailgate('{queue}')] : ['--maildir', maildir]
  return runCli(...options, 'deliver', '--once', '--state', join(folder, `${name}.state`), ...receiver)
}

const mailOf = (subject: string, id: string, more: readonly string[] = []) =>
  Buffer.from(
    [
      'From: Alice <alice@example.net>',
      'To: support@example.com',
      `Subject: ${subject}`,
      `Message-ID: <${id}@example.net>`,
      ...more,
      '',
      'Please help.',
      '',
    ].join('\r\n'),
  )

/** Collects the mail, and waits until its deliveries are planned. @returns the message’s id */
const collected = async (mail: Buffer): Promise<string> => {
  await server.deliver(user, [mail])
  const { counts, runId } = await stack.api.ended(await stack.api.fetchNow(accountId))
  expect(counts).toMatchObject({ stored: 1, deleted: 1 })
  const [message] = await api.all(`/runs/${runId}/messages`, z.looseObject({ messageId: z.string() }))
  const messageId = message?.messageId ?? ''
  await expect.poll(async () => (await deliveriesOf(messageId)).length, { timeout: 60_000 }).toBe(2)
  return messageId
}

const deliveriesOf = (messageId: string) => api.all(`/deliveries?messageId=${messageId}`, shownDeliverySchema)
const deliveryOf = (messageId: string) => api.get(`/deliveries/${destinationIds.rt}.${messageId}`, shownDeliverySchema)
const ticketsNow = async () =>
  (await tracker.tickets()).map(({ subject, queue, mails }) => `${queue}: ${subject}, ${mails}`)

test('a mail in a mailbox becomes one ticket and one file, and its reply lands on the ticket', async () => {
  const messageId = await collected(mailOf('The printer is on fire', 'first'))
  const result = await agent('rt')
  expect(result).toMatchObject({ code: 0, out: expect.stringContaining('1 delivered, 0 not delivered') })
  expect(await ticketsNow()).toEqual(['Support: The printer is on fire, 1'])
  expect((await agent('maildir')).code).toBe(0)
  const files = readdirSync(join(maildir, 'new'))
  expect(files).toEqual([`${destinationIds.maildir}.${messageId}`])
  expect(readFileSync(join(maildir, 'new', files[0] ?? ''))).toEqual(mailOf('The printer is on fire', 'first'))
  const { steps, summary } = await api.get(`/messages/${messageId}/explanation`, explanationSchema)
  expect(steps.filter(({ code }) => code === 'handed-over')).toHaveLength(2)
  expect(summary).toMatch(/Postmaster handed it over to rt\./)

  await collected(mailOf('Re: [rt.test #1] The printer is on fire', 'reply', ['References: <first@example.net>']))
  expect((await agent('rt')).code).toBe(0)
  expect(await ticketsNow()).toEqual(['Support: The printer is on fire, 2'])
})

test('a mail for a queue that RT does not have waits with the reason, and arrives after a retry', async () => {
  const path = `/destinations/${destinationIds.rt}`
  await api.patch(path, { queueMap: { default: 'No such queue' } }, '*', idSchema)
  const messageId = await collected(mailOf('For an unknown queue', 'unknown-queue'))
  expect((await agent('rt')).code).toBe(1)
  expect(await deliveryOf(messageId)).toMatchObject({
    state: 'waiting',
    attempts: [{ result: 'temporary' }],
    reason: { detail: expect.stringContaining('75') },
  })
  await api.patch(path, { queueMap: { default: null } }, '*', idSchema)
  const before = await ticketsNow()
  await api.post(`/deliveries/${destinationIds.rt}.${messageId}/retry`, {}, shownDeliverySchema)
  expect((await agent('rt')).code).toBe(0)
  expect(await ticketsNow()).toEqual([...before, 'Support: For an unknown queue, 1'])
})

test('a lost acknowledgement leads to no second ticket, because the agent knows what it has piped', async () => {
  const messageId = await collected(mailOf('Acknowledged late', 'late'))
  await using proxy = await startLosingProxy(stack.local.apiUrl, (path) => path.endsWith('/ack'))
  const before = await ticketsNow()
  expect((await agent('rt', proxy.url)).code).not.toBe(0)
  expect(await deliveryOf(messageId)).toMatchObject({ state: 'delivering' })
  expect((await agent('rt')).code).toBe(0)
  expect(await deliveryOf(messageId)).toMatchObject({ state: 'delivered' })
  expect(await ticketsNow()).toEqual([...before, 'Support: Acknowledged late, 1'])
})

test('mail waits while RT is stopped, and arrives in order after RT has started again', async () => {
  await tracker.stopServer()
  const first = await collected(mailOf('While RT is stopped', 'stopped'))
  expect((await agent('rt')).code).toBe(1)
  expect(await deliveryOf(first)).toMatchObject({
    state: 'pending',
    attemptCount: 0,
    attempts: [{ result: 'temporary' }],
  })
  const before = 3
  await tracker.startServer({ develMode: true })
  // The next probe of a destination that failed comes after a minute.
  for (const end = Date.now() + 100_000; Date.now() < end; await sleep(5_000))
    if ((await agent('rt')).out.includes('1 delivered')) break
  expect((await ticketsNow()).slice(before)).toEqual(['Support: While RT is stopped, 1'])
  const [{ id } = { id: '' }] = (await tracker.tickets()).slice(-1)
  const found = await api.all(`/deliveries?ticket=${id}`, shownDeliverySchema)
  expect(found.map(({ messageId, remote }) => [messageId, remote?.ticket])).toEqual([[first, id]])
  const { summary } = await api.get(`/messages/${first}/explanation`, explanationSchema)
  expect(summary).toContain(`Postmaster handed it over to rt as ticket ${id}.`)
})
