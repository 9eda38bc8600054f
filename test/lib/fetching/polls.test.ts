import { describe, expect, it } from 'vitest'
import type { FetchServices } from '../../../lib/fetching/part.ts'
import { recordCrash, takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { queuedRun } from '../../../lib/runs/run.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const tickMs = 10 * 60_000
const slotAt = (index: number) => new Date(Date.parse('2026-06-01T12:00:00.000Z') + index * tickMs).toISOString()

const stores = ['accounts', 'statuses', 'runs', 'unstored', 'ledger'] as const

/** Notes the calls to the stores. Calls that begin before another one has ended are in one line. */
const withCalls = (services: FetchServices) => {
  const lines: string[][] = []
  let underWay = 0
  const noted = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key, target)
        if (typeof method !== 'function') return method
        return async (...args: unknown[]) => {
          const line = (underWay > 0 && lines.at(-1)) || []
          if (line.length === 0) lines.push(line)
          line.push(`${name}.${String(key)}`)
          underWay += 1
          await new Promise((resolve) => setImmediate(resolve))
          try {
            return await Reflect.apply(method, target, args)
          } finally {
            underWay -= 1
          }
        }
      },
    })
  const watched: FetchServices = { ...services }
  for (const name of stores) Object.assign(watched, { [name]: noted(name, services[name]) })
  return { services: watched, lines, flat: () => lines.map((line) => line.toSorted()) }
}

const world = (server = new FakeServer()) => {
  const memory = memoryServices(server)
  const poll = async (index: number, { again = false, services = memory.services } = {}) => {
    memory.state.now = Date.parse(slotAt(index)) + 3_000
    return await takeJob(services, tick(slotAt(index)), aDeadline(memory.state.now), again)
  }
  return { server, memory, state: memory.state, poll }
}

describe('a scheduled run that finds no mail', () => {
  it.each(['imap', 'pop3'] as const)('a poll makes three reads and then two writes (%s)', async (protocol) => {
    const server = new FakeServer()
    server.protocol = protocol
    const { memory, poll } = world(server)
    if (protocol === 'pop3') memory.state.accounts.set('account-1', anAccount({ type: 'POP3S', folder: undefined }))
    for (const index of [0, 1]) await poll(index)
    const { services, flat } = withCalls(memory.services)
    expect(await poll(2, { services })).toMatchObject({ state: 'done', counts: { found: 0 } })
    expect(flat()).toEqual([
      ['accounts.read', 'statuses.read', 'unstored.ofAccount'],
      ['runs.save', 'statuses.change'],
    ])
  })

  it('a poll keeps its entry in the due index, and a failing one as well', async () => {
    const { server, state, poll } = world()
    await poll(0)
    const { dueOrder } = state.statuses.get('account-1') ?? {}
    expect(dueOrder).toBe(`${slotAt(1)}#account-1`)
    await poll(1)
    expect(state.statuses.get('account-1')).toMatchObject({ dueOrder, nextFetchAt: slotAt(2) })
    server.openError = new MailboxError('credentials-rejected')
    for (const index of [2, 3, 4]) await poll(index)
    expect(state.statuses.get('account-1')).toMatchObject({ dueOrder, nextFetchAt: slotAt(7) })
  })
})

describe('the quarantine of an account', () => {
  it('a poll reads the quarantine when it begins, and writes only what has changed', async () => {
    const { server, memory, state, poll } = world()
    const calls = async (index: number) => {
      const { services, lines } = withCalls(memory.services)
      await poll(index, { services })
      return lines.flat().filter((call) => call.startsWith('unstored.'))
    }
    expect(await calls(0)).toEqual(['unstored.ofAccount'])
    server.messages = [{ uid: '1', bytes: aMail(1), absent: 'no-body' }]
    expect(await calls(1)).toEqual(['unstored.ofAccount', 'unstored.create'])
    expect(state.unstored.size).toBe(1)
    server.messages = []
    expect(await calls(2)).toEqual(['unstored.ofAccount', 'unstored.remove'])
    expect(state.unstored.size).toBe(0)
  })

  it('a message is quarantined once, even if the index does not show it yet when the next run begins', async () => {
    const { server, memory, state, poll } = world()
    server.messages = [{ uid: '1', bytes: aMail(1), absent: 'no-body' }]
    await poll(0)
    const first = [...state.unstored.values()]
    const unstored = { ...memory.services.unstored, ofAccount: async () => [] }
    await poll(1, { services: { ...memory.services, unstored } })
    expect([...state.unstored.values()]).toEqual(first)
  })
})

describe('a tick that is delivered again', () => {
  it('a tick whose run has ended is not repeated, and its record stays', async () => {
    const { server, state, poll } = world()
    const run = await poll(0)
    server.messages = [{ uid: '1', bytes: aMail(1) }]
    expect(await poll(0, { again: true })).toEqual(run)
    expect(server.messages).toHaveLength(1)
    expect(state.statuses.get('account-1')?.lastError).toBeUndefined()
  })

  it('a tick whose run has left no record begins again, and its record says so', async () => {
    const { server, state, poll } = world()
    server.messages = [{ uid: '1', bytes: aMail(1) }]
    expect(await poll(0, { again: true })).toMatchObject({ state: 'done', counts: { stored: 1, deleted: 1 }, parts: 1 })
    const { events, ...run } = state.runs.get(tick().runId) ?? {}
    expect(run).toMatchObject({ state: 'done', trigger: 'schedule', askedAt: slotAt(0) })
    expect(events?.map(({ code }) => code)).toEqual(['delivered-again'])
    expect(state.statuses.get('account-1')?.lastError).toBeUndefined()
  })

  it('a tick whose process died between the two writes of the end begins again if its record is missing', async () => {
    const { state, poll } = world()
    await poll(0)
    state.runs.clear()
    expect(await poll(0, { again: true })).toMatchObject({ state: 'done' })
    expect(state.runs.get(tick().runId)).toMatchObject({ state: 'done' })
  })

  it('a tick whose process died while it read messages is recorded as crashed, and takes only its own slot', async () => {
    const { memory, state, poll } = world()
    state.statuses.set('account-1', { accountId: 'account-1', resume: { inFlight: ['7', '8'] } })
    expect(await poll(0, { again: true })).toMatchObject({ state: 'crashed', error: { code: 'crashed' }, parts: 1 })
    expect(state.runs.get(tick().runId)).toMatchObject({ state: 'crashed', trigger: 'schedule', askedAt: slotAt(0) })
    const { lastSlot, lastError, nextFetchAt } = state.statuses.get('account-1') ?? {}
    expect({ lastSlot, nextFetchAt }).toEqual({ lastSlot: slotAt(0), nextFetchAt: slotAt(1) })
    expect(lastError).toMatchObject({ code: 'crashed', consecutive: 1 })
    // The next tick waited behind the job, and its slot is before the second delivery.
    state.now = Date.parse(slotAt(1)) + tickMs
    expect(await takeJob(memory.services, tick(slotAt(1)), aDeadline(state.now))).toMatchObject({ state: 'done' })
    expect(state.statuses.get('account-1')?.lastError).toBeUndefined()
  })

  it('a stale tick is still stale', async () => {
    const { state, poll } = world()
    await poll(1)
    expect((await poll(0, { again: true })).events.map(({ code }) => code)).toEqual(['stale-tick'])
    expect([...state.runs.keys()]).toEqual([tick(slotAt(1)).runId])
    expect(state.statuses.get('account-1')?.lastError).toBeUndefined()
  })

  it('a tick whose message crashed the process counts this death of the message', async () => {
    const { state, poll } = world()
    state.statuses.set('account-1', { accountId: 'account-1', resume: { inFlight: ['7'] } })
    await poll(0, { again: true })
    expect(state.statuses.get('account-1')?.resume?.deaths).toEqual({ 7: 1 })
  })

  it.each([[['7']], [['7', '8']]])(
    'one crash with the messages %j in flight is counted only once',
    async (inFlight) => {
      const { state, poll } = world()
      state.statuses.set('account-1', { accountId: 'account-1', resume: { inFlight, suspects: ['6'] } })
      await poll(0, { again: true })
      expect(state.statuses.get('account-1')?.resume).toMatchObject({
        suspects: ['6', ...inFlight],
        ...(inFlight.length === 1 && { deaths: { 7: 1 } }),
      })
      // The function could not be started for the first delivery of the next tick.
      expect(await poll(1, { again: true })).toMatchObject({ state: 'done' })
    },
  )

  it('a tick that ends with a defect before it has a row takes its slot, so that it is not repeated', async () => {
    const { server, memory, state, poll } = world(new FakeServer([aMail(1)]))
    server.onWindow = () => {
      throw new TypeError('a defect')
    }
    await expect(poll(0)).rejects.toThrow('a defect')
    expect(await recordCrash(memory.services, tick(slotAt(0)))).toMatchObject({ state: 'crashed', parts: 1 })
    expect(state.statuses.get('account-1')).toMatchObject({ lastSlot: slotAt(0), lastError: { code: 'crashed' } })
    server.onWindow = () => undefined
    expect((await poll(0)).events.map(({ code }) => code)).toEqual(['stale-tick'])
    expect(state.runs.get(tick(slotAt(0)).runId)).toMatchObject({ state: 'crashed' })
  })
})

describe('a tick for which an earlier version has queued a run', () => {
  const { runId } = tick()
  const queued = queuedRun({
    ...{ runId, accountId: 'account-1', trigger: 'schedule', slot: slotAt(0) },
    ...{ askedAt: '2026-06-01T12:00:01.000Z', askedBy: 'schedule' },
  })

  it.each([true, false])(
    'a tick ends the run that an earlier version has queued (delivered again: %s)',
    async (again) => {
      const { server, state, poll } = world(new FakeServer([aMail(1)]))
      state.runs.set(runId, queued)
      expect(await poll(0, { again })).toMatchObject({ state: 'done', counts: { stored: 1 } })
      expect(state.runs.get(runId)).toMatchObject({ state: 'done' })
      expect(server.messages).toEqual([])
    },
  )
})
