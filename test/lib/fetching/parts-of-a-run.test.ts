import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const chunk = limits.chunkMessages
const mails = (count: number) => Array.from({ length: count }, (_, index) => aMail(index + 1))

/** Fetches the account in parts of one chunk each. @returns the run after its last part. */
const inParts = async (
  server: FakeServer,
  account: Account,
  prepare?: (world: ReturnType<typeof memoryServices>) => Promise<unknown>,
) => {
  const memory = memoryServices(server, account)
  await prepare?.(memory)
  let read = 0
  server.onRetrieve = () => {
    read += 1
    if (read % chunk === 1) memory.state.now += 300_000
  }
  let run: Run = await takeJob(memory.services, tick('2026-06-01T15:00:00.000Z'), aDeadline(memory.state.now))
  const mostParts = 6
  for (let job = memory.state.jobs.shift(); job; job = memory.state.jobs.shift()) {
    if (job.kind === 'cont' && job.part > mostParts) throw new Error('the run never ends')
    memory.state.now += 1000
    run = await takeJob(memory.services, job, aDeadline(memory.state.now))
  }
  for (const { counts } of memory.state.progress)
    expect(counts.found).toBe(counts.stored + counts.alreadyKnown + counts.skipped + counts.left)
  return { run, memory }
}

const pop3: Partial<Account> = { type: 'POP3S', folder: undefined }

describe('a message that occurs in several parts of a run', () => {
  it.each<[title: string, account: Partial<Account>]>([
    ['POP3 that keeps mail', { ...pop3, afterFetch: { action: 'keep' } }],
    ['IMAP that keeps mail', { afterFetch: { action: 'keep' } }],
    ['POP3 that deletes', pop3],
    ['IMAP that deletes', {}],
  ])('a stored message that several parts list is counted once (%s)', async (_title, change) => {
    const server = new FakeServer(mails(2 * chunk + 5))
    if (change.type === 'POP3S') server.protocol = 'pop3'
    const { run } = await inParts(server, anAccount(change))
    const all = 2 * chunk + 5
    expect(run).toMatchObject({
      state: 'done',
      parts: 3,
      counts: { found: all, stored: all, alreadyKnown: 0, left: 0 },
    })
    expect(run.events.map(({ code }) => code)).not.toContain('counts-do-not-balance')
  })

  it('a message whose removal the server refuses is counted once in a run', async () => {
    const server = new FakeServer(mails(2 * chunk))
    server.refuseRemoval = true
    const { run } = await inParts(server, anAccount())
    expect(run.counts).toMatchObject({ found: 2 * chunk, stored: 2 * chunk, alreadyKnown: 0, deleted: 0 })
  })

  it('a message that the server keeps after a confirmed removal is counted once in a run', async () => {
    const server = new FakeServer(mails(2 * chunk))
    server.protocol = 'pop3'
    server.ignoresRemoval = true
    const { run } = await inParts(server, anAccount(pop3))
    expect(run.counts).toMatchObject({ found: 2 * chunk, stored: 2 * chunk, alreadyKnown: 0 })
    expect(run.events.map(({ code }) => code)).not.toContain('counts-do-not-balance')
  })

  it('a message stored by an earlier run is counted once in a run', async () => {
    const server = new FakeServer(mails(3))
    server.refuseRemoval = true
    const { run } = await inParts(server, anAccount(), async (memory) => {
      await takeJob(memory.services, tick(), aDeadline(memory.state.now))
      server.messages.push(
        ...mails(2 * chunk + 3)
          .slice(3)
          .map((bytes, index) => ({ uid: `${index + 4}`, bytes })),
      )
    })
    expect(run).toMatchObject({ parts: 2, counts: { found: 2 * chunk + 3, stored: 2 * chunk, alreadyKnown: 3 } })
  })

  it.each<[title: string, account: Partial<Account>]>([
    ['that deletes', {}],
    ['that keeps mail', { afterFetch: { action: 'keep' } }],
  ])('a skipped message is counted once in a run of an account %s', async (_title, change) => {
    const server = new FakeServer(mails(2 * chunk))
    const large = { uid: '0', bytes: Buffer.alloc(2000) }
    const flagged = { uid: '9999', bytes: aMail(1), flaggedDeleted: true }
    server.messages = [large, ...server.messages, flagged]
    const { run } = await inParts(server, anAccount({ ...change, maxMessageSize: 1000 }))
    expect(run).toMatchObject({ parts: 2, counts: { found: 2 * chunk + 2, stored: 2 * chunk, skipped: 2, left: 0 } })
    expect(run.skippedBecause).toEqual({ 'too-large': 1, 'flagged-deleted': 1 })
  })

  it('a message that can be identified only by its bytes is counted once in a run', async () => {
    const server = new FakeServer(mails(2 * chunk))
    server.protocol = 'pop3'
    server.stableUids = false
    server.refuseRemoval = true
    const { run } = await inParts(server, anAccount(pop3))
    expect(run.counts.stored + run.counts.left).toBeLessThanOrEqual(run.counts.found)
    expect(run.counts.found).toBe(2 * chunk)
    expect(run.events.map(({ code }) => code)).not.toContain('counts-do-not-balance')
  })
})
