import type { SQSEvent } from 'aws-lambda'
import { describe, expect, it, vi } from 'vitest'
import { fetchHandler } from '../../../functions/fetch/handler.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { FakeServer } from '../../lib/fetching/fake-server.ts'
import { aMail, memoryServices, tick } from '../../lib/fetching/memory-services.ts'
import { memoryLog } from '../../support/http-event.ts'

const eventOf = (...bodies: string[]) =>
  ({
    Records: bodies.map((body, index) => ({
      messageId: `sqs-${index}`,
      body,
      attributes: { ApproximateReceiveCount: '1' },
    })),
  }) as SQSEvent

const functionWith = (server = new FakeServer([aMail(1), aMail(2)])) => {
  const memory = memoryServices(server)
  const log = memoryLog()
  const counted: unknown[][] = []
  const handle = fetchHandler({
    services: memory.services,
    log,
    metrics: {
      count: (...metric) => void counted.push(metric),
      seconds: (...metric) => void counted.push(metric),
    },
  })
  const invoke = (event: SQSEvent, remaining = 540_000) => handle(event, { getRemainingTimeInMillis: () => remaining })
  return { memory, log, counted, invoke, told: () => log.lines.map((line) => JSON.parse(line)) }
}

const failed = (code: string) => [
  ['FetchRuns', 1],
  ['FetchFailed', 1],
  ['FetchFailed', 1, { code }],
  ['OldestWaiting', 0],
]
const acknowledged = { batchItemFailures: [] }

describe('the fetch function', () => {
  it('the fetch function fetches, acknowledges the job and reports counts in one log line and in metrics', async () => {
    const { invoke, told, counted, memory } = functionWith()
    expect(await invoke(eventOf(JSON.stringify(tick())))).toEqual(acknowledged)
    expect(memory.state.messages.size).toBe(2)
    expect(told()).toEqual([
      expect.objectContaining({ level: 'info', message: 'fetch run', state: 'done', stored: 2, deleted: 2 }),
    ])
    expect(counted).toEqual([
      ['MessagesStored', 2],
      ['FetchRuns', 1],
      ['FetchFailed', 0],
      ['OldestWaiting', 0],
    ])
  })

  it('the fetch function counts messages under whose ids other mail is stored', async () => {
    const { invoke, counted, memory } = functionWith()
    memory.services.raw.put = async () => 'exists'
    memory.services.raw.open = async () =>
      (async function* () {
        yield Buffer.from('other mail')
      })()
    await invoke(eventOf(JSON.stringify(tick())))
    expect(counted).toContainEqual(['RawMailDiffers', 2])
  })

  it('the fetch function logs and counts a run whose progress could not be written', async () => {
    const server = new FakeServer(Array.from({ length: 300 }, (_, index) => aMail(index)))
    const { invoke, told, counted, memory } = functionWith(server)
    server.onRetrieve = () => {
      memory.state.now += 10
    }
    memory.state.fail.progress = true
    expect(await invoke(eventOf(JSON.stringify(tick())))).toEqual(acknowledged)
    // Once when the run has found mail, and once more a second later.
    const failure = { detail: 'could not write the progress of a run' }
    expect(memory.state.logged).toMatchObject([failure, failure])
    expect(told()).toMatchObject([{ state: 'done', stored: 300 }])
    expect(counted).toEqual([
      ['MessagesStored', 300],
      ['FetchRuns', 1],
      ['FetchFailed', 0],
      ['OldestWaiting', 0],
      ['ProgressIncomplete', 1],
    ])
  })

  it.each([
    ['no JSON', 'secret {'],
    ['of an unknown kind', '{"kind":"secret"}'],
    ['empty', ''],
  ])('the fetch function drops a body that is %s and logs only its SQS ID', async (_, body) => {
    const { invoke, told, memory } = functionWith()
    expect(await invoke(eventOf(body))).toEqual(acknowledged)
    expect(told()).toEqual([{ level: 'error', message: expect.any(String), sqsMessageId: 'sqs-0' }])
    expect(memory.state.runs.size).toBe(0)
  })

  it('the fetch function processes a job with a field of a later version, and does not log the field', async () => {
    const { invoke, told, memory } = functionWith()
    expect(await invoke(eventOf(JSON.stringify({ ...tick(), later: 'secret' })))).toEqual(acknowledged)
    expect(memory.state.messages.size).toBe(2)
    expect(told()).toMatchObject([{ message: 'fetch run', state: 'done' }])
    expect(JSON.stringify(told())).not.toContain('secret')
  })

  it('the fetch function records a crash if the queue delivers a job again whose run was reading messages', async () => {
    const { invoke, told, memory, counted } = functionWith()
    memory.state.statuses.set('account-1', { accountId: 'account-1', resume: { inFlight: ['1', '2'] } })
    const event = eventOf(JSON.stringify(tick()))
    for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = '2'
    expect(await invoke(event)).toEqual(acknowledged)
    expect(memory.state.messages.size).toBe(0)
    expect(memory.state.runs.get(tick().runId)).toMatchObject({ state: 'crashed', error: { code: 'crashed' } })
    expect(told()).toMatchObject([{ message: 'fetch run', state: 'crashed' }])
    expect(counted).toEqual(failed('crashed'))
  })

  it('the fetch function continues after a bad body in the same batch', async () => {
    const { invoke, memory } = functionWith()
    await invoke(eventOf('{', JSON.stringify(tick())))
    expect(memory.state.messages.size).toBe(2)
  })

  it('the fetch function records a defect as a crash, acknowledges the job and does not log the error’s text', async () => {
    const { invoke, told, memory, counted } = functionWith()
    memory.services.accounts.read = async () => {
      throw Object.assign(new TypeError('cannot read row secret'), { code: 'E_SECRETIVE' })
    }
    const job = tick()
    expect(await invoke(eventOf(JSON.stringify(job)))).toEqual(acknowledged)
    expect(memory.state.runs.get(job.runId)).toMatchObject({ state: 'crashed', error: { code: 'crashed' } })
    const [defect, run] = told()
    expect(defect).toMatchObject({ level: 'error', runId: job.runId, accountId: 'account-1', name: 'TypeError' })
    expect(run).toMatchObject({ level: 'info', state: 'crashed', code: 'crashed' })
    expect(counted).toEqual(failed('crashed'))
    expect(JSON.stringify(told())).not.toContain('cannot read')
  })

  it('the fetch function logs only the code of a failed account, without text from the server or the admin', async () => {
    const server = new FakeServer()
    server.openError = new MailboxError('credentials-rejected', 'secret words of the server')
    const { invoke, told, counted } = functionWith(server)
    await invoke(eventOf(JSON.stringify(tick())))
    expect(told()).toEqual([expect.objectContaining({ state: 'failed', code: 'credentials-rejected' })])
    expect(JSON.stringify(told())).not.toMatch(/secret|example/)
    expect(counted).toEqual(failed('credentials-rejected'))
  })

  it.each([
    ['all of its time', 540_000, limits.endWithin],
    ['little time left', 100_000, 70_000],
    ['no time left', 20_000, 0],
  ])('the fetch function with %s aborts running work 30 s before the timeout', async (_, remaining, expected) => {
    const timeout = vi.spyOn(AbortSignal, 'timeout')
    try {
      const { invoke } = functionWith()
      await invoke(eventOf(JSON.stringify(tick())), remaining)
      expect(timeout).toHaveBeenCalledWith(expected)
    } finally {
      timeout.mockRestore()
    }
  })

  it('the fetch function starts no more messages after its time is up and leaves the rest to a continuation', async () => {
    const { invoke, memory } = functionWith()
    const job = tick()
    expect(await invoke(eventOf(JSON.stringify(job)), 30_000)).toEqual(acknowledged)
    expect(memory.state.messages.size).toBe(0)
    expect(memory.state.runs.get(job.runId)?.state).not.toBe('done')
  })
  it('the fetch function counts each stored message once, and the run when its last part has ended', async () => {
    const server = new FakeServer(Array.from({ length: 1_200 }, (_, index) => aMail(index)))
    const { invoke, memory, counted } = functionWith(server)
    server.onRetrieve = () => {
      memory.state.now += limits.startWithin
    }
    await invoke(eventOf(JSON.stringify(tick())))
    expect(counted.map(([name]) => name)).toEqual(['MessagesStored'])
    server.onRetrieve = () => undefined
    const [continuation] = memory.state.jobs.splice(0)
    expect(continuation).toMatchObject({ kind: 'cont', part: 2 })
    await invoke(eventOf(JSON.stringify(continuation)))
    const stored = counted.filter(([name]) => name === 'MessagesStored').map(([, value]) => Number(value))
    expect(stored).toHaveLength(2)
    expect(stored.reduce((sum, one) => sum + one, 0)).toBe(1_200)
    expect(counted.filter(([name]) => name === 'FetchRuns')).toEqual([['FetchRuns', 1]])
  })

  it('the fetch function records how long the oldest message waits that a failed run left on the server', async () => {
    const server = new FakeServer([aMail(1), aMail(2)])
    server.messages = server.messages.map((message) => ({ ...message, internalDate: '2026-06-01T10:00:05.000Z' }))
    const { invoke, counted, memory } = functionWith(server)
    memory.state.fail.put = () => true
    await invoke(eventOf(JSON.stringify(tick())))
    expect(counted).toContainEqual(['OldestWaiting', 7_200])
  })
})
