import { describe, expect, it } from 'vitest'
import { limits } from '../../../lib/fetching/limits.ts'
import { recordCrash, takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { noCounts, type Run } from '../../../lib/runs/run.ts'
import type { StatusChange } from '../../../lib/schedule/account-status-store.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const mails = (count: number) => Array.from({ length: count }, (_, index) => aMail(index + 1))

const balance = ({ counts }: Run) => counts.found - counts.stored - counts.alreadyKnown - counts.skipped - counts.left

const fetchOnce = async (memory: ReturnType<typeof memoryServices>, job = tick(), again = false) => {
  const run = await takeJob(memory.services, job, aDeadline(memory.state.now), again)
  expect(balance(run)).toBe(0)
  expect(run.events.filter(({ code }) => code === 'counts-do-not-balance')).toEqual([])
  return run
}

describe('a fetch run', () => {
  it('a fetch run stores, dispatches, announces and deletes every message, and its counts balance', async () => {
    const server = new FakeServer([...mails(3), aMail(4, 'nobody@example.com')])
    const memory = memoryServices(server)
    const run = await fetchOnce(memory)
    expect(run).toMatchObject({
      state: 'done',
      counts: { found: 4, stored: 4, alreadyKnown: 0, skipped: 0, left: 0, deleted: 4, announced: 4 },
      storedByQueue: { Support: 3, Raw: 1 },
    })
    expect(server.messages).toEqual([])
    expect([...memory.state.raw.values()].map(String).sort()).toEqual(
      [...mails(3), aMail(4, 'nobody@example.com')].map(String).sort(),
    )
    expect(new Set(memory.state.announced).size).toBe(4)
    expect([...memory.state.messages.values()].every(({ server }) => server === 'deleted')).toBe(true)
  })

  it('a fetch run deletes in batches while it fetches, and never before the announcement', async () => {
    const server = new FakeServer(mails(2350))
    const memory = memoryServices(server)
    server.onRemove = (uids) => {
      expect(memory.state.announced.length).toBeGreaterThanOrEqual(uids.length)
    }
    await fetchOnce(memory)
    expect(server.log.filter((line) => line.startsWith('retrieve'))).toEqual([
      ...Array.from({ length: 2 }, () => 'retrieve 1000'),
      'retrieve 350',
    ])
    expect(server.log.findIndex((line) => line.startsWith('remove'))).toBeLessThan(
      server.log.lastIndexOf('retrieve 350'),
    )
    expect(server.messages).toEqual([])
  })

  it('a fetch run schedules the next fetch ten minutes after its slot, not after its end', async () => {
    const memory = memoryServices(new FakeServer())
    memory.state.now = Date.parse('2026-06-01T12:07:00.000Z')
    await fetchOnce(memory)
    expect(memory.state.statuses.get('account-1')?.nextFetchAt).toBe('2026-06-01T12:10:00.000Z')
  })

  it('a fetch run ends without fetching if a later run has taken its slot', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    server.messages = [{ uid: '9', bytes: aMail(9) }]
    const late = await fetchOnce(memory, tick('2026-06-01T12:00:00.000Z'))
    expect(late.events.map(({ code }) => code)).toEqual(['stale-tick'])
    expect(server.messages).toHaveLength(1)
  })

  it('a fetch run covers every tick up to its start, so that queued ticks do not fetch again', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    memory.state.now = Date.parse('2026-06-01T12:34:00.000Z')
    expect(await fetchOnce(memory, tick('2026-06-01T12:00:00.000Z'))).toMatchObject({ counts: { stored: 1 } })
    server.messages = [{ uid: '9', bytes: aMail(9) }]
    for (const slot of ['2026-06-01T12:10:00.000Z', '2026-06-01T12:20:00.000Z', '2026-06-01T12:30:00.000Z']) {
      const waited = await fetchOnce(memory, tick(slot))
      expect(waited).toMatchObject({ state: 'done', counts: { found: 0 } })
      expect(waited.events.map(({ code }) => code)).toEqual(['stale-tick'])
    }
    expect(memory.state.statuses.get('account-1')?.nextFetchAt).toBe('2026-06-01T12:10:00.000Z')
    memory.state.now = Date.parse('2026-06-01T12:40:02.000Z')
    expect(await fetchOnce(memory, tick('2026-06-01T12:40:00.000Z'))).toMatchObject({ counts: { stored: 1 } })
  })

  it('a fetch run recreates a missing status row in the due index, so that a deleted account is cleaned up later', async () => {
    const memory = memoryServices(new FakeServer())
    memory.state.statuses.clear()
    let made: unknown
    const { ensure } = memory.services.statuses
    memory.services.statuses.ensure = async (accountId, initial) => {
      made = initial
      await ensure(accountId, initial)
    }
    await fetchOnce(memory)
    expect(made).toMatchObject({ dueOrder: expect.stringContaining('2026-06-02T'), nextFetchAt: undefined })
  })

  it('a fetch run is not repeated if its job is delivered twice', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    await fetchOnce(memory)
    server.messages = [{ uid: '9', bytes: aMail(9) }]
    await fetchOnce(memory)
    expect(server.messages).toHaveLength(1)
  })

  it('a fetch run that was recorded as lost is not repeated if its process died, and starts if it had only waited', async () => {
    const memory = memoryServices(new FakeServer([aMail(1)]))
    const run = await fetchOnce(memory)
    const { runId } = run
    const lost = { ...run, state: 'lost' } as const
    memory.state.runs.set(runId, lost)
    expect(await fetchOnce(memory, tick(), true)).toMatchObject({ state: 'crashed' })
    memory.state.runs.set(runId, { ...lost, parts: 0, counts: noCounts })
    memory.state.statuses.clear()
    expect(await fetchOnce(memory, tick(), true)).toMatchObject({ state: 'done' })
  })

  it('a fetch run whose process died is recorded as crashed when its job is delivered again', async () => {
    const memory = memoryServices(new FakeServer(mails(1)))
    await fetchOnce(memory)
    const run = memory.state.runs.get(tick().runId) as Run
    memory.state.runs.set(run.runId, { ...run, state: 'running' })
    expect(await fetchOnce(memory, tick(), true)).toMatchObject({ state: 'crashed', error: { code: 'crashed' } })
    expect(memory.state.statuses.get('account-1')?.lastError).toMatchObject({ code: 'crashed', consecutive: 1 })
  })
})

describe('a message', () => {
  it('a stored and announced message is deleted, not fetched again', async () => {
    const server = new FakeServer(mails(2))
    const memory = memoryServices(server)
    server.refuseRemoval = true
    expect((await fetchOnce(memory)).events.map(({ code }) => code)).toEqual(['not-removed', 'not-removed'])
    server.refuseRemoval = false
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ found: 2, stored: 0, alreadyKnown: 2, deleted: 2 })
    expect(memory.state.announced).toHaveLength(2)
    expect(server.log.filter((line) => line.startsWith('retrieve'))).toHaveLength(1)
  })

  it('a message whose announcement failed stays on the server, and the next run announces it with the same ID', async () => {
    const server = new FakeServer(mails(2))
    const memory = memoryServices(server)
    memory.state.fail.announce = () => true
    const run = await fetchOnce(memory)
    expect(run.counts).toMatchObject({ stored: 2, announced: 0, deleted: 0 })
    expect(server.messages).toHaveLength(2)
    memory.state.fail.announce = () => false
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ alreadyKnown: 2, announced: 2, deleted: 2 })
    expect(server.messages).toEqual([])
    expect([...memory.state.messages.keys()].sort()).toEqual([...memory.state.announced].sort())
  })

  it('a different message under a known UID is read and stored with its own ID, and both messages are kept', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    server.refuseRemoval = true
    await fetchOnce(memory)
    server.refuseRemoval = false
    server.messages = [{ uid: '1', bytes: aMail(77777) }]
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ stored: 1, deleted: 1 })
    expect(memory.state.raw.size).toBe(2)
    expect(new Set(memory.state.announced).size).toBe(2)
  })

  it('a message that reappears after its confirmed deletion is read, recognised and deleted again without an announcement', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    await fetchOnce(memory)
    server.messages = [{ uid: '1', bytes: aMail(1) }]
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ stored: 0, alreadyKnown: 1, deleted: 0 })
    expect(again.events.map(({ code }) => code)).toEqual(['not-removed'])
    expect(server.messages).toEqual([])
    expect(memory.state.announced).toHaveLength(1)
  })

  it('a message that another client flagged \\Deleted is skipped with a reason, and a message stored earlier is expunged', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    server.refuseRemoval = true
    await fetchOnce(memory)
    server.refuseRemoval = false
    server.messages = [
      { uid: '1', bytes: aMail(1), flaggedDeleted: true },
      { uid: '2', bytes: aMail(2), flaggedDeleted: true },
    ]
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.skippedBecause).toEqual({ 'flagged-deleted': 1 })
    expect(server.messages.map(({ uid }) => uid)).toEqual(['2'])
  })

  it('an oversized message stays on the server, is reported once and does not block other messages', async () => {
    const server = new FakeServer([Buffer.alloc(2000), ...mails(1)])
    const memory = memoryServices(server, anAccount({ maxMessageSize: 1000 }))
    const first = await fetchOnce(memory)
    expect(first.counts).toMatchObject({ found: 2, stored: 1, skipped: 1, deleted: 1 })
    expect(first.events.map(({ code }) => code)).toEqual(['too-large'])
    const second = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(second.skippedBecause).toEqual({ 'too-large': 1 })
    expect(second.events).toEqual([])
    expect(memory.state.statuses.get('account-1')?.resume?.oldestWaitingUid).toBe('1')
  })

  it('an oversized message is moved if the account is configured to do so, and is not reported again', async () => {
    const server = new FakeServer([Buffer.alloc(2000), ...mails(1)])
    const tooLarge = { action: 'move', folder: 'Too large' } as const
    const memory = memoryServices(server, anAccount({ maxMessageSize: 1000, tooLarge }))
    const run = await fetchOnce(memory)
    expect(run.counts).toMatchObject({ found: 2, stored: 1, skipped: 1, deleted: 1 })
    expect(run.events.map(({ code }) => code)).toEqual(['too-large-moved'])
    expect(server.folders.get('Too large')).toHaveLength(1)
    expect(server.messages).toEqual([])
    expect(memory.state.statuses.get('account-1')?.oldestWaitingAt).toBeUndefined()
  })

  it.each(['no-body', 'empty'] as const)('a message without content (%s) stays on the server', async (absent) => {
    const server = new FakeServer()
    server.messages = [
      { uid: '1', bytes: aMail(1), absent },
      { uid: '2', bytes: aMail(2) },
    ]
    const memory = memoryServices(server)
    const run = await fetchOnce(memory)
    expect(run.counts).toMatchObject({ stored: 1, skipped: 1, deleted: 1 })
    expect(server.messages.map(({ uid }) => uid)).toEqual(['1'])
  })

  it('an incomplete message neither gets a row nor is deleted', async () => {
    const server = new FakeServer()
    server.messages = [{ uid: '1', bytes: aMail(1), incomplete: true }]
    const memory = memoryServices(server)
    const run = await fetchOnce(memory)
    expect(run).toMatchObject({ state: 'done', skippedBecause: { absent: 1 } })
    expect(memory.state.messages.size).toBe(0)
    expect(server.messages).toHaveLength(1)
  })

  it('a message above 8 MiB is streamed, hashed and dispatched like any other message', async () => {
    const big = Buffer.concat([aMail(1), Buffer.alloc(9 * 1024 * 1024, 'x')])
    const memory = memoryServices(new FakeServer([big]))
    const run = await fetchOnce(memory)
    expect(run.storedByQueue).toEqual({ Support: 1 })
    const [row] = memory.state.messages.values()
    expect(row).toMatchObject({ size: big.length, header: { subject: 'Mail 1' } })
    expect(memory.state.raw.get(row?.messageId ?? '')?.equals(big)).toBe(true)
  })

  it('a message without a readable header is stored, announced as unparsed and deleted', async () => {
    const memory = memoryServices(new FakeServer([Buffer.from('\0\0\0\0 no header at all')]))
    const run = await fetchOnce(memory)
    expect(run.counts).toMatchObject({ stored: 1, announced: 1, deleted: 1 })
    expect([...memory.state.messages.values()][0]).toMatchObject({ parsed: false, queueName: 'Raw' })
  })
})

describe('a mailbox', () => {
  it('identical bytes under two UIDs are two messages, but known bytes are not announced again after a UIDVALIDITY change', async () => {
    const server = new FakeServer([aMail(1), aMail(1)])
    const memory = memoryServices(server)
    server.refuseRemoval = true
    expect((await fetchOnce(memory)).counts.announced).toBe(2)
    server.refuseRemoval = false
    server.uidValidity = '8'
    server.messages = [
      { uid: '1', bytes: aMail(1) },
      { uid: '2', bytes: aMail(2) },
    ]
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ stored: 1, alreadyKnown: 1, announced: 1, deleted: 2 })
    expect(memory.state.statuses.get('account-1')?.resume?.compareContent).toBeUndefined()
    expect(memory.state.announced).toHaveLength(3)
  })

  it('after a UIDVALIDITY change, two new messages with identical bytes stay separate', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    await fetchOnce(memory)
    server.uidValidity = '8'
    server.messages = [
      { uid: '1', bytes: aMail(5) },
      { uid: '2', bytes: aMail(5) },
    ]
    expect((await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))).counts).toMatchObject({
      stored: 2,
      announced: 2,
    })
  })

  it('the counts balance after the listing of a mailbox is cut off', async () => {
    const server = new FakeServer(mails(2500))
    const memory = memoryServices(server)
    server.onWindow = (number) => {
      if (number === 3) throw new MailboxError('connection-lost')
    }
    expect(await fetchOnce(memory)).toMatchObject({ state: 'failed', counts: { found: 2000, left: 2000 } })
  })

  it('a POP3 session deletes at most 1,000 messages', async () => {
    const server = new FakeServer(mails(1450))
    server.protocol = 'pop3'
    const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined }))
    await fetchOnce(memory)
    const sizes = server.log.flatMap((line) => (line.startsWith('remove ') ? Number(line.slice('remove '.length)) : []))
    expect(sizes[0]).toBe(1000)
    expect(sizes.every((size) => size <= 1000)).toBe(true)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1450)
  })

  it('an account has a warning about messages without content until they are gone', async () => {
    const server = new FakeServer()
    server.messages = [{ uid: '1', bytes: aMail(1), absent: 'empty' }]
    const memory = memoryServices(server)
    await fetchOnce(memory)
    expect(memory.state.statuses.get('account-1')?.warning).toMatchObject({ code: 'messages-without-content' })
    server.messages = []
    await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('warning')
  })

  it('in a mailbox without stable UIDLs, every message is stored once, even a large one', async () => {
    const server = new FakeServer([aMail(1), Buffer.alloc(9 * 1024 * 1024, 'y')])
    server.protocol = 'pop3'
    server.stableUids = false
    const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined }))
    server.refuseRemoval = true
    expect((await fetchOnce(memory)).counts).toMatchObject({ stored: 2, announced: 2 })
    server.refuseRemoval = false
    server.messages = server.messages.map((message, index) => ({ ...message, uid: `other-${index}` }))
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ stored: 0, alreadyKnown: 2, deleted: 2 })
    expect(memory.state.announced).toHaveLength(2)
  })

  it('a mailbox that keeps its mail is read from where the last run ended', async () => {
    const server = new FakeServer(mails(3))
    const memory = memoryServices(server, anAccount({ afterFetch: { action: 'keep' } }))
    expect((await fetchOnce(memory)).counts).toMatchObject({ stored: 3, deleted: 0 })
    server.messages.push({ uid: '4', bytes: aMail(4) })
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ found: 1, stored: 1, deleted: 0 })
    expect(server.log).toContain('list after 3')
    expect(server.messages).toHaveLength(4)
    expect([...memory.state.messages.values()].every(({ server }) => server === 'kept')).toBe(true)
  })

  it('an oversized message in a mailbox that keeps its mail is fetched once the limit allows it', async () => {
    const server = new FakeServer([aMail(1), Buffer.alloc(2000), aMail(3)])
    const memory = memoryServices(server, anAccount({ afterFetch: { action: 'keep' }, maxMessageSize: 1000 }))
    await fetchOnce(memory)
    expect(memory.state.statuses.get('account-1')).toMatchObject({
      resume: { keep: { watermark: '3', exceptions: [{ uid: '2', size: 2000 }] } },
    })
    memory.state.accounts.set('account-1', anAccount({ afterFetch: { action: 'keep' }, maxMessageSize: 5000 }))
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts).toMatchObject({ stored: 1, alreadyKnown: 1 })
  })

  it('known messages in a POP3 mailbox that keeps its mail are not stored again', async () => {
    const server = new FakeServer(mails(2))
    server.protocol = 'pop3'
    const memory = memoryServices(
      server,
      anAccount({ type: 'POP3', folder: undefined, afterFetch: { action: 'keep' } }),
    )
    await fetchOnce(memory)
    expect((await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))).counts).toMatchObject({
      found: 2,
      alreadyKnown: 2,
    })
    // Both runs list the messages, and each listing renews the expiry of their rows.
    const ids = [...memory.state.messages.keys()]
    expect(memory.state.listed).toEqual([...ids, ...ids])
  })

  it('an account that moves its mail leaves it in the target folder', async () => {
    const server = new FakeServer(mails(2))
    const memory = memoryServices(server, anAccount({ afterFetch: { action: 'move', folder: 'Done' } }))
    expect((await fetchOnce(memory)).counts).toMatchObject({ stored: 2, deleted: 0, moved: 2 })
    expect(server.folders.get('Done')?.map(String)).toEqual(mails(2).map(String))
    expect([...memory.state.messages.values()].every(({ server }) => server === 'moved')).toBe(true)
  })

  it('a POP3 message is counted as deleted only after QUIT confirms its deletion', async () => {
    const server = new FakeServer(mails(5))
    server.protocol = 'pop3'
    const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined }))
    expect((await fetchOnce(memory)).counts.deleted).toBe(5)
    expect(server.log.at(-1)).toBe('close')
  })
})

describe('a failure', () => {
  it('a failed login is recorded in the account’s status with its code, its remedy and a delayed next attempt', async () => {
    const server = new FakeServer(mails(1))
    server.openError = new MailboxError('credentials-rejected', '[AUTHENTICATIONFAILED] no')
    const memory = memoryServices(server)
    const run = await fetchOnce(memory)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'credentials-rejected' } })
    for (const slot of ['12:10', '12:20', '12:30', '12:40', '12:50'])
      await fetchOnce(memory, tick(`2026-06-01T${slot}:00.000Z`))
    const status = memory.state.statuses.get('account-1')
    expect(status?.lastError).toMatchObject({ code: 'credentials-rejected', consecutive: 6 })
    expect(status?.nextFetchAt).toBe('2026-06-01T13:50:00.000Z')
  })

  it('a failure is removed from the status after a successful run', async () => {
    const server = new FakeServer()
    server.openError = new MailboxError('connection-refused')
    const memory = memoryServices(server)
    await fetchOnce(memory)
    server.openError = undefined
    await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('lastError')
  })

  it('a missing secret ends the run with an error about the missing password', async () => {
    const memory = memoryServices(
      new FakeServer(),
      anAccount({ credential: { method: 'password', secretVersion: 'gone' } }),
    )
    expect(await fetchOnce(memory)).toMatchObject({ state: 'failed', error: { code: 'credential-missing' } })
  })

  it('a connection failure during a session loses no messages, and stored messages are kept', async () => {
    const server = new FakeServer(mails(300))
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '270') throw new MailboxError('connection-lost')
    }
    const run = await fetchOnce(memory)
    expect(run).toMatchObject({
      state: 'failed',
      error: { code: 'connection-lost' },
      counts: { found: 300, stored: 269, left: 31 },
    })
    server.onRetrieve = () => undefined
    const again = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(again.counts.stored).toBe(31)
    expect(server.messages).toEqual([])
    expect(memory.state.raw.size).toBe(300)
    expect(new Set(memory.state.announced).size).toBe(300)
  })

  it('a storage failure leaves the message on the server and still removes the messages stored before it', async () => {
    const server = new FakeServer(mails(300))
    const memory = memoryServices(server)
    let puts = 0
    memory.state.fail.put = () => {
      puts += 1
      return puts > 250
    }
    const run = await fetchOnce(memory)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
    expect(run.counts).toMatchObject({ stored: 250, left: 50, deleted: 250 })
    expect(server.messages).toHaveLength(50)
  })

  it('a defect in Postmaster is recorded as a crash, and the messages in flight become suspects', async () => {
    const server = new FakeServer(mails(2))
    const memory = memoryServices(server)
    server.onRetrieve = () => {
      throw new TypeError('defect')
    }
    await expect(takeJob(memory.services, tick(), aDeadline(memory.state.now))).rejects.toThrow(TypeError)
    const run = await recordCrash(memory.services, tick())
    expect(run).toMatchObject({ state: 'crashed' })
    const { resume, lastError } = memory.state.statuses.get('account-1') ?? {}
    expect(resume).toMatchObject({ suspects: ['1', '2'] })
    expect(resume).not.toHaveProperty('inFlight')
    expect(lastError).toMatchObject({ code: 'crashed' })
  })
})

describe('a message that crashes its run', () => {
  it('a message that crashes its run is found by reading messages one at a time, and is skipped after three crashes', async () => {
    const server = new FakeServer(mails(4))
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '3') throw new TypeError('the process dies here')
    }
    const deaths: number[] = []
    let run: Run | undefined
    for (let round = 0; round < 8 && run === undefined; round += 1) {
      const slot = `2026-06-01T1${round}:00:00.000Z`
      memory.state.now = Date.parse(slot) + 5_000
      run = await takeJob(memory.services, tick(slot), aDeadline(memory.state.now)).catch(async () => {
        await recordCrash(memory.services, tick(slot))
        return undefined
      })
      deaths.push(memory.state.statuses.get('account-1')?.resume?.deaths?.['3'] ?? 0)
    }
    expect(run).toMatchObject({ state: 'done', skippedBecause: { deadly: 1 } })
    expect(deaths.at(-1)).toBe(limits.deaths)
    expect(server.messages.map(({ uid }) => uid)).toEqual(['3'])
    expect(new Set(memory.state.announced).size).toBe(3)
  })
})

describe('a message that breaks the session', () => {
  it('a message that breaks the session is read last and alone in every run and blocks no other message', async () => {
    const server = new FakeServer(mails(4))
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '2') throw new MailboxError('server-misbehaved')
    }
    const codes: Array<string | undefined> = []
    for (const slot of ['12:00', '12:10', '12:20'])
      codes.push((await fetchOnce(memory, tick(`2026-06-01T${slot}:00.000Z`))).error?.code)
    expect(codes).toEqual(['server-misbehaved', 'server-misbehaved', 'server-misbehaved'])
    expect(server.messages.map(({ uid }) => uid)).toEqual(['2'])
    expect(memory.state.statuses.get('account-1')).toMatchObject({ resume: { suspects: ['2'] } })
    server.messages.push({ uid: '5', bytes: aMail(5) })
    await fetchOnce(memory, tick('2026-06-01T12:30:00.000Z'))
    server.onRetrieve = () => undefined
    expect((await fetchOnce(memory, tick('2026-06-01T12:40:00.000Z'))).counts).toMatchObject({ stored: 1, deleted: 1 })
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('resume.suspects')
    expect(memory.state.announced).toHaveLength(5)
  })

  it('two messages that break the session take turns, so that they do not block later messages', async () => {
    const server = new FakeServer(mails(6))
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '2' || uid === '4') throw new MailboxError('connection-lost')
    }
    for (const minute of [0, 10, 20, 30, 40])
      await fetchOnce(memory, tick(`2026-06-01T12:${String(minute).padStart(2, '0')}:00.000Z`))
    expect(new Set(memory.state.announced).size).toBe(4)
    expect(memory.state.statuses.get('account-1')?.resume?.deaths).toBeUndefined()
  })
})

describe('an error in Postmaster’s own services', () => {
  const failing = ['readListed', 'change'] as const
  it.each(failing)('an error in %s ends the run as storage-failed, and the session is closed', async (call) => {
    const server = new FakeServer(mails(2))
    const memory = memoryServices(server)
    const throttled = async () => {
      throw new Error('ProvisionedThroughputExceededException')
    }
    const change = memory.services.statuses.change
    const services =
      call === 'readListed'
        ? { ...memory.services, ledger: { ...memory.services.ledger, readListed: throttled } }
        : {
            ...memory.services,
            statuses: {
              ...memory.services.statuses,
              change: (id: string, what: StatusChange) => (what.resume?.inFlight ? throttled() : change(id, what)),
            },
          }
    const run = await takeJob(services, tick(), aDeadline(memory.state.now))
    expect(run).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
    expect(balance(run)).toBe(0)
    expect(server.log.at(-1)).toBe('close')
    expect(server.messages).toHaveLength(2)
  })

  it('an error while marking removed messages fails the run', async () => {
    const server = new FakeServer(mails(2))
    server.protocol = 'pop3'
    const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined }))
    const markServer = async () => {
      throw new Error('table down')
    }
    const services = { ...memory.services, ledger: { ...memory.services.ledger, markServer } }
    expect(await takeJob(services, tick(), aDeadline(memory.state.now))).toMatchObject({
      state: 'failed',
      error: { code: 'storage-failed' },
    })
  })

  it('an unexpected error ends the run and closes the session', async () => {
    const server = new FakeServer(mails(2))
    const memory = memoryServices(server)
    server.onRetrieve = () => {
      throw new TypeError('defect')
    }
    await expect(takeJob(memory.services, tick(), aDeadline(memory.state.now))).rejects.toThrow(TypeError)
    expect(server.log.at(-1)).toBe('close')
  })
})

describe('time', () => {
  it('a part that runs out of time ends, and the queue starts the next part', async () => {
    const server = new FakeServer(mails(2400))
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '1200') memory.state.now += 300_000
    }
    const run = await takeJob(memory.services, tick(), aDeadline(memory.state.now))
    expect(run).toMatchObject({ state: 'running', counts: { found: 2400, stored: 2000, left: 400 } })
    expect(memory.state.jobs).toEqual([{ kind: 'cont', accountId: 'account-1', runId: tick().runId, part: 2 }])
    const [next] = memory.state.jobs
    if (!next) throw new Error('no continuation')
    const end = await fetchOnce(memory, next)
    expect(end).toMatchObject({
      state: 'done',
      parts: 2,
      counts: { found: 2400, stored: 2400, left: 0, deleted: 2400 },
    })
    expect(server.messages).toEqual([])
  })

  it('a run that reaches its deadline during a session does not fail', async () => {
    const server = new FakeServer(mails(300))
    const memory = memoryServices(server)
    const controller = new AbortController()
    server.onRetrieve = (uid) => {
      if (uid === '260') controller.abort()
    }
    const run = await takeJob(memory.services, tick(), aDeadline(memory.state.now, controller.signal))
    expect(run.error).toBeUndefined()
    expect(memory.state.jobs).toHaveLength(1)
  })

  it('a message that never ends fails the run as too slow, and the next run reads the others first', async () => {
    const server = new FakeServer(mails(3))
    const memory = memoryServices(server)
    const controller = new AbortController()
    const drip = async (minute: string) => {
      const slot = `2026-06-01T12:${minute}:00.000Z`
      return await takeJob(memory.services, tick(slot), aDeadline(memory.state.now, controller.signal))
    }
    server.onRetrieve = (uid) => {
      if (uid === '1') {
        controller.abort()
        throw new MailboxError('connection-lost')
      }
    }
    expect(await drip('00')).toMatchObject({ state: 'failed', error: { code: 'too-slow' } })
    server.onRetrieve = (uid) => {
      if (uid === '1') throw new MailboxError('server-silent')
    }
    const second = await fetchOnce(memory, tick('2026-06-01T12:10:00.000Z'))
    expect(second.counts).toMatchObject({ stored: 2, left: 1 })
    expect(server.messages.map(({ uid }) => uid)).toEqual(['1'])
  })

  it('a part without progress fails instead of requesting a continuation, so that a stuck mailbox does not loop unnoticed', async () => {
    const server = new FakeServer(mails(3))
    const memory = memoryServices(server)
    const run = await takeJob(memory.services, tick(), {
      startNothingAfter: 0,
      signal: new AbortController().signal,
    })
    expect(run).toMatchObject({ state: 'failed', error: { code: 'too-slow' }, counts: { found: 3, left: 3 } })
    expect(memory.state.jobs).toEqual([])
  })
})

describe('an account', () => {
  it('the run of an account that is deleted stops at the next chunk, and stored mail is kept', async () => {
    const server = new FakeServer(mails(2400))
    const memory = memoryServices(server)
    server.onRetrieve = (uid) => {
      if (uid === '100') memory.state.accounts.clear()
    }
    const run = await fetchOnce(memory)
    expect(run.counts).toMatchObject({ found: 2400, stored: 1000, left: 1400 })
    expect(memory.state.raw.size).toBe(1000)
    expect(memory.state.jobs).toEqual([])
    expect(server.messages).toHaveLength(2400)
  })

  it('an account that no longer exists is not fetched, and its status row is removed', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server)
    memory.state.accounts.clear()
    memory.state.statuses.set('account-1', { accountId: 'account-1' })
    expect(await fetchOnce(memory)).toMatchObject({ state: 'failed', error: { code: 'account-deleted' } })
    expect(memory.state.statuses.size).toBe(0)
    expect(server.log).toEqual([])
  })

  it('an invalid account is not fetched', async () => {
    const server = new FakeServer(mails(1))
    const memory = memoryServices(server, anAccount({ validity: 'invalid-temporarily' }))
    expect(await fetchOnce(memory)).toMatchObject({ state: 'failed', error: { code: 'account-not-valid' } })
    expect(server.log).toEqual([])
  })

  it('an account set to untrusted during its run is untrusted from the next chunk onwards', async () => {
    const control = (number: number) =>
      Buffer.from(`X-OTOBO-Queue: Sales\r\nTo: support@example.com\r\n\r\n${number}\r\n`)
    const server = new FakeServer(Array.from({ length: 1200 }, (_, index) => control(index)))
    const memory = memoryServices(server, anAccount({ trusted: true }))
    server.onRetrieve = (uid) => {
      if (uid === '100') memory.state.accounts.set('account-1', anAccount({ trusted: false }))
    }
    expect((await fetchOnce(memory)).storedByQueue).toEqual({ Sales: 1000, Support: 200 })
  })

  it('a trusted account stores and deletes a message with X-OTOBO-Ignore without announcing it', async () => {
    const server = new FakeServer([Buffer.from('X-OTOBO-Ignore: yes\r\nTo: support@example.com\r\n\r\nx\r\n')])
    const memory = memoryServices(server, anAccount({ trusted: true }))
    expect((await fetchOnce(memory)).counts).toMatchObject({ stored: 1, announced: 0, deleted: 1 })
    expect([...memory.state.messages.values()][0]?.state).toBe('ignored')
  })
})
