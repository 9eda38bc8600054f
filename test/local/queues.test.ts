import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LocalEvent, type LocalStack, startLocal } from '../../local/start-local.ts'
import { changedAssembly, eventually } from './support/fixture-assembly.ts'

let local: LocalStack
let sqs: SQSClient
let events: LocalEvent[] = []
let operations: (string | undefined)[] = []
let sent = 0

// A visibility timeout must be longer than the function's timeout, and short enough for a quick repetition. The function's
// timeout includes the start of its process, which takes seconds on a busy machine.
const assembly = changedAssembly(({ Resources }) => {
  for (const queue of ['Jobs', 'Batch']) Resources[queue].Properties.VisibilityTimeout = 7
  for (const worker of ['Worker', 'BatchWorker']) Resources[worker].Properties.Timeout = 6
})

beforeAll(async () => {
  local = await startLocal({
    assembly: assembly.path,
    onEvent: (event) => events.push(event),
    onServiceCall: ({ operation }) => {
      operations.push(operation)
    },
  })
  sqs = new SQSClient({ ...local.clientConfig, endpoint: local.endpoints.sqs })
})
beforeEach(() => {
  events = []
  operations = []
})
afterAll(async () => {
  await local.stop()
  assembly.remove()
})

function send(queue: string, job: { name: string } & Record<string, unknown>, group?: string) {
  sent += 1
  const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: String(sent) }
  return sqs.send(
    new SendMessageCommand({ QueueUrl: local.resources[queue], MessageBody: JSON.stringify(job), ...fifo }),
  )
}
const lines = (): string[] => events.filter((event) => event.type === 'log').map((event) => event.line)
const at = (line: string): number => lines().findIndex((one) => one.startsWith(line))

describe('a local FIFO queue', () => {
  it('a local FIFO queue delivers one message of a group at a time, in order, and different groups concurrently', async () => {
    // Long enough for the start of the other process on a busy machine.
    const waitMs = 3_000
    await send('Jobs', { name: 'a1', waitMs }, 'a')
    await send('Jobs', { name: 'a2' }, 'a')
    await send('Jobs', { name: 'b1', waitMs }, 'b')
    await eventually(() => at('end a2') >= 0 && at('end b1') >= 0)
    expect(at('end a1')).toBeLessThan(at('begin a2'))
    expect(at('begin b1')).toBeLessThan(at('end a1'))
    expect(at('begin a1')).toBeLessThan(at('end b1'))
    await eventually(() => local.queueDepth('Jobs').inFlight === 0)
    expect(local.queueDepth('Jobs')).toEqual({ ready: 0, inFlight: 0, delayed: 0 })
  })

  it('a local FIFO queue runs no more invocations at a time than the mapping allows', async () => {
    // Three warm processes, so that the next five invocations do not wait for cold starts.
    for (const group of ['x', 'y', 'z']) await send('Jobs', { name: group, waitMs: 1200 }, group)
    await eventually(() => lines().filter((line) => line.startsWith('end')).length === 3)
    events = []
    for (const group of ['c', 'd', 'e', 'f', 'g']) await send('Jobs', { name: group, waitMs: 400 }, group)
    await eventually(() => lines().filter((line) => line.startsWith('end')).length === 5)
    let running = 0
    let most = 0
    for (const line of lines()) {
      if (line.startsWith('begin')) running += 1
      if (line.startsWith('end')) running -= 1
      most = Math.max(most, running)
    }
    expect(most).toBe(3)
  })

  it('a local FIFO queue redelivers a crashed message, holds back its group in the meantime, and finally moves it to the dead-letter queue', async () => {
    await send('Jobs', { name: 'poison', do: 'crash' }, 'p')
    await send('Jobs', { name: 'behind' }, 'p')
    await send('Jobs', { name: 'elsewhere' }, 'q')
    await eventually(() => at('end elsewhere') >= 0)
    expect(at('begin behind')).toBe(-1)
    await eventually(() => at('end behind') >= 0)
    expect(lines().filter((line) => line === 'begin poison')).toHaveLength(2)
    expect(local.queueDepth('DeadJobs')).toMatchObject({ ready: 1 })
  })
})

describe('a local standard queue', () => {
  it('a local standard queue delivers a batch and keeps only the messages that the function reports as failed', async () => {
    await send('Batch', { name: 'good' })
    await send('Batch', { name: 'bad', do: 'fail-item' })
    await send('Batch', { name: 'fine' })
    await eventually(() => at('end fine') >= 0 && at('end good') >= 0)
    await eventually(() => local.queueDepth('BatchDead').ready === 1)
    expect(local.queueDepth('Batch')).toEqual({ ready: 0, inFlight: 0, delayed: 0 })
    expect(lines().some((line) => /^batch of [23],/.test(line))).toBe(true)
  })

  it('a local standard queue deletes the messages of a batch with one call, as Lambda does', async () => {
    const Entries = ['one', 'two', 'three'].map((name) => ({ Id: name, MessageBody: JSON.stringify({ name }) }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: local.resources.Batch, Entries }))
    await eventually(() => Entries.every(({ Id }) => at(`end ${Id}`) >= 0) && local.queueDepth('Batch').inFlight === 0)
    const batches = lines().filter((line) => line.startsWith('batch of')).length
    expect(operations.filter((operation) => operation?.startsWith('Delete'))).toEqual(
      Array(batches).fill('DeleteMessageBatch'),
    )
  })

  it('a local standard queue keeps the whole batch if the function throws', async () => {
    await send('Batch', { name: 'thrown', do: 'throw' })
    await eventually(() => local.queueDepth('BatchDead').ready === 2)
    expect(events).toContainEqual(expect.objectContaining({ type: 'invocation-end', status: 'error', source: 'queue' }))
  })
})
