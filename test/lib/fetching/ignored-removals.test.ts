import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { accountHealthOf } from '../../../lib/accounts/health/account-health.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import type { FetchJob } from '../../../lib/schedule/fetch-queue.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const mails = (count: number) => Array.from({ length: count }, (_, index) => aMail(index + 1))

const pop3: Partial<Account> = { type: 'POP3S', folder: undefined }
const moving: Partial<Account> = { afterFetch: { action: 'move', folder: 'Done' } }

/** A test setup in which each call of `run` executes the run of the next tick. */
const world = (bytes: Buffer[], account: Partial<Account> = {}) => {
  const server = new FakeServer(bytes)
  if (account.type === 'POP3S') server.protocol = 'pop3'
  const memory = memoryServices(server, anAccount(account))
  let ticks = 0
  const run = async (job?: FetchJob) => {
    server.log.length = 0
    memory.state.now += 600_000
    ticks += 1
    const next = job ?? tick(new Date(memory.state.now).toISOString(), `run-${ticks}`)
    return await takeJob(memory.services, next, aDeadline(memory.state.now))
  }
  const request = () => run({ kind: 'run', accountId: 'account-1', runId: `asked-${ticks}` })
  const runUntilLeftAlone = async () => {
    for (let count = 0; count <= limits.ignoredRemovals; count += 1) await run()
  }
  const retrieved = () => server.log.filter((line) => line.startsWith('retrieve'))
  const removed = () => server.log.filter((line) => line.startsWith('remove'))
  const status = () => memory.state.statuses.get('account-1')
  const health = () => accountHealthOf(status(), anAccount(account), new Date(memory.state.now))
  return { server, memory, run, request, runUntilLeftAlone, retrieved, removed, status, health }
}

describe.each<[title: string, account: Partial<Account>]>([
  ['POP3', pop3],
  ['IMAP', {}],
  ['IMAP, moving', moving],
])('a server that agrees to remove messages but keeps them (%s)', (_title, account) => {
  it('ignored removals are reported in the run and in the account’s health, and are not counted as deletions again', async () => {
    const { server, run, health, status, memory } = world(mails(2), account)
    server.ignoresRemoval = true
    await run()
    expect(health().state).toBe('ok')
    const again = await run()
    expect(again).toMatchObject({ state: 'done', counts: { found: 2, alreadyKnown: 2, stored: 0, deleted: 0 } })
    expect(again.events.map(({ code }) => code)).toEqual(['not-removed', 'not-removed'])
    expect(again.events.every(({ messageId }) => messageId !== undefined)).toBe(true)
    expect(status()).toMatchObject({ lastRun: { warnings: { 'not-removed': 2 } }, resume: { oldestWaitingUid: '1' } })
    const { state, warnings } = health()
    expect(state).toBe('warning')
    expect(warnings).toMatchObject([
      { code: 'not-removed', detail: expect.stringContaining('2 messages'), remedy: expect.stringContaining('keep') },
    ])
    expect(memory.state.announced).toHaveLength(2)
  })

  it('after a few ignored removals, nothing more is downloaded or removed, and the warning stays', async () => {
    const { server, run, runUntilLeftAlone, retrieved, removed, health } = world(mails(3), account)
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    expect(retrieved()).toEqual(['retrieve 3'])
    for (let more = 0; more < 3; more += 1) {
      const left = await run()
      expect(left).toMatchObject({ state: 'done', counts: { found: 3, alreadyKnown: 3, deleted: 0, left: 0 } })
      expect(left.events).toMatchObject([{ code: 'not-removed', messages: 3 }])
      expect([...retrieved(), ...removed()]).toEqual([])
      expect(health().warnings).toMatchObject([{ code: 'not-removed', detail: expect.stringContaining('3 messages') }])
    }
  })

  it('messages that are left alone do not block new mail', async () => {
    const { server, run, runUntilLeftAlone } = world(mails(2), account)
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    server.messages.push({ uid: '3', bytes: aMail(3) })
    const removed = account.afterFetch?.action === 'move' ? { deleted: 0, moved: 1 } : { deleted: 1, moved: 0 }
    expect(await run()).toMatchObject({ counts: { found: 3, stored: 1, alreadyKnown: 2, announced: 1, ...removed } })
  })

  it('an ignored removal is retried in a run that an admin requests', async () => {
    const { server, run, request, runUntilLeftAlone, retrieved, health } = world(mails(2), account)
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    server.ignoresRemoval = false
    await request()
    expect(retrieved()).toEqual(['retrieve 2'])
    expect(server.messages).toEqual([])
    await run()
    expect(health().state).toBe('ok')
  })

  it('an ignored removal is retried after the account’s after-fetch action changes', async () => {
    const { server, memory, run, runUntilLeftAlone, retrieved, health } = world(mails(2), account)
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    const kept = anAccount({ ...account, afterFetch: { action: 'keep' } })
    memory.state.accounts.set('account-1', kept)
    await run()
    expect(retrieved()).toEqual(['retrieve 2'])
    await run()
    expect(retrieved()).toEqual([])
    expect(health().state).toBe('ok')
  })

  it('an ignored removal is retried if the message was absent for one run', async () => {
    const { server, run, runUntilLeftAlone, retrieved, status } = world(mails(1), account)
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    server.messages = []
    await run()
    expect(status()).not.toHaveProperty('resume.ignoredRemovals')
    server.messages = [{ uid: '1', bytes: aMail(1) }]
    await run()
    expect(retrieved()).toEqual(['retrieve 1'])
  })
})

describe('a message that is left alone', () => {
  it('a different message under the UIDL of a message that is left alone is fetched', async () => {
    const { server, run, runUntilLeftAlone } = world(mails(1), pop3)
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    server.ignoresRemoval = false
    server.messages = [{ uid: '1', bytes: aMail(1234567) }]
    expect(await run()).toMatchObject({ counts: { stored: 1, deleted: 1 } })
  })

  it('a message whose UIDL refers to different bytes each time is not left alone', async () => {
    const { server, run, status } = world(mails(1), pop3)
    for (let number = 2; number < 9; number += 1) {
      await run()
      // The UIDL and the size are the same.
      server.messages = [{ uid: '1', bytes: aMail(number) }]
    }
    expect(await run()).toMatchObject({ counts: { stored: 1, deleted: 1 } })
    expect(status()).not.toHaveProperty('resume.ignoredRemovals')
  })

  it('an ignored removal does not prevent removals in another mailbox', async () => {
    const { server, memory, run, runUntilLeftAlone } = world(mails(1), pop3)
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    memory.state.accounts.set('account-1', anAccount({ ...pop3, mailboxEpoch: 2 }))
    server.ignoresRemoval = false
    await run()
    expect(server.messages).toEqual([])
  })

  it('a message is announced before it is left alone', async () => {
    const { server, memory, run, runUntilLeftAlone } = world(mails(1), pop3)
    memory.state.fail.announce = () => true
    server.ignoresRemoval = true
    await runUntilLeftAlone()
    memory.state.fail.announce = () => false
    await run()
    expect(memory.state.announced).toHaveLength(1)
  })
})

describe('a message that stays and is read in every run because its listed size changed', () => {
  it('a message that is read in every run does not affect the ignored-removal counts of other messages', async () => {
    const { server, run, retrieved, status } = world(mails(2), pop3)
    server.ignoresRemoval = true
    await run()
    server.messages = server.messages.map((message) => (message.uid === '1' ? { ...message, listedSize: 5 } : message))
    for (let count = 0; count < 10; count += 1) await run()
    expect(retrieved()).toEqual(['retrieve 1'])
    expect(status()?.resume?.ignoredRemovals?.counts).toMatch(/^(.{8}3){2}$/)
  })
})

describe('a message whose move did not take effect', () => {
  const detail = 'The server accepted the request to move the message, but the message is still there.'

  it('a message that the server keeps despite a move is not copied to the target folder in every run', async () => {
    const { server, run, health } = world(mails(1), moving)
    server.leaves = () => ({ detail, agreed: true })
    for (let count = 0; count < 8; count += 1) await run()
    expect(server.folders.get('Done')).toHaveLength(limits.ignoredRemovals)
    expect(health()).toMatchObject({ state: 'warning', warnings: [{ code: 'not-removed' }] })
  })

  it('a message that the server refuses to delete is reported with the server’s response', async () => {
    const { server, run, health } = world(mails(1))
    server.leaves = () => ({ detail: 'The server refused to delete the message: [OVERQUOTA] full' })
    const first = await run()
    expect(first.counts.deleted).toBe(0)
    expect(first.events).toMatchObject([{ code: 'not-removed', detail: expect.stringContaining('[OVERQUOTA] full') }])
    expect(health().warnings).toMatchObject([
      { code: 'not-removed', detail: expect.stringContaining('[OVERQUOTA] full') },
    ])
  })

  it('a refused removal is retried in every run, because the server may accept it later', async () => {
    const { server, run, removed, retrieved } = world(mails(1))
    server.leaves = () => ({ detail: 'refused' })
    for (let count = 0; count < 8; count += 1) await run()
    expect(removed()).toEqual(['remove 1'])
    expect(retrieved()).toEqual([])
  })

  it('an oversized message that the server keeps despite a move is not copied in every run', async () => {
    const { server, run } = world([Buffer.alloc(2000)], {
      maxMessageSize: 1000,
      tooLarge: { action: 'move', folder: 'Large' },
    })
    server.leaves = () => ({ detail, agreed: true })
    for (let count = 0; count < 8; count += 1) await run()
    expect(server.folders.get('Large')).toHaveLength(limits.ignoredRemovals)
  })
})

describe('mail that another client removes in the meantime', () => {
  it('mail that another client removed has its own reason, causes no warning and is not the oldest waiting message', async () => {
    const { server, run, health, status } = world(mails(3))
    server.onRetrieve = (uid) => {
      if (uid === '1') server.messages = server.messages.filter((message) => message.uid !== '1')
    }
    const first = await run()
    expect(first).toMatchObject({ state: 'done', counts: { found: 3, stored: 2, skipped: 1, deleted: 2 } })
    expect(first.skippedBecause).toEqual({ vanished: 1 })
    expect(health().state).toBe('ok')
    expect(status()).not.toHaveProperty('oldestWaitingAt')
  })

  it('mail that another client removed between storing and deleting is neither counted as deleted nor reported', async () => {
    const { server, run, health, status } = world(mails(2), pop3)
    server.leaves = () => ({ detail: 'The server no longer lists this message.', vanished: true })
    const first = await run()
    expect(first).toMatchObject({ state: 'done', counts: { stored: 2, deleted: 0 }, events: [] })
    expect(health().state).toBe('ok')
    expect(status()).not.toHaveProperty('oldestWaitingAt')
  })

  it('mail that another client removed does not hold back the position of an account that keeps its mail', async () => {
    const { server, run, status } = world(mails(3), { afterFetch: { action: 'keep' } })
    server.onRetrieve = (uid) => {
      if (uid === '2') server.messages = server.messages.filter((message) => message.uid !== '2')
    }
    await run()
    expect(status()).toMatchObject({ resume: { keep: { watermark: '3' } } })
  })
})
