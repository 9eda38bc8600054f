import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod'
import { ApiClient } from '../../cli/api/client.ts'
import { shownDeliverySchema } from '../../lib/handover/viewing/shown-delivery.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'a-password-of-this-test'
const signingSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

const eventSchema = z.looseObject({
  data: z.looseObject({ header: z.looseObject({ subject: z.string() }), raw: z.looseObject({ href: z.string() }) }),
})

/** The receiver: it verifies each signature, and answers with the number of the ticket. */
const received: { readonly subject: string; readonly href: string }[] = []
let status = 200
const receiver = createServer(async (request, response) => {
  const body = await buffer(request)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const { data } = eventSchema.parse(new Webhook(signingSecret).verify(body, headers))
  if (status === 200) received.push({ subject: data.header.subject, href: data.raw.href })
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ ticket: `T-${received.length}` }))
})

let server: MailServer
let stack: TestStack
let api: ApiClient
let destinationId: string
let accountId: string

beforeAll(async () => {
  await assembly()
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo
  server = await startMailServer({ users: [{ name: 'desk', password }] })
  stack = await startStack({
    servers: [server],
    parameters: { ExtraWebhookPorts: String(port), AllowClearTextOnLoopback: 'true' },
  })
  api = new ApiClient({ url: stack.local.apiUrl, token: stack.local.token ?? '' })
  const webhook = { url: `http://127.0.0.1:${port}/hook`, signingSecret }
  const created = await api.post(
    '/destinations',
    { name: 'Tickets', kind: 'webhook', webhook },
    z.looseObject({ destinationId: z.string() }),
  )
  destinationId = created.destinationId
  accountId = (await stack.api.createAccount({ ...accountOn(server, 'IMAPS', 'desk'), password })).accountId
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
  receiver.close()
})

const mailOf = (subject: string, id: string, references = '') =>
  Buffer.from(
    [
      'From: Ann <ann@example.com>',
      `Subject: ${subject}`,
      `Message-ID: <${id}@example.com>`,
      ...(references ? [`References: <${references}@example.com>`] : []),
      'X-OTOBO-Queue: Board',
      '',
      'It burns.',
      '',
    ].join('\r\n'),
  )
const collected = async (...mails: Buffer[]) => {
  server.user('desk').inbox.appendAll(mails)
  await stack.api.ended(await stack.api.fetchNow(accountId))
}
const subjects = () => received.map(({ subject }) => subject)

it('the mails of a conversation reach a webhook in their order, and the ticket is found', async () => {
  await collected(mailOf('The printer burns', 'first'), mailOf('Re: The printer burns', 'reply', 'first'))
  await expect.poll(subjects, { timeout: 60_000 }).toEqual(['The printer burns', 'Re: The printer burns'])
  await expect
    .poll(() => api.all('/deliveries?ticket=T-2', shownDeliverySchema), { timeout: 20_000 })
    .toMatchObject([{ destinationId, state: 'delivered', remote: { ticket: 'T-2' } }])
})

it('a receiver fetches the mail without control headers, with a token of the destination only', async () => {
  const { token } = await api.post(`/destinations/${destinationId}/tokens`, {}, z.looseObject({ token: z.string() }))
  const { href = '' } = received[0] ?? {}
  expect((await fetch(href, { redirect: 'manual' })).status).toBe(401)
  const answer = await fetch(href, { redirect: 'manual', headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(303)
  const mail = await (await fetch(answer.headers.get('location') ?? '')).text()
  expect(mail).toBe(mailOf('The printer burns', 'first').toString().replace('X-OTOBO-Queue: Board\r\n', ''))
  for (const path of ['/deliveries', '/destinations', '/accounts'])
    expect((await stack.api.send('GET', path, { token })).status).toBe(401)
})

it('a mail that the receiver refuses is quarantined, and a person can send it again', async () => {
  status = 422
  await collected(mailOf('Refused at first', 'refused'))
  const open = () => api.all(`/deliveries?destinationId=${destinationId}&state=quarantined`, shownDeliverySchema)
  await expect.poll(open, { timeout: 60_000 }).toMatchObject([{ attempts: [{ result: 'permanent' }] }])
  const [{ deliveryId } = { deliveryId: '' }] = await open()
  status = 200
  await api.post(`/deliveries/${deliveryId}/retry`, {}, shownDeliverySchema)
  await expect.poll(subjects, { timeout: 60_000 }).toContain('Refused at first')
})
