import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { recordCrash, takeJob } from '../../../lib/fetching/take-job.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const padded = (number: number) => Buffer.concat([aMail(number), Buffer.alloc(number * 10, 'x')])

/** A POP3 server without UIDLs. Each session invents different ones. */
const world = (bytes: Buffer[], changes: Partial<Account> = {}) => {
  const server = new FakeServer(bytes)
  server.protocol = 'pop3'
  server.stableUids = false
  const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined, ...changes }))
  let round = 0
  const run = async () => {
    round += 1
    server.messages = server.messages.map((message, index) => ({ ...message, uid: `session:${round}:${index}` }))
    const slot = new Date(Date.parse('2026-06-01T00:00:00.000Z') + round * 3_600_000).toISOString()
    memory.state.now = Date.parse(slot) + 5_000
    return await takeJob(memory.services, tick(slot), aDeadline(memory.state.now)).catch(() =>
      recordCrash(memory.services, tick(slot)),
    )
  }
  return { server, memory, run, status: () => memory.state.statuses.get('account-1') }
}

describe('a POP3 server without stable UIDLs', () => {
  it('without stable UIDLs, a message is skipped after it crashes three runs, and later mail is fetched', async () => {
    const { server, memory, run } = world([padded(1), padded(2), padded(3)])
    server.onRetrieve = (uid) => {
      if (server.messages.find((message) => message.uid === uid)?.bytes.equals(padded(1)))
        throw new TypeError('the process dies here')
    }
    const states: string[] = []
    for (let round = 0; round < 5; round += 1) states.push((await run()).state)
    expect(states).toEqual(['crashed', 'crashed', 'crashed', 'crashed', 'done'])
    expect(memory.state.announced).toHaveLength(2)
    expect(server.messages.map(({ bytes }) => String(bytes))).toEqual([String(padded(1))])
  })

  it('without stable UIDLs, two messages with the same bytes count as one stored and one known message', async () => {
    const { memory, run } = world([padded(1), padded(1), padded(2)])
    expect(await run()).toMatchObject({ counts: { found: 3, stored: 2, alreadyKnown: 1, deleted: 3 } })
    expect(memory.state.messages.size).toBe(2)
  })

  it('without stable UIDLs, a run ends even if one part cannot read all kept messages', async () => {
    const { server, memory, run } = world([padded(1), padded(2), padded(3)], { afterFetch: { action: 'keep' } })
    await run()
    server.onRetrieve = () => {
      memory.state.now += 200_000
    }
    memory.state.statuses.set('account-1', {
      accountId: 'account-1',
      resume: { suspects: server.messages.map(({ bytes }) => `size:${bytes.length}`) },
    })
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'too-slow' }, counts: { stored: 0, left: 1 } })
    expect(memory.state.jobs).toEqual([])
  })

  it('without stable UIDLs, an oversized message is reported once, and the start of its wait does not change', async () => {
    const { run, status } = world([Buffer.alloc(2000)], { maxMessageSize: 1000 })
    expect((await run()).events.map(({ code }) => code)).toEqual(['too-large'])
    const since = status()?.oldestWaitingAt
    const again = await run()
    expect(again).toMatchObject({ skippedBecause: { 'too-large': 1 }, events: [] })
    expect(status()?.oldestWaitingAt).toBe(since)
  })
})

describe('a POP3 server that changed its UIDLs and at first does not return a known message', () => {
  it('a known message without content is compared by its bytes as soon as the server returns it', async () => {
    const { server, memory, run } = world([padded(1), padded(2)], { afterFetch: { action: 'keep' } })
    server.stableUids = true
    await run()
    server.messages = server.messages.map((message) => ({ ...message, absent: 'empty' as const }))
    await run()
    const [first, second] = server.messages
    if (!first || !second) throw new Error('no messages')
    server.messages = [
      { uid: first.uid, bytes: first.bytes },
      { uid: second.uid, bytes: second.bytes },
    ]
    await run()
    expect(memory.state.announced).toHaveLength(2)
  })
})
