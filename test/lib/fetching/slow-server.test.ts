import { describe, expect, it } from 'vitest'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const mails = (count: number) => Array.from({ length: count }, (_, index) => aMail(index + 1))

/** Runs once. The run's deadline passes while it waits for window `number` of the listing. */
const listingThatDrips = async (server: FakeServer, number: number, account = anAccount()) => {
  const memory = memoryServices(server, account)
  const controller = new AbortController()
  server.onWindow = (window) => {
    if (window !== number) return
    controller.abort()
    throw new MailboxError('connection-lost')
  }
  const run = await takeJob(memory.services, tick(), aDeadline(memory.state.now, controller.signal))
  return { memory, run, status: memory.state.statuses.get('account-1') }
}

describe('a listing that does not end before the run’s deadline', () => {
  it.each(['imap', 'pop3'] as const)(
    'a listing that is too slow fails the run and appears in the account’s health: %s',
    async (protocol) => {
      const server = new FakeServer(mails(2))
      server.protocol = protocol
      const { run, status, memory } = await listingThatDrips(server, 1)
      expect(run).toMatchObject({ state: 'failed', error: { code: 'too-slow' }, counts: { found: 0 } })
      expect(run.error?.detail).toContain('list')
      expect(status).toMatchObject({ lastError: { code: 'too-slow', consecutive: 1 }, lastRun: { state: 'failed' } })
      expect(status).not.toHaveProperty('lastSuccessAt')
      expect(memory.state.jobs).toEqual([])
    },
  )

  it('a listing whose later windows do not arrive fails the run', async () => {
    const { run, memory } = await listingThatDrips(new FakeServer(mails(1200)), 2)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'too-slow' }, counts: { found: 1000, left: 1000 } })
    expect(memory.state.jobs).toEqual([])
  })

  it('a listing that is too slow fails the run if all messages in the first windows are known and kept', async () => {
    const server = new FakeServer(mails(1200))
    server.protocol = 'pop3'
    const account = anAccount({ type: 'POP3S', afterFetch: { action: 'keep' } })
    const memory = memoryServices(server, account)
    await takeJob(memory.services, tick(), aDeadline(memory.state.now))
    const controller = new AbortController()
    server.onWindow = (window) => {
      if (window < 2) return
      controller.abort()
      throw new MailboxError('connection-lost')
    }
    const again = tick('2026-06-01T12:10:00.000Z')
    const run = await takeJob(memory.services, again, aDeadline(memory.state.now, controller.signal))
    expect(run).toMatchObject({ state: 'failed', error: { code: 'too-slow' }, counts: { found: 1000, left: 0 } })
  })

  it('a listing that is too slow does not clear the messages recorded as waiting', async () => {
    const server = new FakeServer(mails(2))
    const memory = memoryServices(server)
    server.refuseRemoval = true
    await takeJob(memory.services, tick(), aDeadline(memory.state.now))
    const before = memory.state.statuses.get('account-1')?.resume?.oldestWaitingUid
    expect(before).toBe('1')
    const controller = new AbortController()
    server.onWindow = () => {
      controller.abort()
      throw new MailboxError('connection-lost')
    }
    const again = tick('2026-06-01T12:10:00.000Z')
    await takeJob(memory.services, again, aDeadline(memory.state.now, controller.signal))
    expect(memory.state.statuses.get('account-1')?.resume?.oldestWaitingUid).toBe(before)
  })
})

describe('a mailbox that does not open before the run’s deadline', () => {
  it('a mailbox that does not open before the deadline fails as too slow, not as a lost connection', async () => {
    const controller = new AbortController()
    const server = new FakeServer()
    const memory = memoryServices(server)
    server.openError = new MailboxError('connection-lost')
    controller.abort()
    const run = await takeJob(memory.services, tick(), aDeadline(memory.state.now, controller.signal))
    expect(run).toMatchObject({ state: 'failed', error: { code: 'too-slow' } })
  })

  it('a mailbox that fails to open before the deadline keeps its own reason', async () => {
    const server = new FakeServer()
    const memory = memoryServices(server)
    server.openError = new MailboxError('too-slow')
    const run = await takeJob(memory.services, tick(), aDeadline(memory.state.now))
    expect(run).toMatchObject({ state: 'failed', error: { code: 'too-slow', detail: server.openError.message } })
  })
})
