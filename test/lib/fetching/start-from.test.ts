import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const startsAt = '2026-06-01T00:00:00.000Z'
const before = '2020-01-01T00:00:00.000Z'
const after = '2026-06-01T10:00:00.000Z'

const mail = (uid: number, internalDate?: string) => ({
  uid: `${uid}`,
  bytes: aMail(uid),
  ...(internalDate !== undefined && { internalDate }),
})

const fetching = (changes: Partial<Account>, server = new FakeServer()) => {
  const memory = memoryServices(server, anAccount({ startsAt, ...changes }))
  let slot = 0
  const run = async (): Promise<Run> => {
    slot += 1
    const at = new Date(Date.parse('2026-06-01T12:00:00.000Z') + slot * 600_000).toISOString()
    // Run the continuations that the queue would deliver.
    let done = await takeJob(memory.services, tick(at), aDeadline(memory.state.now))
    for (let job = memory.state.jobs.shift(); job !== undefined; job = memory.state.jobs.shift())
      done = await takeJob(memory.services, job, aDeadline(memory.state.now))
    const { found, stored, alreadyKnown, skipped, left } = done.counts
    expect(found - stored - alreadyKnown - skipped - left).toBe(0)
    return done
  }
  return { server, memory, run, uids: () => server.messages.map(({ uid }) => uid) }
}

describe('an IMAP account with startFrom new', () => {
  it('an IMAP account with startFrom new leaves earlier mail untouched and fetches later mail', async () => {
    const { server, run, uids, memory } = fetching({ startFrom: 'new' })
    server.messages = [mail(1, before), mail(2, after), mail(3, before)]
    const first = await run()
    expect(first).toMatchObject({
      state: 'done',
      counts: { found: 3, stored: 1, skipped: 2, deleted: 1 },
      skippedBecause: { 'before-start': 2 },
    })
    expect(first.events.map(({ code }) => code)).toEqual(['before-start'])
    expect(first.oldestWaitingAt).toBeUndefined()
    expect(uids()).toEqual(['1', '3'])
    expect([...memory.state.messages.keys()]).toHaveLength(1)
    const second = await run()
    expect(second).toMatchObject({ counts: { stored: 0, skipped: 2 }, events: [] })
    expect(uids()).toEqual(['1', '3'])
  })

  it('an IMAP account with startFrom new fetches old mail that is moved into the folder later', async () => {
    const { server, run, uids } = fetching({ startFrom: 'new' })
    server.messages = [mail(1, before)]
    await run()
    server.messages.push(mail(2, before))
    expect((await run()).counts).toMatchObject({ stored: 1, deleted: 1 })
    expect(uids()).toEqual(['1'])
  })

  it('an IMAP account with startFrom new does not list thousands of old messages again', async () => {
    const { server, run } = fetching({ startFrom: 'new' })
    server.messages = Array.from({ length: 3000 }, (_, index) => mail(index + 1, before))
    expect((await run()).counts).toMatchObject({ found: 3000, skipped: 3000 })
    server.messages.push(mail(3001, after))
    expect((await run()).counts).toMatchObject({ found: 1, stored: 1, deleted: 1 })
    expect(server.log.filter((line) => line.startsWith('list'))).toEqual([
      'list after the beginning',
      'list after 3000',
    ])
  })

  it('an IMAP account with startFrom new identifies old mail again after a UIDVALIDITY change', async () => {
    const { server, run, uids } = fetching({ startFrom: 'new' })
    server.messages = [mail(7, before)]
    await run()
    server.uidValidity = '8'
    server.messages = [mail(9, before), mail(10, after)]
    expect((await run()).counts).toMatchObject({ stored: 1, skipped: 1 })
    expect(uids()).toEqual(['9'])
  })

  it.each(['delete', 'keep'] as const)(
    'an IMAP account fetches all mail after startFrom is changed to everything (after-fetch %s)',
    async (action) => {
      const { server, run, memory } = fetching({ startFrom: 'new', afterFetch: { action } })
      server.messages = [mail(1, before), mail(2, after)]
      expect((await run()).counts).toMatchObject({ stored: 1, skipped: 1 })
      const { startsAt: _, ...account } = anAccount({ startFrom: 'everything', afterFetch: { action } })
      memory.state.accounts.set(account.accountId, account)
      expect((await run()).counts).toMatchObject({ stored: 1, skipped: 0 })
      expect(memory.state.messages.size).toBe(2)
    },
  )
})

describe('an IMAP account with a start date', () => {
  it('an IMAP account with a start date uses the arrival date, regardless of when a message enters the folder', async () => {
    const { server, run, uids } = fetching({ startFrom: { since: startsAt } })
    server.messages = [mail(1, before), mail(2, startsAt), mail(3)]
    expect((await run()).counts).toMatchObject({ stored: 2, skipped: 1 })
    server.messages.push(mail(4, before))
    expect((await run()).counts).toMatchObject({ stored: 0, skipped: 2 })
    expect(uids()).toEqual(['1', '4'])
  })
})

const pop3 = (changes: Partial<Account> = { startFrom: 'new' }) => {
  const server = new FakeServer()
  server.protocol = 'pop3'
  const { folder: _, ...account } = anAccount({ type: 'POP3S', port: 995, ...changes })
  const opened = fetching({}, server)
  opened.memory.state.accounts.set(account.accountId, { ...account, startsAt })
  return opened
}

describe('a POP3 account with startFrom new', () => {
  it('a POP3 account with startFrom new treats the mail of the first listing as old and recognises it by its UIDLs', async () => {
    const { server, run, uids, memory } = pop3()
    server.messages = [mail(1), mail(2)]
    expect((await run()).counts).toMatchObject({ found: 2, stored: 0, skipped: 2 })
    server.messages = [mail(3), mail(2), mail(4)]
    expect((await run()).counts).toMatchObject({ found: 3, stored: 2, skipped: 1, deleted: 2 })
    expect(uids()).toEqual(['2'])
    expect(memory.state.statuses.get('account-1')?.resume?.startSight?.seen).toHaveLength(8)
  })

  it('a POP3 account with startFrom new fetches nothing if the UIDLs are not stable', async () => {
    const { server, run, uids } = pop3()
    server.stableUids = false
    server.messages = [mail(1)]
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'start-unknown' }, counts: { stored: 0 } })
    expect(uids()).toEqual(['1'])
  })

  it('a POP3 account with startFrom new fetches the first message of an empty mailbox', async () => {
    const { server, run } = pop3()
    await run()
    server.messages = [mail(1)]
    expect((await run()).counts).toMatchObject({ stored: 1, deleted: 1 })
  })
})

describe('a POP3 account with a start date', () => {
  const since = () => pop3({ startFrom: { since: startsAt } })
  const received = (uid: number, date: string, sent = 'Mon, 1 Jun 2026 09:00:00 +0000') => ({
    uid: `${uid}`,
    bytes: Buffer.from(
      `Received: from a by mx.example.org;\r\n ${date}\r\nReceived: from b by a; 1 Jan 2000 00:00:00 +0000\r\nDate: ${sent}\r\nSubject: ${uid}\r\n\r\nText\r\n`,
    ),
  })
  const oldDate = 'Sun, 31 May 2026 23:59:59 +0000'
  const newDate = 'Mon, 1 Jun 2026 02:00:00 +0200 (CEST)'

  it('a POP3 account with a start date leaves mail received before that date and fetches the rest', async () => {
    const { server, run, uids, memory } = since()
    server.messages = [received(1, oldDate), received(2, newDate), received(3, oldDate)]
    const first = await run()
    expect(first).toMatchObject({
      state: 'done',
      counts: { found: 3, stored: 1, skipped: 2, deleted: 1, left: 0 },
      skippedBecause: { 'before-start': 2 },
    })
    expect(first.events.map(({ code, detail }) => [code, detail])).toEqual([
      ['before-start', '2 messages arrived before the account’s start and stay on the server.'],
    ])
    expect(first.oldestWaitingAt).toBeUndefined()
    expect(uids()).toEqual(['1', '3'])
    expect(memory.state.messages.size).toBe(1)
  })

  it('a POP3 account with a start date reads dates in every common form, and fetches mail whose date is unclear', async () => {
    const { server, run, uids } = since()
    server.messages = [
      received(1, 'Mon, 1 Jun 2026 01:59:59 +02:00'),
      received(2, 'Mon, 1 Jun 2026 01:59:59 GMT+0200 (CEST; summer)'),
      received(3, 'Sun May 31 23:59:59 2026 +0000'),
      received(4, '2026-05-31T23:59:59Z'),
      received(5, 'Sun, 31 May 2026 20:00:00 -05:00'),
      received(6, 'Sun, 31 May 2026 23:59:59 XYZ'),
    ]
    expect((await run()).counts).toMatchObject({ stored: 2, skipped: 4 })
    expect(uids()).toEqual(['1', '2', '3', '4'])
  })

  it('a POP3 account with a start date never requests a header twice and fetches all later mail', async () => {
    const { server, run, uids, memory } = since()
    server.messages = [received(1, oldDate), received(2, oldDate)]
    await run()
    server.messages = [received(2, oldDate), received(3, oldDate)]
    expect(await run()).toMatchObject({ counts: { stored: 1, skipped: 1, deleted: 1 }, events: [] })
    expect(uids()).toEqual(['2'])
    expect(server.log.filter((line) => line.startsWith('headers'))).toEqual(['headers 2'])
    expect(memory.state.statuses.get('account-1')?.resume?.startSight).toMatchObject({
      seen: expect.stringMatching(/^.{8}$/),
    })
    expect(memory.state.statuses.get('account-1')?.resume?.startSight).not.toHaveProperty('newer')
  })

  it('a POP3 account with a start date falls back to the Date field and fetches mail without any date', async () => {
    const { server, run, uids } = since()
    const dated = (uid: number, header: string) => ({ uid: `${uid}`, bytes: Buffer.from(`${header}\r\n\r\nText\r\n`) })
    server.messages = [
      dated(1, 'Date: Sun, 31 May 2026 10:00:00 +0000'),
      dated(2, 'Date: Tue, 2 Jun 2026 10:00:00 +0000'),
      dated(3, 'Subject: no date'),
      dated(4, 'Date: some day'),
      received(5, 'soon', 'Sun, 31 May 2026 10:00:00 +0000'),
    ]
    expect((await run()).counts).toMatchObject({ stored: 3, skipped: 2 })
    expect(uids()).toEqual(['1', '5'])
  })

  it('a POP3 account with a start date fetches the first message of an empty mailbox, regardless of its date', async () => {
    const { server, run } = since()
    await run()
    server.messages = [received(1, oldDate)]
    expect((await run()).counts).toMatchObject({ stored: 1, deleted: 1 })
    expect(server.log.filter((line) => line.startsWith('headers'))).toEqual([])
  })

  it('a POP3 account with a start date checks a large mailbox in parts, and each part fetches the mail that it found', async () => {
    const { server, run, uids, memory } = since()
    server.messages = Array.from({ length: 1000 }, (_, index) =>
      received(index + 1, index % 10 === 0 ? newDate : oldDate),
    )
    // The slowest pace at which a part examines 300 messages.
    server.onHeaders = () => {
      memory.state.now += limits.examineWithin / 3
    }
    const done = await run()
    expect(done).toMatchObject({
      state: 'done',
      parts: 4,
      counts: { found: 1000, stored: 100, skipped: 900, deleted: 100, left: 0 },
      skippedBecause: { 'before-start': 900 },
    })
    expect(done.oldestWaitingAt).toBeUndefined()
    expect(uids()).toHaveLength(900)
    expect(server.log.filter((line) => line === 'headers 100')).toHaveLength(10)
    expect(server.log.filter((line) => line.startsWith('retrieve'))).toHaveLength(4)
  })

  it('a POP3 account with a start date continues checking the mailbox where a session broke off', async () => {
    const { server, run, uids, memory } = since()
    server.messages = Array.from({ length: 300 }, (_, index) => received(index + 1, oldDate))
    let asked = 0
    server.onHeaders = () => {
      asked += 1
      if (asked === 2) throw new MailboxError('connection-lost')
    }
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'connection-lost' }, counts: { stored: 0 } })
    memory.state.now += 3_600_000
    expect((await run()).counts).toMatchObject({ stored: 0, skipped: 300 })
    expect(asked).toBe(4)
    expect(uids()).toHaveLength(300)
  })

  it('a POP3 account with a start date and keeps its mail does not request known headers again', async () => {
    const { server, run, uids } = pop3({ startFrom: { since: startsAt }, afterFetch: { action: 'keep' } })
    server.messages = [received(1, oldDate), received(2, newDate)]
    expect((await run()).counts).toMatchObject({ stored: 1, skipped: 1 })
    expect((await run()).counts).toMatchObject({ stored: 0, alreadyKnown: 1, skipped: 1 })
    expect(uids()).toEqual(['1', '2'])
    expect(server.log.filter((line) => line.startsWith('headers'))).toEqual(['headers 2'])
  })

  it('a POP3 account checks its mailbox again after its start date changes', async () => {
    const { server, run, uids, memory } = since()
    server.messages = [received(1, oldDate)]
    await run()
    const account = memory.state.accounts.get('account-1')
    if (!account) throw new Error('no account')
    const earlier = '2026-05-31T00:00:00.000Z'
    memory.state.accounts.set('account-1', { ...account, startFrom: { since: earlier }, startsAt: earlier })
    expect((await run()).counts).toMatchObject({ stored: 1, deleted: 1 })
    expect(uids()).toEqual([])
  })

  it.each([
    ['the server does not support headers', 'arrival-unknown', { showsHeaders: false }],
    ['the UIDLs are not stable', 'start-unknown', { stableUids: false }],
    [
      'there are more messages than Postmaster can remember',
      'start-unknown',
      { messages: Array.from({ length: limits.seenAtStart + 1 }, (_, index) => mail(index + 1)) },
    ],
  ])('a POP3 account with a start date fetches nothing if %s', async (_, code, difference) => {
    const { server, run } = since()
    server.messages = [received(1, newDate)]
    Object.assign(server, difference)
    const before = server.messages.length
    expect(await run()).toMatchObject({ state: 'failed', error: { code }, counts: { stored: 0, deleted: 0 } })
    expect(server.messages).toHaveLength(before)
  })
})
