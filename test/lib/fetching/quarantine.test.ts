import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import type { FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import { type FakeMessage, FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const large = Buffer.concat([aMail(2), Buffer.alloc(2_000, 'x')])

/** A world whose second message is larger than the account allows, unless the messages are given. */
const worldWith = ({ messages, ...changes }: Partial<Account> & { messages?: FakeMessage[] } = {}) => {
  const server = new FakeServer([aMail(1), large])
  if (messages) server.messages = messages
  const memory = memoryServices(server, anAccount({ maxMessageSize: 1_000, ...changes }))
  let minute = 0
  const { state } = memory
  const take = async (job: FetchJob) => await takeJob(memory.services, job, aDeadline(state.now))
  return {
    ...{ server, memory, state },
    rows: () => [...state.unstored.values()],
    /** Runs the account ten minutes after the last run. */
    run: async () => {
      minute += 10
      state.now += 10 * 60_000
      return await take(tick(new Date(Date.parse('2026-06-01T12:00:00.000Z') + minute * 60_000).toISOString()))
    },
    request: async () => await take({ kind: 'run', accountId: 'account-1', runId: `asked-${minute}` }),
    change: (settings: Partial<Account>) =>
      state.accounts.set('account-1', anAccount({ maxMessageSize: 1_000, ...changes, ...settings })),
  }
}

describe('the quarantine of messages that cannot be stored', () => {
  it('a run puts a message that is too large into the quarantine', async () => {
    const { run, rows, memory } = worldWith()
    const { runId } = await run()
    const at = memory.services.now().toISOString()
    expect(rows()).toMatchObject([
      {
        accountId: 'account-1',
        folder: 'INBOX',
        uid: '2',
        size: large.length,
        state: 'quarantined',
        reason: { code: 'too-large', detail: `The message has ${large.length} bytes, but the account allows 1000.` },
        firstAt: at,
        lastAt: at,
        attempts: [{ at, runId, code: 'too-large' }],
      },
    ])
  })

  it('later runs confirm a quarantined message once per hour, and a requested run confirms it at once', async () => {
    const { run, request, rows, state } = worldWith()
    for (let count = 0; count < 6; count += 1) await run()
    expect(state.quarantineWrites).toBe(1)
    await run()
    expect(state.quarantineWrites).toBe(2)
    expect(rows()[0]?.attempts).toHaveLength(2)
    await request()
    expect(rows()[0]).toMatchObject({ attempts: [{}, {}, { runId: 'asked-70' }], revision: 3 })
  })

  it('a message leaves the quarantine when a run stores it', async () => {
    const { run, rows, change, state } = worldWith()
    await run()
    const [messageId = ''] = state.unstored.keys()
    change({ maxMessageSize: 10_000 })
    expect(await run()).toMatchObject({ counts: { stored: 1 } })
    expect(rows()).toEqual([])
    expect(state.messages.has(messageId)).toBe(true)
  })

  it('a message leaves the quarantine when it leaves the server, but not while a run fails', async () => {
    const { run, rows, server } = worldWith()
    await run()
    server.messages = [{ uid: '3', bytes: aMail(3) }]
    server.onWindow = () => {
      throw new MailboxError('connection-lost')
    }
    expect(await run()).toMatchObject({ state: 'failed' })
    expect(rows()).toHaveLength(1)
    server.onWindow = () => undefined
    await run()
    expect(rows()).toEqual([])
  })

  it('a run puts no message into the quarantine that it moves aside', async () => {
    const { run, rows, server } = worldWith({ tooLarge: { action: 'move', folder: 'Large' } })
    await run()
    expect(server.messages).toEqual([])
    expect(rows()).toEqual([])
  })

  it('a handled message stays handled while it is on the server', async () => {
    const { run, rows, state } = worldWith()
    await run()
    const [row] = rows()
    if (!row) throw new Error('no row')
    state.unstored.set(row.messageId, { ...row, state: 'handled', revision: 2 })
    for (let count = 0; count < 7; count += 1) await run()
    expect(rows()).toMatchObject([{ state: 'handled', attempts: [{}, {}] }])
  })

  it('a run puts messages without content or row into the quarantine, and stores all others', async () => {
    const { run, rows, state } = worldWith({
      messages: [
        { uid: '1', bytes: aMail(1), absent: 'no-body' },
        { uid: '2', bytes: aMail(2) },
        { uid: '3', bytes: aMail(3) },
      ],
    })
    state.fail.row = ({ source }) => source.uid === '2'
    expect(await run()).toMatchObject({ state: 'done', counts: { stored: 1, skipped: 2 } })
    expect(rows().map(({ uid, reason }) => [uid, reason.code])).toEqual(
      expect.arrayContaining([
        ['1', 'absent'],
        ['2', 'unstorable'],
      ]),
    )
    state.fail = {}
    await run()
    expect(rows().map(({ uid }) => uid)).toEqual(['1'])
  })

  it('a POP3 message without a stable UIDL leaves the quarantine when its size is no longer listed', async () => {
    const { run, rows, server } = worldWith({ type: 'POP3S', folder: undefined })
    server.protocol = 'pop3'
    server.stableUids = false
    await run()
    await run()
    expect(rows()).toHaveLength(1)
    server.messages = []
    await run()
    expect(rows()).toEqual([])
  })

  it('a message that crashed several runs is in the quarantine until a requested run stores it', async () => {
    const { run, request, rows, state } = worldWith({ messages: [{ uid: '1', bytes: aMail(1) }] })
    state.statuses.set('account-1', { accountId: 'account-1', resume: { deaths: { '1': 3 } } })
    await run()
    expect(rows()).toMatchObject([{ uid: '1', reason: { code: 'deadly' } }])
    expect(await request()).toMatchObject({ counts: { stored: 1 } })
    expect(rows()).toEqual([])
  })

  it('an account that keeps its mail does not list a message again that crashed several runs, and says so', async () => {
    const { run, request, rows, state } = worldWith({
      afterFetch: { action: 'keep' },
      messages: [{ uid: '1', bytes: aMail(1) }],
    })
    state.statuses.set('account-1', { accountId: 'account-1', resume: { deaths: { '1': 3 } } })
    await run()
    await request()
    expect(rows()).toMatchObject([{ reason: { code: 'deadly', remedy: expect.stringContaining('not list') } }])
  })

  it('the quarantine holds at most 500 messages of an account', async () => {
    const messages = Array.from({ length: 600 }, (_, index) => ({ uid: String(index + 1), bytes: large }))
    const { run, state } = worldWith({ messages })
    expect(await run()).toMatchObject({ counts: { skipped: 600 } })
    await run()
    expect([state.unstored.size, state.quarantineWrites]).toEqual([500, 500])
  })

  it('a run succeeds with an event if the quarantine cannot be written', async () => {
    const { run, state, rows } = worldWith()
    state.fail.quarantine = true
    const ended = await run()
    expect(ended).toMatchObject({ state: 'done', counts: { stored: 1, skipped: 1 } })
    expect(ended.events.map(({ code }) => code)).toContain('quarantine-not-updated')
    expect(state.logged).toMatchObject([{ name: 'StorageFailure' }])
    state.fail = {}
    await run()
    expect(rows()).toHaveLength(1)
  })
})
