import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FifoQueue } from '../../../lib/notifications/fifo-queue.ts'

interface Job {
  readonly group: string
  readonly id: string
}
const ids = { groupOf: ({ group }: Job) => group, deduplicationIdOf: ({ id }: Job) => id }
const job = (i: number): Job => ({ group: `group-${i}`, id: `id-${i}` })

describe('FifoQueue', () => {
  test('FifoQueue sends no request without jobs', async () => {
    const { queue, requests } = scripted([])
    expect(await queue.send([])).toEqual([])
    expect(requests).toEqual([])
  })

  test('FifoQueue sends a refused entry again on its own until it is accepted', async () => {
    const { queue, requests, refusals } = scripted([['1'], ['0'], []])
    expect(await queue.send([job(0), job(1), job(2)])).toEqual([])
    expect(requests).toEqual([['group-0', 'group-1', 'group-2'], ['group-1'], ['group-1']])
    expect(refusals).toEqual([])
  })

  test('FifoQueue returns the jobs that are finally refused and reports their code once', async () => {
    const { queue, requests, refusals } = scripted([['0', '2'], ['0', '1'], ['0'], ['0']])
    expect(await queue.send([job(0), job(1), job(2)])).toEqual([job(0)])
    expect(requests).toHaveLength(4)
    expect(refusals).toEqual([{ code: 'InternalError', jobs: 1 }])
  })

  test('FifoQueue does not retry an entry that failed because of the sender', async () => {
    const { queue, requests, refusals } = scripted([['1']], true)
    expect(await queue.send([job(0), job(1)])).toEqual([job(1)])
    expect(requests).toHaveLength(1)
    expect(refusals).toEqual([{ code: 'InternalError', jobs: 1 }])
  })

  test('FifoQueue returns all jobs with the reason if the queue does not exist, instead of throwing', async () => {
    const sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
    onTestFinished(() => sqs.stop())
    const client = new SQSClient({
      endpoint: `http://127.0.0.1:${sqs.port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    })
    onTestFinished(() => client.destroy())
    const refusals: object[] = []
    const url = `http://127.0.0.1:${sqs.port}/000000000000/missing.fifo`
    const queue = new FifoQueue(client, url, { ...ids, pauses: [1], onRefused: (refusal) => refusals.push(refusal) })
    const jobs = Array.from({ length: 12 }, (_, i) => job(i))
    expect(await queue.send(jobs)).toEqual(jobs)
    expect(refusals).toEqual([
      { code: expect.stringMatching(/NonExistent|DoesNotExist/), jobs: 10 },
      { code: expect.stringMatching(/NonExistent|DoesNotExist/), jobs: 2 },
    ])
  })

  test('FifoQueue never has more than 16 requests in progress', async () => {
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
    const queue = new FifoQueue(slow as unknown as SQSClient, 'url', ids)
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
  const queue = new FifoQueue(fake as unknown as SQSClient, 'url', {
    ...ids,
    pauses: [1, 1, 1],
    onRefused: (refusal) => refusals.push(refusal),
  })
  return { queue, requests, refusals }
}
