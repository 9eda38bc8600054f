import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { fetchAccount } from '../../../lib/fetching/fetch-account.ts'
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
    const done = await fetchAccount(memory.services, tick(at), aDeadline(memory.state.now))
    const { found, stored, alreadyKnown, skipped, left } = done.counts
    expect(found - stored - alreadyKnown - skipped - left).toBe(0)
    return done
  }
  return { server, memory, run, uids: () => server.messages.map(({ uid }) => uid) }
}

describe('an IMAP account that starts from new mail', () => {
  it('leaves what came before it untouched and takes what came after', async () => {
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

  it('takes old mail that somebody moves in later', async () => {
    const { server, run, uids } = fetching({ startFrom: 'new' })
    server.messages = [mail(1, before)]
    await run()
    server.messages.push(mail(2, before))
    expect((await run()).counts).toMatchObject({ stored: 1, deleted: 1 })
    expect(uids()).toEqual(['1'])
  })

  it('does not list thousands of old messages again', async () => {
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

  it('looks anew when the server numbers its messages anew', async () => {
    const { server, run, uids } = fetching({ startFrom: 'new' })
    server.messages = [mail(7, before)]
    await run()
    server.uidValidity = '8'
    server.messages = [mail(9, before), mail(10, after)]
    expect((await run()).counts).toMatchObject({ stored: 1, skipped: 1 })
    expect(uids()).toEqual(['9'])
  })

  it.each(['delete', 'keep'] as const)('takes everything once it is told to, after-fetch %s', async (action) => {
    const { server, run, memory } = fetching({ startFrom: 'new', afterFetch: { action } })
    server.messages = [mail(1, before), mail(2, after)]
    expect((await run()).counts).toMatchObject({ stored: 1, skipped: 1 })
    const { startsAt: _, ...account } = anAccount({ startFrom: 'everything', afterFetch: { action } })
    memory.state.accounts.set(account.accountId, account)
    expect((await run()).counts).toMatchObject({ stored: 1, skipped: 0 })
    expect(memory.state.messages.size).toBe(2)
  })
})

describe('an IMAP account that starts at a date', () => {
  it('goes by the arrival on the server, whenever a message comes to the folder', async () => {
    const { server, run, uids } = fetching({ startFrom: { since: startsAt } })
    server.messages = [mail(1, before), mail(2, startsAt), mail(3)]
    expect((await run()).counts).toMatchObject({ stored: 2, skipped: 1 })
    server.messages.push(mail(4, before))
    expect((await run()).counts).toMatchObject({ stored: 0, skipped: 2 })
    expect(uids()).toEqual(['1', '4'])
  })
})

describe('a POP3 account that starts from new mail', () => {
  const pop3 = () => {
    const server = new FakeServer()
    server.protocol = 'pop3'
    const { folder: _, ...account } = anAccount({ type: 'POP3S', port: 995, startFrom: 'new' })
    const opened = fetching({}, server)
    opened.memory.state.accounts.set(account.accountId, { ...account, startsAt })
    return opened
  }

  it('takes what is there at its first look for old, and knows it by its UIDLs', async () => {
    const { server, run, uids, memory } = pop3()
    server.messages = [mail(1), mail(2)]
    expect((await run()).counts).toMatchObject({ found: 2, stored: 0, skipped: 2 })
    server.messages = [mail(3), mail(2), mail(4)]
    expect((await run()).counts).toMatchObject({ found: 3, stored: 2, skipped: 1, deleted: 2 })
    expect(uids()).toEqual(['2'])
    expect(memory.state.statuses.get('account-1')?.startSight?.seen).toHaveLength(8)
  })

  it('fetches nothing where ids do not last', async () => {
    const { server, run, uids } = pop3()
    server.stableUids = false
    server.messages = [mail(1)]
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'start-unknown' }, counts: { stored: 0 } })
    expect(uids()).toEqual(['1'])
  })

  it('starts with the first mail of an empty mailbox', async () => {
    const { server, run } = pop3()
    await run()
    server.messages = [mail(1)]
    expect((await run()).counts).toMatchObject({ stored: 1, deleted: 1 })
  })
})
