import { expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import type { FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

/** Sets up a POP3 mailbox. Once the server is slow, one part of a run reads only a few messages. */
const world = (changes: Partial<Account>, count = 6) => {
  const server = new FakeServer(Array.from({ length: count }, (_, index) => aMail(index + 1)))
  server.protocol = 'pop3'
  const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined, ...changes }))
  /** @returns the run after all of its parts */
  const run = async (slot: string) => {
    let done = await takeJob(memory.services, tick(slot), aDeadline(memory.state.now))
    for (let job: FetchJob | undefined = memory.state.jobs.shift(); job; job = memory.state.jobs.shift()) {
      expect(done.parts).toBeLessThan(10)
      done = await takeJob(memory.services, job, aDeadline(memory.state.now))
    }
    return done
  }
  const beSlow = () => {
    const status = memory.state.statuses.get('account-1')
    // Each message is a separate chunk.
    const suspects = server.messages.map(({ uid, bytes }) => (server.stableUids ? uid : `size:${bytes.length}`))
    const resume = { ...status?.resume, suspects }
    memory.state.statuses.set('account-1', { ...status, accountId: 'account-1', resume })
    server.onRetrieve = () => {
      memory.state.now += 100_000
    }
  }
  return { server, memory, run, beSlow }
}

it('a run ends even if the server refuses to delete known messages that have no stable UIDL', async () => {
  const { server, run, beSlow, memory } = world({})
  server.stableUids = false
  server.refuseRemoval = true
  await run('2026-06-01T12:00:00.000Z')
  beSlow()
  expect(await run('2026-06-01T14:00:00.000Z')).toMatchObject({
    state: 'failed',
    error: { code: 'too-slow' },
    parts: 1,
  })
  expect(memory.state.announced).toHaveLength(6)
})

it('a run continues while known messages without a stable UIDL are deleted', async () => {
  const { server, run, beSlow } = world({})
  server.stableUids = false
  server.refuseRemoval = true
  await run('2026-06-01T12:00:00.000Z')
  server.refuseRemoval = false
  beSlow()
  expect(await run('2026-06-01T14:00:00.000Z')).toMatchObject({ state: 'done', counts: { deleted: 6, left: 0 } })
})

it.each<[title: string, changes: Partial<Account>]>([
  ['the account keeps its mail', { afterFetch: { action: 'keep' } }],
  ['the server refuses to delete it', {}],
])(
  'a run ends even if known messages are read again because their listed size changed: %s',
  async (_title, changes) => {
    const { server, memory, run } = world(changes, 2 * limits.chunkMessages)
    server.refuseRemoval = true
    await run('2026-06-01T12:00:00.000Z')
    server.messages = server.messages.map((message) => ({ ...message, listedSize: 1 }))
    server.onRetrieve = () => {
      memory.state.now += 1_000
    }
    expect((await run('2026-06-01T14:00:00.000Z')).parts).toBe(1)
  },
)
