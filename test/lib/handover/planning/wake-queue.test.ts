import { SQSClient } from '@aws-sdk/client-sqs'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SqsWakeQueue } from '../../../../lib/handover/planning/sqs-wake-queue.ts'
import { wakeSchema } from '../../../../lib/handover/planning/wake.ts'

let sqs: FauxqsServer
let client: SQSClient
beforeAll(async () => {
  sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  client = new SQSClient({ endpoint: `http://127.0.0.1:${sqs.port}`, region: 'us-east-1', credentials })
})
afterAll(async () => {
  client.destroy()
  await sqs.stop()
})

it('The queue of wakes keeps each revision, and each wake of the sweep, apart', async () => {
  sqs.createQueue('wakes.fifo', { attributes: { FifoQueue: 'true' } })
  const queue = new SqsWakeQueue(client, `http://127.0.0.1:${sqs.port}/000000000000/wakes.fifo`, { slots: 11 })
  const destinationId = '01JNBZ4ZQ0V7M3T9H2K5W8XACC'
  const lane = `${destinationId}#0123456789abcdef0123456789abcdef`
  const wake = { destinationId, lane, deliveryId: `${destinationId}.${'a'.repeat(64)}`, revision: 99_999 }
  const minute = '2026-03-01T12:00:00.000Z'
  const wakes = [wake, { ...wake, revision: 2 }, { ...wake, minute, probe: true as const }, wake]
  expect(await queue.send(wakes.map((one) => ({ wake: one, concurrency: 10 })))).toEqual([])
  const arrived = sqs.inspectQueue('wakes.fifo')?.messages.ready ?? []
  expect(arrived.map(({ body }) => wakeSchema.parse(JSON.parse(body)))).toEqual(wakes.slice(0, 3))
  expect(new Set(arrived.map(({ messageGroupId }) => messageGroupId)).size).toBe(1)
  for (const { messageGroupId = '', messageDeduplicationId = '' } of arrived)
    expect(Math.max(messageGroupId.length, messageDeduplicationId.length)).toBeLessThanOrEqual(128)
})

it.for([
  { slots: 2, concurrency: 10, groups: 1 },
  { slots: 3, concurrency: 10, groups: 2 },
  { slots: 11, concurrency: 3, groups: 3 },
])(
  'The queue of wakes leaves a slot for other destinations: $slots slots, concurrency $concurrency',
  async ({ slots, concurrency, groups }) => {
    const name = `slots-${slots}.fifo`
    sqs.createQueue(name, { attributes: { FifoQueue: 'true' } })
    const queue = new SqsWakeQueue(client, `http://127.0.0.1:${sqs.port}/000000000000/${name}`, { slots })
    const wakes = Array.from({ length: 60 }, (_, n) => ({
      destinationId: 'd',
      lane: `d#${n}`,
      deliveryId: `d.${n}`,
      revision: 1,
    }))
    await queue.send(wakes.map((wake) => ({ wake, concurrency })))
    const ready = sqs.inspectQueue(name)?.messages.ready ?? []
    expect(new Set(ready.map(({ messageGroupId }) => messageGroupId)).size).toBe(groups)
  },
)
