import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
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

  test('FetchQueue sends no request without jobs', async () => {
    const { queue, requests } = scripted([])
    expect(await queue.send([])).toEqual([])
    expect(requests).toEqual([])
  })

  test('FetchQueue sends a refused entry again on its own until it is accepted', async () => {
    const { queue, requests, refusals } = scripted([['1'], ['0'], []])
    expect(await queue.send([job(0), job(1), job(2)])).toEqual([])
    expect(requests).toEqual([['account-0', 'account-1', 'account-2'], ['account-1'], ['account-1']])
    expect(refusals).toEqual([])
  })

  test('FetchQueue returns the jobs that are finally refused and reports their code once', async () => {
    const { queue, requests, refusals } = scripted([['0', '2'], ['0', '1'], ['0'], ['0']])
    expect(await queue.send([job(0), job(1), job(2)])).toEqual([job(0)])
    expect(requests).toHaveLength(4)
    expect(refusals).toEqual([{ code: 'InternalError', jobs: 1 }])
  })

  test('FetchQueue does not retry an entry that failed because of the sender', async () => {
    const { queue, requests, refusals } = scripted([['1']], true)
    expect(await queue.send([job(0), job(1)])).toEqual([job(1)])
    expect(requests).toHaveLength(1)
    expect(refusals).toEqual([{ code: 'InternalError', jobs: 1 }])
  })

  test('FetchQueue returns all jobs with the reason if the queue does not exist, instead of throwing', async () => {
    const refusals: object[] = []
    const url = `http://127.0.0.1:${sqs.port}/000000000000/missing.fifo`
    const queue = new FetchQueue(client, url, { pauses: [1], onRefused: (refusal) => refusals.push(refusal) })
    const jobs = Array.from({ length: 12 }, (_, i) => job(i))
    expect(await queue.send(jobs)).toEqual(jobs)
    expect(refusals).toEqual([
      { code: expect.stringMatching(/NonExistent|DoesNotExist/), jobs: 10 },
      { code: expect.stringMatching(/NonExistent|DoesNotExist/), jobs: 2 },
    ])
  })

  test('FetchQueue never has more than 16 requests in progress', async () => {
    let open = 0
    let most = 0
    const slow = {
      send: async () => {
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setTimeout(resolve, 2))
        open -= 1
        return {}
      },
    }
    const queue = new FetchQueue(slow as unknown as SQSClient, 'url')
    expect(await queue.send(Array.from({ length: 1000 }, (_, i) => job(i)))).toEqual([])
    expect(most).toBe(16)
  })
})

/** Creates a queue whose client refuses the given entries of each request. */
const scripted = (answers: string[][], senderFault = false) => {
  const requests: string[][] = []
  const refusals: object[] = []
  const fake = {
    send: async (command: SendMessageBatchCommand) => {
      if (!(command instanceof SendMessageBatchCommand)) throw new Error('another command')
      requests.push((command.input.Entries ?? []).map(({ MessageGroupId }) => String(MessageGroupId)))
      const failed = answers[requests.length - 1]
      return { Failed: failed?.map((Id) => ({ Id, Code: 'InternalError', SenderFault: senderFault })) }
    },
  }
  const queue = new FetchQueue(fake as unknown as SQSClient, 'url', {
    pauses: [1, 1, 1],
    onRefused: (refusal) => refusals.push(refusal),
  })
  return { queue, requests, refusals }
}
