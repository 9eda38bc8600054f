import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const limit = 1_000

/** The server lists the first message with 100 bytes and sends more. The second is an ordinary message. */
const worldWith = (first: { size: number; streamed?: boolean }, changes: Partial<Account> = {}) => {
  const server = new FakeServer()
  server.messages = [
    { uid: '1', bytes: Buffer.alloc(first.size, 'x'), listedSize: 100, streamed: first.streamed ?? false },
    { uid: '2', bytes: aMail(2) },
  ]
  const memory = memoryServices(server, anAccount({ maxMessageSize: limit, ...changes }))
  let slot = Date.parse('2026-06-01T12:00:00.000Z')
  const run = async () => {
    const ended = await takeJob(memory.services, tick(new Date(slot).toISOString()), aDeadline(memory.state.now))
    slot += 600_000
    const { found, stored, alreadyKnown, skipped, left } = ended.counts
    expect(found).toBe(stored + alreadyKnown + skipped + left)
    return ended
  }
  const change = (changed: Partial<Account>) =>
    memory.state.accounts.set('account-1', anAccount({ maxMessageSize: limit, ...changes, ...changed }))
  const retrieved = () => server.log.filter((line) => line.startsWith('retrieve'))
  const status = () => memory.state.statuses.get('account-1')
  return { server, memory, run, change, retrieved, status }
}

describe('a message that is larger than listed and larger than the account allows', () => {
  it.each([
    ['read whole', { size: 5_000 }],
    ['streamed', { size: 5_000, streamed: true }],
  ])(
    'a message with an understated size stays as too large, is reported once and blocks no other message when it is %s',
    async (_, first) => {
      const { server, memory, run, retrieved, status } = worldWith(first)
      const ended = await run()
      expect(ended).toMatchObject({
        state: 'done',
        counts: { found: 2, stored: 1, skipped: 1, deleted: 1 },
        skippedBecause: { 'too-large': 1 },
      })
      expect(ended.events.map(({ code }) => code)).toEqual(['too-large'])
      expect(ended.events[0]?.detail).toContain('The server listed message 1 with 100 bytes')
      expect(server.messages.map(({ uid }) => uid)).toEqual(['1'])
      expect(memory.state.raw.size).toBe(1)
      expect(status()?.lastRun?.warnings).toEqual({ 'too-large': 1 })
      expect(status()?.resume?.suspects).toBeUndefined()

      expect(await run()).toMatchObject({ state: 'done', skippedBecause: { 'too-large': 1 }, events: [] })
      expect(retrieved()).toHaveLength(1)
    },
  )

  it('a message with an understated size is read only up to the limit', async () => {
    const { run } = worldWith({ size: 1_000_000, streamed: true })
    expect((await run()).connection?.bytesReceived).toBeLessThan(2 * limit)
  })

  it('a message with an understated size is moved if the account moves oversized messages', async () => {
    const { server, run } = worldWith(
      { size: 5_000, streamed: true },
      { tooLarge: { action: 'move', folder: 'Large' } },
    )
    const ended = await run()
    expect(ended.events.map(({ code }) => code)).toEqual(['too-large-moved'])
    expect(server.folders.get('Large')).toHaveLength(1)
    expect(server.messages).toEqual([])
  })

  it('a message with an understated size is stored once the account allows its real size', async () => {
    const { server, run, change, retrieved } = worldWith({ size: 5_000, streamed: true })
    await run()
    change({ maxMessageSize: limit + 50 })
    // Reading stopped above this limit in the earlier run.
    await run()
    expect(retrieved()).toHaveLength(1)
    change({ maxMessageSize: 5_000 })
    expect(await run()).toMatchObject({ counts: { stored: 1, deleted: 1 } })
    expect(server.messages).toEqual([])
  })

  it('a message with an understated size is an exception to the watermark if the account keeps its mail', async () => {
    const { run, change, retrieved, status } = worldWith(
      { size: 5_000, streamed: true },
      { afterFetch: { action: 'keep' } },
    )
    await run()
    expect(status()).toMatchObject({ resume: { keep: { watermark: '2', exceptions: [{ uid: '1' }] } } })
    expect(await run()).toMatchObject({ counts: { found: 0 } })
    expect(retrieved()).toHaveLength(1)
    change({ maxMessageSize: 5_000 })
    expect(await run()).toMatchObject({ counts: { stored: 1 } })
  })

  it('a message of a different size under the UID of a message with an understated size is read', async () => {
    const { server, run } = worldWith({ size: 5_000 }, { type: 'POP3S', folder: undefined })
    server.protocol = 'pop3'
    await run()
    server.messages = [{ uid: '1', bytes: aMail(7) }]
    expect(await run()).toMatchObject({ counts: { stored: 1, deleted: 1 } })
  })

  it('the real size of a message is forgotten once the server no longer lists it', async () => {
    const { server, run, status } = worldWith({ size: 5_000 })
    await run()
    expect(status()?.resume?.largerThanListed).toHaveLength(1)
    server.messages = []
    await run()
    expect(status()?.resume?.largerThanListed).toBeUndefined()
  })
})

it('a message of exactly the maximum size is stored', async () => {
  const { server, run } = worldWith({ size: limit, streamed: true })
  expect(await run()).toMatchObject({ counts: { stored: 2, deleted: 2 } })
  expect(server.messages).toEqual([])
})

it('a stored message is compared by its bytes even if it now exceeds the account’s limit', async () => {
  const { server, memory, run, change } = worldWith({ size: 800, streamed: true }, { type: 'POP3S', folder: undefined })
  server.protocol = 'pop3'
  server.losesQuitAnswer = true
  const before = server.messages
  await run()
  server.losesQuitAnswer = false
  server.messages = before
  change({ maxMessageSize: 300 })
  expect(await run()).toMatchObject({ counts: { alreadyKnown: 2, stored: 0, deleted: 2 } })
  expect(memory.state.raw.size).toBe(2)
})
