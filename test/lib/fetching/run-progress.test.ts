import { describe, expect, it, vi } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import type { FetchServices } from '../../../lib/fetching/part.ts'
import { recordCrash, takeJob } from '../../../lib/fetching/take-job.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const chunk = limits.inFlight
const mails = (count: number) => Array.from({ length: count }, (_, index) => aMail(index + 1))

/** A mailbox in which reading one message takes some time. */
const slowMailbox = (count: number, { perMessage, change = {} }: { perMessage: number; change?: Partial<Account> }) => {
  const server = new FakeServer(mails(count))
  if (change.type === 'POP3S') server.protocol = 'pop3'
  const memory = memoryServices(server, anAccount(change))
  server.onRetrieve = () => {
    memory.state.now += perMessage
  }
  const fetch = (services: Partial<FetchServices> = {}) =>
    takeJob({ ...memory.services, ...services }, tick(), aDeadline(memory.state.now))
  return { server, memory, fetch, progress: memory.state.progress }
}

/** How many of the messages found are neither stored nor known nor skipped nor left. */
const missing = ({ counts: { found, stored, alreadyKnown, skipped, left } }: Run) =>
  found - stored - alreadyKnown - skipped - left

const pop3 = { type: 'POP3S', folder: undefined } as const

describe('the record of a run in progress', () => {
  it.each<[string, Partial<Account>]>([
    ['IMAP', {}],
    ['POP3', pop3],
    ['IMAP that keeps mail', { afterFetch: { action: 'keep' } }],
  ])('a run shows after each chunk what it has done, and its counts balance (%s)', async (_, change) => {
    const { fetch, progress } = slowMailbox(4 * chunk + 10, { perMessage: 10, change })
    const run = await fetch()
    expect(progress.map(missing)).toEqual(progress.map(() => 0))
    expect(progress.map(({ state }) => state)).toEqual(progress.map(() => 'running'))
    const [atFirst, ...examined] = progress.map(({ counts }) => counts.found - counts.left)
    expect(atFirst).toBe(0)
    expect(examined.slice(0, 4).every((count, index) => count > index * chunk && count <= (index + 1) * chunk)).toBe(
      true,
    )
    expect(progress.at(-1)).toMatchObject({
      counts: { found: 4 * chunk + 10, announced: expect.any(Number) },
      connection: { address: '203.0.113.25', login: 'LOGIN', logins: 1, bytesReceived: expect.any(Number) },
      roundTrips: 5,
      storedByQueue: { Support: expect.any(Number) },
    })
    const withMail = progress.slice(1)
    expect(withMail.every(({ bytes, connection }) => bytes > 0 && (connection?.bytesReceived ?? 0) > 0)).toBe(true)
    expect(run).toMatchObject({ state: 'done', counts: { found: 4 * chunk + 10, stored: 4 * chunk + 10, left: 0 } })
    expect(run.connection?.bytesReceived).toBe(run.bytes)
    expect(run.roundTrips).toBe(5)
  })

  it('a run counts the messages that it has listed so far while it lists a large folder', async () => {
    const { server, memory, fetch, progress } = slowMailbox(3_000, { perMessage: 0 })
    server.onWindow = () => {
      memory.state.now += 2_000
    }
    await fetch()
    expect(progress.slice(0, 3).map(({ counts }) => [counts.found, counts.left])).toEqual([
      [1000, 1000],
      [2000, 2000],
      [3000, 3000],
    ])
  })

  it('a run writes its record when it has found mail, and then at most once a second', async () => {
    const long = slowMailbox(8 * chunk, { perMessage: 1 })
    await long.fetch()
    expect(long.progress.length).toBeGreaterThan(1)
    expect(long.progress.length).toBeLessThanOrEqual(3)
    const short = slowMailbox(3 * chunk, { perMessage: 1 })
    await short.fetch()
    expect(short.progress).toMatchObject([{ state: 'running', counts: { found: 3 * chunk, left: 3 * chunk } }])
  })

  it('a requested run has a row from the beginning, and writes its progress at most once a second', async () => {
    const { memory, progress } = slowMailbox(3 * chunk, { perMessage: 1 })
    await takeJob(memory.services, { kind: 'run', accountId: 'account-1', runId: 'run-1' }, aDeadline(memory.state.now))
    expect(progress).toEqual([])
  })

  it('a scheduled run that finds no mail writes its record only once, at its end', async () => {
    const { server, memory, fetch, progress } = slowMailbox(0, { perMessage: 0 })
    server.onWindow = () => {
      memory.state.now += 4_900
    }
    const saved: string[] = []
    const { runs } = memory.services
    const save = async (run: Run) => {
      saved.push(run.state)
      await runs.save(run)
    }
    await fetch({ runs: { ...runs, save } })
    expect(progress).toEqual([])
    expect(saved).toEqual(['done'])
  })

  it('a scheduled run whose server does not respond has a row after five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { memory, fetch, progress } = slowMailbox(0, { perMessage: 0 })
      let respond: () => void = () => undefined
      const { openMailbox } = memory.services
      const fetching = fetch({
        openMailbox: async (...args) => {
          await new Promise<void>((resolve) => {
            respond = resolve
          })
          return await openMailbox(...args)
        },
      })
      await vi.advanceTimersByTimeAsync(4_999)
      expect(progress).toEqual([])
      await vi.advanceTimersByTimeAsync(1)
      expect(progress).toMatchObject([{ state: 'running', trigger: 'schedule', parts: 1, counts: { found: 0 } }])
      respond()
      expect(await fetching).toMatchObject({ state: 'done' })
      expect(memory.state.runs.get(tick().runId)).toMatchObject({ state: 'done' })
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('a continuation adds to what the earlier parts of the run have counted', async () => {
    const { server, memory, fetch, progress } = slowMailbox(3 * limits.chunkMessages, { perMessage: 10 })
    let read = 0
    server.onRetrieve = () => {
      read += 1
      memory.state.now += read === limits.chunkMessages ? 300_000 : 10
    }
    expect(await fetch()).toMatchObject({
      state: 'running',
      counts: { stored: limits.chunkMessages, left: 2 * limits.chunkMessages },
    })
    const first = progress.splice(0).length
    expect(first).toBeGreaterThan(0)
    const [job] = memory.state.jobs
    if (!job) throw new Error('the run did not continue')
    await takeJob(memory.services, job, aDeadline(memory.state.now))
    expect(progress.map(missing)).toEqual(progress.map(() => 0))
    expect(progress.every(({ parts, counts }) => parts === 2 && counts.stored > limits.chunkMessages)).toBe(true)
    expect(progress.at(-1)?.counts.found).toBe(3 * limits.chunkMessages)
  })

  it('a failed write of the progress does not affect the run, and operators learn about it', async () => {
    const { memory, fetch } = slowMailbox(3 * chunk, { perMessage: 10 })
    memory.state.fail.progress = true
    const run = await fetch()
    expect(run).toMatchObject({ state: 'done', counts: { stored: 3 * chunk, deleted: 3 * chunk } })
    expect(run.events).toMatchObject([{ code: 'progress-incomplete' }])
    const failures = memory.state.logged.filter(({ detail }) => detail === 'could not write the progress of a run')
    expect(failures.length).toBeGreaterThan(0)
    expect(failures[0]).toMatchObject({ runId: run.runId, accountId: 'account-1', name: 'StorageFailure' })
    expect(run.events[0]?.detail).toContain(`${failures.length} times`)
  })

  it('the record of a run’s end follows a slow write of its progress', async () => {
    const { memory, fetch } = slowMailbox(2 * chunk, { perMessage: 10 })
    const { runs } = memory.services
    const written: string[] = []
    let finish: (() => void) | undefined
    const fetching = fetch({
      runs: {
        ...runs,
        save: async (run) => {
          written.push(run.state)
          await runs.save(run)
        },
        saveOpen: async (run) => {
          await new Promise<void>((resolve) => {
            finish = resolve
          })
          written.push('progress')
          return await runs.saveOpen(run)
        },
      },
    })
    await expect.poll(() => memory.state.messages.size).toBe(2 * chunk)
    expect(written).toEqual([])
    finish?.()
    await fetching
    expect(written).toEqual(['progress', 'done'])
    expect(memory.state.runs.get(tick().runId)?.state).toBe('done')
  })

  it('a crashed run keeps what it has done, and its counts balance', async () => {
    const { server, memory, fetch } = slowMailbox(3 * chunk, { perMessage: 10 })
    const { onRetrieve } = server
    let read = 0
    server.onRetrieve = (uid) => {
      read += 1
      if (read > 2 * chunk) throw new RangeError('a defect')
      return onRetrieve(uid)
    }
    await expect(fetch()).rejects.toThrow('a defect')
    const run = await recordCrash(memory.services, tick())
    expect(run.state).toBe('crashed')
    expect(run.counts).toMatchObject({ found: 3 * chunk })
    expect(run.counts.stored).toBeGreaterThanOrEqual(chunk)
    expect(missing(run)).toBe(0)
  })

  it('a run with debug shows how much of its conversation is recorded', async () => {
    const { memory, progress } = slowMailbox(2 * chunk, { perMessage: 10 })
    const job = { kind: 'run', accountId: 'account-1', runId: 'run-1', debug: true } as const
    await takeJob(memory.services, job, aDeadline(memory.state.now))
    expect(progress.at(-1)?.conversation).toMatchObject({ cut: false, bytes: expect.any(Number) })
    expect(progress.at(-1)?.conversation?.bytes).toBeGreaterThan(0)
  })
})
