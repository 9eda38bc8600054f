import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { leaseAnswerSchema } from '../../lib/handover/agents/agent-protocol.ts'
import { deliveryIdOf } from '../../lib/handover/ledger/delivery.ts'
import type { Message } from '../../lib/messages/message.ts'
import { messageRowOf } from '../../lib/messages/store/message-ledger.ts'
import { Table } from '../../lib/tables/table.ts'
import { wholeMail } from '../lib/messages/view/sample-mails.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { messageOf } from '../support/messages.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'a-password-of-this-test'
let server: MailServer
let stack: TestStack
let accountId: string

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: [{ name: 'desk', password }] })
  stack = await startStack({ servers: [server] })
  accountId = (await stack.api.createAccount({ ...accountOn(server, 'IMAPS', 'desk'), password })).accountId
}, assemblyLimitMs)
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

const mailOf = (name: string) =>
  Buffer.from(`Subject: ${name}\r\nMessage-ID: <${name}@example.org>\r\n\r\nIt burns.\r\n`)

/** Fetches mails, and waits until they are announced and their deliveries planned, so that they can be erased. */
const collected = async (...mails: Buffer[]): Promise<Message[]> => {
  const all = () => stack.api.messages(`accountId=${accountId}`)
  const known = new Set((await all()).map(({ messageId }) => messageId))
  server.user('desk').inbox.appendAll(mails)
  await stack.api.ended(await stack.api.fetchNow(accountId))
  const added = (await all()).filter(({ messageId }) => !known.has(messageId))
  for (const { messageId } of added)
    await expect
      .poll(async () => (await table('TablesMessages', (rows) => rows.get(messageId)))?.unplanned, { timeout: 30_000 })
      .toBeUndefined()
  return added
}
const only = async (mail: Buffer): Promise<Message> => {
  const [message] = await collected(mail)
  if (!message) throw new Error('The mail was not stored')
  return message
}
const table = async <Result>(name: string, use: (rows: Table) => Promise<Result>): Promise<Result> => {
  const client = new DynamoDBClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.dynamodb })
  try {
    return await use(new Table(client, stack.resource(name), { partitionKey: 'messageId' }))
  } finally {
    client.destroy()
  }
}
/** @returns the number of versions and delete markers in the bucket whose keys begin with this text */
const versions = async (prefix: string): Promise<number> => {
  const client = new S3Client({
    ...stack.local.clientConfig,
    endpoint: stack.local.endpoints.s3,
    forcePathStyle: true,
  })
  const Bucket = stack.resource('RawMailBucket')
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: prefix }),
  )
  client.destroy()
  return Versions.length + DeleteMarkers.length
}
const erase = (messageId: string) => stack.api.problem('POST', `/messages/${messageId}/erase`)

describe('erasing over the API, with the role of the function', () => {
  it('an erased message has no content anywhere, and its record and the audit trail say who erased it', async () => {
    const { messageId } = await only(wholeMail)
    const path = `/messages/${messageId}`
    expect((await stack.api.send('GET', `${path}/attachments/1`)).status).toBe(303)
    expect([await versions(messageId), await versions(`views/${messageId}/`)]).toEqual([1, 1])
    const answer = await stack.api.good('POST', `${path}/erase`)
    expect(answer.body).toMatchObject({ messageId, state: 'erased' })
    expect([await versions(messageId), await versions(`views/${messageId}/`)]).toEqual([0, 0])
    for (const content of ['raw', 'view', 'attachments/1'])
      expect(await stack.api.problem('GET', `${path}/${content}`)).toMatchObject({
        status: 410,
        code: 'message-erased',
      })
    const shown = await stack.api.good('GET', path)
    expect(shown.text).not.toContain('Printer on fire')
    const { text, body } = await stack.api.good('GET', `/audit?subject=${encodeURIComponent(path)}`)
    expect(body).toMatchObject({ items: [{ action: 'erase', outcome: 'made' }] })
    expect(text).not.toContain('Printer on fire')
  })

  it('a list is erased with the number of its messages', async () => {
    const added = await collected(mailOf('first'), mailOf('second'))
    const body = { accountId }
    const count = await stack.api.good('POST', '/messages/erase', { body })
    expect(count.body).toMatchObject({ matching: 2, erased: 0 })
    const wrong = await stack.api.problem('POST', '/messages/erase', { body: { ...body, expected: 1 } })
    expect(wrong).toMatchObject({ status: 409, code: 'count-differs' })
    const answer = await stack.api.good('POST', '/messages/erase', { body: { ...body, expected: 2 } })
    expect(answer.body).toEqual({ matching: 2, erased: 2, left: 0, refused: [] })
    for (const { messageId } of added) expect(await versions(messageId)).toBe(0)
    const erased = await stack.api.messages(`accountId=${accountId}&state=erased`)
    expect(erased.map(({ messageId }) => messageId)).toEqual(
      expect.arrayContaining(added.map(({ messageId }) => messageId)),
    )
  })

  it('a reader may not erase', async () => {
    const { messageId } = await only(mailOf('of a reader'))
    const token = stack.local.readerToken ?? ''
    for (const path of [`/messages/${messageId}/erase`, '/messages/erase'])
      expect(await stack.api.problem('POST', path, { body: { accountId }, token })).toMatchObject({
        status: 403,
        code: 'role-missing',
      })
    expect((await stack.api.send('GET', `/messages/${messageId}/view`)).status).toBe(200)
  })

  it('a message that is not announced yet is refused', async () => {
    const stored = messageOf('stored', { accountId })
    await table('TablesMessages', (rows) => rows.put(messageRowOf(stored)))
    expect(await erase(stored.messageId)).toMatchObject({ status: 409, code: 'message-under-way' })
  })

  it('a message is refused while an attempt is in progress, and its delivery ends once it is erased', async () => {
    const created = await stack.api.good('POST', '/destinations', { body: { name: 'OTOBO', kind: 'pull' } })
    const { destinationId } = z.looseObject({ destinationId: z.string() }).parse(created.body)
    const answer = await stack.api.good('POST', `/destinations/${destinationId}/tokens`, { body: {} })
    const { token } = z.looseObject({ token: z.string() }).parse(answer.body)
    const { messageId } = await only(mailOf('leased'))
    const agent = { version: '1.0.0', host: 'desk.example.com' }
    const lease = await stack.api.good('POST', '/agent/lease', { token, body: { max: 1, seconds: 60, agent } })
    const [held] = leaseAnswerSchema.parse(lease.body).items
    if (!held) throw new Error('Nothing was leased')
    expect(held.deliveryId).toBe(deliveryIdOf(destinationId, messageId))
    expect(await erase(messageId)).toMatchObject({ status: 409, code: 'delivery-under-way' })
    const nack = { scope: 'message', permanent: false, code: 'exit-75', detail: 'It burns.', milliseconds: 5 }
    await stack.api.good('POST', `/agent/deliveries/${held.deliveryId}/nack`, {
      token,
      body: { lease: held.lease, ...nack },
    })
    await stack.api.good('POST', `/messages/${messageId}/erase`)
    const { body, text } = await stack.api.good('GET', `/deliveries/${held.deliveryId}`)
    expect(body).toMatchObject({ state: 'handled', reason: { code: 'message-erased' } })
    expect(text).not.toContain('It burns.')
    const replay = await stack.api.problem('POST', `/messages/${messageId}/replay`, { body: { destinationId } })
    expect(replay).toMatchObject({ code: 'message-erased' })
  })
})
