import { describe, expect, test } from 'vitest'
import type { Account } from '../../../../lib/accounts/account.ts'
import type { Intention } from '../../../../lib/audit/audit-trail.ts'
import {
  type RecoverMessagesServices,
  type RecoveryRequest,
  recoverMessages,
} from '../../../../lib/fetching/recovering/recover-messages.ts'
import { takeJob } from '../../../../lib/fetching/take-job.ts'
import { metadataOf, originIn, type RawOrigin } from '../../../../lib/messages/store/raw-origin.ts'
import { FakeServer } from '../fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from '../memory-services.ts'

const by = { name: 'Jane', sub: 'jane' }
const viewKey = 'views/1'

/** Fetches mails and then loses their rows. The bucket also contains an attachment. */
const lostMail = async (mails: Buffer[] = [aMail(1), aMail(2), aMail(3)], settings: Partial<Account> = {}) => {
  const server = new FakeServer(mails)
  const memory = memoryServices(server, anAccount(settings))
  const { services, state } = memory
  const metadata = new Map<string, Record<string, string>>()
  const { put } = services.raw
  services.raw.put = async (messageId, bytes, signal, origin) => {
    if (origin) metadata.set(messageId, metadataOf(origin as RawOrigin))
    return await put(messageId, bytes, signal, origin)
  }
  await takeJob(services, tick(), aDeadline(state.now))
  const before = new Map(state.messages)
  state.messages.clear()
  const intentions: Intention[] = []
  const storedAt = new Date(state.now)
  const recovery: RecoverMessagesServices = {
    ...services,
    raw: {
      ...services.raw,
      origin: async (id) => (state.raw.has(id) ? (originIn(metadata.get(id) ?? {}) ?? 'unknown') : undefined),
      list: async (after = '') => {
        const keys = [...state.raw.keys(), viewKey].toSorted().filter((key) => key > after)
        return { objects: keys.slice(0, 2).map((key) => ({ key, storedAt })), more: keys.length > 2 }
      },
    },
    ledger: {
      ...services.ledger,
      existing: async (ids) => new Set(ids.filter((id) => state.messages.has(id))),
    },
    audit: {
      record: async (intention, change) => {
        intentions.push(intention)
        return await change()
      },
    },
  }
  const recover = (request: Partial<RecoveryRequest> = {}) =>
    recoverMessages(recovery, { from: storedAt.toISOString(), dryRun: false, ...request }, by)
  return { ...memory, before, metadata, intentions, recovery, recover, ids: [...before.keys()].toSorted() }
}

describe('recovering lost records of messages', () => {
  test('every lost record is written again as the run wrote it, waits for its announcement, and is marked', async () => {
    const { state, before, recover, intentions } = await lostMail()
    expect(await recover()).toEqual({ examined: 3, withoutRecord: 3, recovered: 3, problems: [] })
    expect(state.messages.size).toBe(3)
    for (const [messageId, { announcedAt: _, removedAt: __, ...row }] of before)
      expect(state.messages.get(messageId)).toEqual({
        ...row,
        ...{ state: 'stored', server: 'present', storedAt: expect.any(String), recoveredAt: expect.any(String) },
      })
    expect(intentions[0]).toEqual({ by, action: 'recover', subject: '/messages', name: 'lost records' })
  })

  test('recovering again changes nothing and leaves no entry in the audit trail', async () => {
    const { state, recover, intentions } = await lostMail()
    await recover()
    const [rows, entries] = [new Map(state.messages), intentions.length]
    expect(await recover()).toEqual({ examined: 3, withoutRecord: 0, recovered: 0, problems: [] })
    expect(state.messages).toEqual(rows)
    expect(intentions).toHaveLength(entries)
  })

  test('a dry run counts what can be recovered and writes nothing', async () => {
    const { state, recover, intentions } = await lostMail()
    expect(await recover({ dryRun: true })).toMatchObject({ withoutRecord: 3, recovered: 3 })
    expect(state.messages.size).toBe(0)
    expect(intentions).toEqual([])
  })

  test('mail that was stored before `from` is left out', async () => {
    const { state, recover } = await lostMail()
    expect(await recover({ from: new Date(state.now + 25 * 3_600_000).toISOString() })).toMatchObject({ examined: 0 })
    expect(await recover({ from: new Date(state.now).toISOString() })).toMatchObject({ examined: 3, recovered: 3 })
  })

  test('mail of a run that was killed before it wrote the rows is recovered, although a later run wrote them after the backup', async () => {
    const { state, recover } = await lostMail()
    const from = new Date(state.now + 2 * 3_600_000).toISOString()
    expect(await recover({ from })).toMatchObject({ examined: 3, recovered: 3 })
  })

  test('mail without an origin is reported and does not block the others', async () => {
    const { metadata, recover, ids, state } = await lostMail()
    const [first = ''] = ids
    metadata.delete(first)
    expect(await recover()).toMatchObject({
      ...{ withoutRecord: 3, recovered: 2 },
      problems: [
        { messageId: first, code: 'origin-unknown', remedy: expect.stringContaining('Download the raw mail') },
      ],
    })
    expect(state.messages.has(first)).toBe(false)
  })

  test('a message whose raw mail cannot be read is reported and logged, and does not block the others', async () => {
    const { recovery, recover, ids, state } = await lostMail()
    const [first = ''] = ids
    const { open } = recovery.raw
    const failing = async (id: string, signal: AbortSignal) => {
      if (id === first) throw new TypeError('bucket down')
      return await open(id, signal)
    }
    Object.assign(recovery.raw, { open: failing })
    expect(await recover()).toMatchObject({
      recovered: 2,
      problems: [{ messageId: first, code: 'not-recovered', detail: expect.stringContaining('(TypeError)') }],
    })
    expect(state.logged).toMatchObject([{ messageId: first }])
  })

  test('a record that a run writes meanwhile is not replaced, and is not counted as recovered', async () => {
    const { recovery, recover, before, state } = await lostMail([aMail(1)])
    const { open } = recovery.raw
    const racing = async (id: string, signal: AbortSignal) => {
      for (const [messageId, row] of before) state.messages.set(messageId, row)
      return await open(id, signal)
    }
    Object.assign(recovery.raw, { open: racing })
    expect(await recover()).toEqual({ examined: 1, withoutRecord: 0, recovered: 0, problems: [] })
    expect(state.messages).toEqual(before)
  })

  test('the present settings of the account decide, and a deleted account makes its mail untrusted', async () => {
    const control = Buffer.from('X-OTOBO-Queue: Sales\r\nTo: support@example.com\r\n\r\nbody\r\n')
    const present = await lostMail([control])
    const account = anAccount({ trusted: true })
    present.state.accounts.set(account.accountId, account)
    await present.recover()
    expect([...present.state.messages.values()]).toMatchObject([{ queueName: 'Sales', trusted: true }])

    const deleted = await lostMail([control], { trusted: true })
    deleted.state.accounts.clear()
    await deleted.recover()
    expect([...deleted.state.messages.values()]).toMatchObject([
      {
        ...{ queueName: 'Raw', trusted: false, state: 'stored', control: {} },
        reason: {
          code: 'default-queue',
          detail:
            'The account account-1 of the recovered message was deleted, so the message went into the default queue Raw.',
        },
      },
    ])
  })

  test('mail that repeats known mail of an earlier identity of the mailbox is not announced again', async () => {
    const { state, before, recover } = await lostMail([aMail(1)])
    const [row] = before.values()
    if (!row) throw new Error('no mail was stored')
    const known = { ...row, messageId: 'f'.repeat(64), source: { ...row.source, mailboxEpoch: 0 } }
    state.messages.set(known.messageId, known)
    await recover()
    expect(state.messages.get(row.messageId)).toMatchObject({ sameAs: known.messageId, state: 'ignored' })
  })

  test('a call that runs out of time ends, and the next call goes on after it', async () => {
    const { recovery, recover, state } = await lostMail(Array.from({ length: 7 }, (_, number) => aMail(number)))
    const times = [0, 0, 0, 20_000]
    const base = state.now
    Object.assign(recovery, { now: () => new Date(base + (times.shift() ?? 20_000)) })
    const first = await recover()
    expect(first.after).toBeDefined()
    expect(first.recovered).toBe(first.examined)
    expect(first.recovered).toBeLessThan(7)
    Object.assign(recovery, { now: () => new Date(base) })
    const second = await recover({ after: first.after })
    expect(second).toMatchObject({ recovered: 7 - first.recovered, examined: 7 - first.examined })
    expect(second.after).toBeUndefined()
    expect(state.messages.size).toBe(7)
  })
})
