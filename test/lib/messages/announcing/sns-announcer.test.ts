import {
  InvalidParameterException,
  PublishBatchCommand,
  type PublishBatchCommandInput,
  SNSClient,
} from '@aws-sdk/client-sns'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { announcementSchema } from '../../../../lib/messages/announcing/announcement.ts'
import { SnsAnnouncer } from '../../../../lib/messages/announcing/sns-announcer.ts'
import { SnsTopic } from '../../../../lib/notifications/sns-topic.ts'
import { sampleMessage } from '../../../support/sample-message.ts'

const numbered = (n: number) => sampleMessage({ messageId: n.toString(16).padStart(64, '0') })

const testClient = (endpoint = 'http://127.0.0.1:1') =>
  new SNSClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })

type Answer = { Successful?: { Id: string }[]; Failed?: { Id: string; Code: string; SenderFault: boolean }[] }

/** A real client whose requests are answered by the test. */
const answering = (answer: (input: PublishBatchCommandInput) => Promise<Answer> | Answer) => {
  const client = testClient()
  client.middlewareStack.add(
    () => async (args) => ({
      response: {},
      output: { $metadata: {}, ...(await answer(args.input as PublishBatchCommandInput)) },
    }),
    { step: 'initialize', name: 'answer' },
  )
  return client
}
const idsOf = (input: PublishBatchCommandInput) =>
  (input.PublishBatchRequestEntries ?? []).map(({ Id = '' }) => ({ Id }))
const messageIdOf = (body = '') => announcementSchema.parse(JSON.parse(body)).messageId

describe('SnsAnnouncer with a topic', () => {
  let server: FauxqsServer
  let client: SNSClient
  let topicArn: string
  let batches: number

  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false, defaultRegion: 'eu-central-1' })
    client = testClient(server.address)
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === PublishBatchCommand.name) batches += 1
        return next(args)
      },
      { step: 'initialize', name: 'countBatches' },
    )
    server.createQueue('all', { region: 'eu-central-1' })
    server.createQueue('vip', { region: 'eu-central-1' })
    topicArn = server.createTopic('mail', { region: 'eu-central-1' }).topicArn
    server.subscribe({
      topic: 'mail',
      queue: 'all',
      region: 'eu-central-1',
      attributes: { RawMessageDelivery: 'true' },
    })
    const attributes = { RawMessageDelivery: 'true', FilterPolicy: '{"queue":["VIP"]}' }
    server.subscribe({ topic: 'mail', queue: 'vip', region: 'eu-central-1', attributes })
  })
  afterAll(async () => {
    client.destroy()
    await server.stop()
  })
  beforeEach(() => {
    server.reset()
    batches = 0
  })
  const received = (queue: string) => server.inspectQueue(queue)?.messages.ready ?? []

  it('SnsAnnouncer announces 1,000 simultaneous messages in 100 requests', async () => {
    const announcer = new SnsAnnouncer(new SnsTopic(client, topicArn), 'raw-mail')
    const messages = Array.from({ length: 1_000 }, (_, n) => numbered(n))
    await Promise.all(messages.map((message) => announcer.announce(message)))
    expect(batches).toBe(100)
    const ids = received('all').map(({ body }) => messageIdOf(body))
    expect(ids.toSorted()).toEqual(messages.map(({ messageId }) => messageId).toSorted())
  })

  it('SnsAnnouncer announces a single message without waiting for others', async () => {
    await new SnsAnnouncer(new SnsTopic(client, topicArn), 'raw-mail').announce(numbered(1))
    expect(received('all').map(({ body }) => JSON.parse(body))).toMatchObject([{ raw: { bucket: 'raw-mail' } }])
  })

  it('SnsAnnouncer lets a subscriber filter by queue', async () => {
    const announcer = new SnsAnnouncer(new SnsTopic(client, topicArn), 'raw-mail')
    await Promise.all([announcer.announce(numbered(1)), announcer.announce({ ...numbered(2), queueName: 'VIP' })])
    expect(received('vip').map(({ body }) => messageIdOf(body))).toEqual([numbered(2).messageId])
    const attributes = z
      .record(z.string(), z.object({ StringValue: z.string() }))
      .parse(received('vip')[0]?.messageAttributes)
    expect(Object.keys(attributes)).toHaveLength(9)
  })

  it('SnsAnnouncer rejects if the topic does not exist', async () => {
    const announcer = new SnsAnnouncer(new SnsTopic(client, `${topicArn}-gone`), 'raw-mail')
    await expect(announcer.announce(numbered(1))).rejects.toThrow('Topic does not exist')
  })
})

describe('SnsAnnouncer', () => {
  it('SnsAnnouncer rejects only the messages that were refused or not answered', async () => {
    const client = answering((input) => {
      const ids = idsOf(input)
      return { Successful: ids.slice(2), Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }
    })
    const announcer = new SnsAnnouncer(new SnsTopic(client, 'arn:x'), 'raw-mail')
    const outcomes = await Promise.allSettled([0, 1, 2, 3].map((n) => announcer.announce(numbered(n))))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled'])
    expect(outcomes[0]).toMatchObject({ reason: { name: 'MessageRefused', code: 'InternalError' } })
    expect(outcomes[1]).toMatchObject({ reason: { name: 'MessageRefused', code: 'Unanswered' } })
  })

  it('SnsAnnouncer: a message that fails a whole request does not affect the others', async () => {
    const poison = numbered(3)
    const client = answering((input) => {
      const bodies = input.PublishBatchRequestEntries?.map(({ Message }) => messageIdOf(Message)) ?? []
      if (bodies.includes(poison.messageId)) throw new InvalidParameterException({ message: 'Invalid', $metadata: {} })
      return { Successful: idsOf(input) }
    })
    const announcer = new SnsAnnouncer(new SnsTopic(client, 'arn:x'), 'raw-mail')
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((n) => announcer.announce(numbered(n))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  })

  it('SnsAnnouncer rejects all messages of a failed request and does not retry', async () => {
    let requests = 0
    const client = answering(() => {
      requests += 1
      throw new Error('no connection')
    })
    const announcer = new SnsAnnouncer(new SnsTopic(client, 'arn:x'), 'raw-mail')
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => announcer.announce(numbered(n))))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(requests).toBe(1)
  })

  it('SnsAnnouncer keeps every request below 256 KiB', async () => {
    const sizes: number[] = []
    const client = answering((input) => {
      const entries = input.PublishBatchRequestEntries ?? []
      sizes.push(entries.reduce((sum, { Message = '' }) => sum + Buffer.byteLength(Message), 0))
      return { Successful: idsOf(input) }
    })
    const announcer = new SnsAnnouncer(new SnsTopic(client, 'arn:x'), 'raw-mail')
    const control = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`h${n}`, 'v'.repeat(1_000)]))
    const references = Array.from({ length: 20 }, (_, n) => `<${n}${'r'.repeat(900)}>`)
    const big = (n: number) => {
      const message = numbered(n)
      return { ...message, control, ...(message.header && { header: { ...message.header, references } }) }
    }
    await Promise.all(Array.from({ length: 60 }, (_, n) => announcer.announce(big(n))))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(250_000)
    expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(60 * 20_000)
    expect(sizes.length).toBeGreaterThan(6)
  })

  it('SnsAnnouncer respects the limit of parallel requests and fills the next ones meanwhile', async () => {
    const gate = Promise.withResolvers<void>()
    let underWay = 0
    let most = 0
    const sizes: number[] = []
    const client = answering(async (input) => {
      underWay += 1
      most = Math.max(most, underWay)
      sizes.push(idsOf(input).length)
      await gate.promise
      underWay -= 1
      return { Successful: idsOf(input) }
    })
    const announcer = new SnsAnnouncer(new SnsTopic(client, 'arn:x'), 'raw-mail')
    const all: Promise<void>[] = []
    for (let n = 0; n < 8; n += 1) {
      all.push(announcer.announce(numbered(n)))
      await vi.waitFor(() => expect(underWay).toBe(n + 1))
    }
    for (let n = 8; n < 48; n += 1) all.push(announcer.announce(numbered(n)))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(underWay).toBe(8)
    gate.resolve()
    await Promise.all(all)
    expect(most).toBe(8)
    expect(sizes).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 10, 10, 10, 10])
  })
})
