import { describe, expect, it } from 'vitest'
import { limits } from '../../../lib/fetching/limits.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import type { FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const debugged: FetchJob = { kind: 'run', accountId: 'account-1', runId: 'r1', debug: true }
const fetch = async (memory: ReturnType<typeof memoryServices>, job: FetchJob = tick()) =>
  await takeJob(memory.services, job, aDeadline(memory.state.now))
const statusOf = ({ state }: ReturnType<typeof memoryServices>) => state.statuses.get('account-1')
const slot = (minutes: number) => `2026-06-01T12:${String(minutes).padStart(2, '0')}:00.000Z`

describe('a run’s record', () => {
  it('a run’s record contains the steps of its connection', async () => {
    const run = await fetch(memoryServices(new FakeServer([aMail(1), aMail(2)])))
    expect(run.connection).toMatchObject({
      host: anAccount().host,
      port: anAccount().port,
      address: '203.0.113.25',
      connectedAfter: 0,
      login: 'LOGIN',
      loggedInAfter: 0,
      folder: 'INBOX',
      messages: 2,
      openedAfter: 0,
      logins: 1,
    })
    expect(run.connection?.bytesReceived).toBeGreaterThan(100)
    expect(run).not.toHaveProperty('conversation')
  })

  it('a run’s record shows how far a failed connection got', async () => {
    const server = new FakeServer()
    server.openError = new MailboxError('credentials-rejected')
    const run = await fetch(memoryServices(server))
    expect(run.state).toBe('failed')
    expect(run.connection).toMatchObject({ address: '203.0.113.25', logins: 0, bytesReceived: 0 })
    expect(run.connection).not.toHaveProperty('login')
    expect(run.connection).not.toHaveProperty('openedAfter')
  })
})

describe('a run with debug', () => {
  it('a run with debug records the conversation without the password and contains the recording’s size', async () => {
    const memory = memoryServices(new FakeServer([aMail(1)]))
    const run = await fetch(memory, debugged)
    const lines = memory.state.conversation.flatMap((part) => part.lines.map(({ text }) => text))
    expect(lines).toEqual(['* OK ready', 'hello (credential)'])
    expect(run.conversation).toMatchObject({ parts: 1, cut: false })
    expect(memory.state.runs.get('r1')?.conversation).toEqual(run.conversation)
  })

  it('a run with debug records a failed login', async () => {
    const server = new FakeServer()
    server.openError = new MailboxError('credentials-rejected')
    const memory = memoryServices(server)
    expect((await fetch(memory, debugged)).conversation?.parts).toBe(1)
  })

  it('a run with debug fetches mail even if the recording cannot be written', async () => {
    const memory = memoryServices(new FakeServer([aMail(1)]))
    const conversations = { write: () => Promise.reject(new Error('table down')) }
    const run = await takeJob({ ...memory.services, conversations }, debugged, aDeadline(memory.state.now))
    expect(run).toMatchObject({ state: 'done', counts: { stored: 1, deleted: 1 } })
    expect(run.events.map(({ code }) => code)).toEqual(['conversation-incomplete'])
  })

  it('a run with debug continues the recording in its next part', async () => {
    const server = new FakeServer(Array.from({ length: limits.chunkMessages + 1 }, (_, index) => aMail(index + 1)))
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '1') memory.state.now += limits.startWithin
    }
    const first = await fetch(memory, debugged)
    expect(first.state).toBe('running')
    const [job] = memory.state.jobs
    expect(job).toEqual({ kind: 'cont', accountId: 'account-1', runId: 'r1', part: 2, debug: true })
    if (!job) throw new Error('no continuation')
    const second = await fetch(memory, job)
    expect(second).toMatchObject({ state: 'done', conversation: { parts: 2 }, connection: { logins: 2 } })
    expect(memory.state.conversation.map(({ number }) => number)).toEqual([1, 2])
  })
})

describe('a run’s contribution to the account’s health', () => {
  it('the status contains the time of the last stored message and the results of the latest runs', async () => {
    const server = new FakeServer([aMail(1)])
    const memory = memoryServices(server)
    await fetch(memory, tick(slot(0)))
    const storedAt = statusOf(memory)?.lastStoredAt
    expect(storedAt).toBe(new Date(memory.state.now).toISOString())
    memory.state.now += 600_000
    await fetch(memory, tick(slot(10)))
    expect(statusOf(memory)?.lastStoredAt).toBe(storedAt)
    server.openError = new MailboxError('connection-lost')
    memory.state.now += 600_000
    await fetch(memory, tick(slot(20)))
    expect(statusOf(memory)?.recentRuns?.map(({ state }) => state)).toEqual(['failed', 'done', 'done'])
  })

  it('the status contains at most the ten latest runs', async () => {
    const memory = memoryServices(new FakeServer())
    for (let minute = 0; minute < 24; minute += 2) await fetch(memory, tick(slot(minute)))
    expect(statusOf(memory)?.recentRuns).toHaveLength(10)
  })

  it('the status contains the time of the first of consecutive failures', async () => {
    const server = new FakeServer()
    server.openError = new MailboxError('credentials-rejected')
    const memory = memoryServices(server)
    const began = new Date(memory.state.now).toISOString()
    for (const minute of [0, 10, 20]) {
      await fetch(memory, tick(slot(minute)))
      memory.state.now += 600_000
    }
    expect(statusOf(memory)?.lastError).toMatchObject({ since: began, consecutive: 3 })
    expect(statusOf(memory)?.lastError?.at).not.toBe(began)
    server.openError = undefined
    await fetch(memory, tick(slot(40)))
    expect(statusOf(memory)?.lastError).toBeUndefined()
  })

  it('the status contains the number of messages that need attention', async () => {
    const server = new FakeServer([aMail(1), aMail(2)])
    server.messages = server.messages.map((message) => ({ ...message, listedSize: 100_000_000 }))
    const memory = memoryServices(server)
    await fetch(memory)
    expect(statusOf(memory)?.lastRun?.warnings).toEqual({ 'too-large': 2 })
    const refusing = new FakeServer([aMail(1)])
    refusing.refuseRemoval = true
    const kept = memoryServices(refusing)
    await fetch(kept)
    expect(statusOf(kept)?.lastRun?.warnings).toEqual({ 'not-removed': 1 })
  })

  it('the status has no warning about oversized messages that were moved', async () => {
    const server = new FakeServer([aMail(1)])
    server.messages = server.messages.map((message) => ({ ...message, listedSize: 100_000_000 }))
    const memory = memoryServices(server, anAccount({ tooLarge: { action: 'move', folder: 'Large' } }))
    await fetch(memory)
    expect(server.messages).toEqual([])
    expect(statusOf(memory)?.lastRun).not.toHaveProperty('warnings')
  })
})
