import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { RunningInvocation } from '../../local/start-local.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { asSentByPop3 } from '../mail-server/pop3/dot-stuffing.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { Consumer } from '../support/announcements.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { RawMail, sha256 } from '../support/raw-mail.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'a-password-of-this-test'
const queueEvent = z.object({ Records: z.tuple([z.object({ receiptHandle: z.string(), body: z.string() })]) })

let server: MailServer
let stack: TestStack
let consumer: Consumer
/** The account whose fetch is killed, that fetch, and the object at which it is killed. */
let watched: string | undefined
let running: RunningInvocation | undefined
let killAtObject: number | undefined
let objects = 0

beforeAll(async () => {
  await assembly()
  server = await startMailServer({ users: ['IMAPS', 'POP3S'].map((name) => ({ name, password })) })
  stack = await startStack({
    servers: [server],
    onInvocation: (one) => {
      if (!one.functionId.includes('FetchingFunction')) return
      // The same tick also fetches the account of the previous test.
      if (JSON.parse(queueEvent.parse(one.event).Records[0].body).accountId === watched) running = one
    },
    onServiceCall: ({ service, method }) => {
      if (service !== 's3' || method !== 'PUT') return
      objects += 1
      if (objects === killAtObject) running?.kill()
    },
  })
  consumer = await Consumer.subscribe(stack)
}, assemblyLimitMs)

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  await server?.stop()
})

/** Redelivers the job, as SQS does after the visibility timeout of 570 s. */
const handOutAgain = async (): Promise<void> => {
  const { Records } = queueEvent.parse(running?.event)
  const sqs = new SQSClient({ ...stack.local.clientConfig, endpoint: stack.local.endpoints.sqs })
  const QueueUrl = stack.resource('FetchQueueJobs')
  const ReceiptHandle = Records[0].receiptHandle
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
}

describe.each(['IMAPS', 'POP3S'] as const)('a fetch over %s that is killed with SIGKILL halfway', (type) => {
  it('a killed fetch is recorded as crashed, and the next tick completes it without losing or duplicating a message', async () => {
    const sent = smallMessages(60, { seed: type.length }).map((bytes) =>
      type === 'POP3S' ? asSentByPop3(bytes) : bytes,
    )
    server.user(type).inbox.appendAll(sent)
    const { accountId } = await stack.api.createAccount({ ...accountOn(server, type, type), password })
    watched = accountId
    running = undefined
    objects = 0
    killAtObject = 30
    await stack.fireTick()
    const end = await new Promise<string>((resolve) => {
      const look = () => {
        const last = stack
          .ended('FetchingFunction')
          .find(({ requestId }) => running !== undefined && requestId === running.requestId)
        if (last) resolve(last.status)
        else setTimeout(look, 20)
      }
      look()
    })
    expect(end).toBe('crash')
    expect((await stack.api.runsOf(accountId))[0]).toMatchObject({ state: 'running' })
    killAtObject = undefined

    await handOutAgain()
    await stack.settled()
    const [crashed] = await stack.api.runsOf(accountId)
    expect(crashed).toMatchObject({ state: 'crashed', error: { code: 'crashed' } })
    const failing = (await stack.api.account(accountId)).status
    expect(failing.lastError).toMatchObject({
      code: 'crashed',
      consecutive: 1,
      remedy: expect.stringContaining('lost'),
    })

    await stack.tick()
    const [completed] = await stack.api.runsOf(accountId)
    expect(completed).toMatchObject({ state: 'done', counts: { found: 60, left: 0, skipped: 0, deleted: 60 } })
    const { counts } = completed ?? {}
    expect((counts?.stored ?? 0) + (counts?.alreadyKnown ?? 0)).toBe(60)
    expect((await stack.api.account(accountId)).status.lastError).toBeUndefined()

    const messages = await stack.api.messages(`accountId=${accountId}`)
    expect(messages.map((message) => message.sha256).toSorted()).toEqual(sent.map(sha256).toSorted())
    const raw = new RawMail(stack)
    for (const message of messages) expect((await raw.hash(message.messageId)).sha256).toBe(message.sha256)
    const announced = new Set((await consumer.takeAll()).map(({ messageId }) => messageId))
    expect([...announced].toSorted()).toEqual(messages.map(({ messageId }) => messageId).toSorted())
    expect(server.user(type).inbox.messages).toEqual([])
  })
})
