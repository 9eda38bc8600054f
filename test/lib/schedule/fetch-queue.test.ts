import { SQSClient } from '@aws-sdk/client-sqs'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FetchJob, FetchQueue, fetchJobSchema } from '../../../lib/schedule/fetch-queue.ts'

let sqs: FauxqsServer
let client: SQSClient
beforeAll(async () => {
  sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  client = new SQSClient({
    endpoint: `http://127.0.0.1:${sqs.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
})
afterAll(async () => {
  client.destroy()
  await sqs.stop()
})

const openQueue = (name: string) => {
  sqs.createQueue(`${name}.fifo`, {
    attributes: { FifoQueue: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' },
  })
  return `http://127.0.0.1:${sqs.port}/000000000000/${name}.fifo`
}
const messagesOf = (name: string) => sqs.inspectQueue(`${name}.fifo`)?.messages.ready ?? []
const job = (i: number): FetchJob => ({ kind: 'run', accountId: `account-${i}`, runId: `run-${i}` })

describe('FetchQueue', () => {
  test('FetchQueue sends every job once, in its account’s group, with its own deduplication ID', async () => {
    const queue = new FetchQueue(client, openQueue('all'))
    const jobs = Array.from({ length: 47 }, (_, i) => job(i))
    expect(await queue.send(jobs)).toEqual([])
    const arrived = messagesOf('all')
    expect(
      arrived
        .map(({ body }) => fetchJobSchema.parse(JSON.parse(body)))
        .map(({ runId }) => runId)
        .toSorted(),
    ).toEqual(jobs.map(({ runId }) => runId).toSorted())
    const first = arrived.find(({ messageGroupId }) => messageGroupId === 'account-7')
    expect(first?.messageDeduplicationId).toBe('run:run-7')
  })

  test('a job sent twice is queued once, and another part of the same run is a different job', async () => {
    const queue = new FetchQueue(client, openQueue('twice'))
    const tick: FetchJob = { kind: 'tick', accountId: 'a', runId: 'r', slot: '2026-03-01T10:00:00.000Z' }
    const parts: FetchJob[] = [2, 3].map((part) => ({ kind: 'cont', accountId: 'a', runId: 'r', part }))
    for (let i = 0; i < 2; i += 1) expect(await queue.send([tick, ...parts])).toEqual([])
    expect(messagesOf('twice').map(({ messageDeduplicationId }) => messageDeduplicationId)).toEqual([
      'tick:a:2026-03-01T10:00:00.000Z',
      'cont:r:2',
      'cont:r:3',
    ])
  })
})
