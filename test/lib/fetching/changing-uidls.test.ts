import { describe, expect, it, vi } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { UidlsChanged } from '../../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { type FakeMessage, FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

const mails = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => aMail(from + index))
const keeping: Partial<Account> = { afterFetch: { action: 'keep' } }

/** A POP3 server whose messages get new UIDLs when `renew` is called or before every session. */
const pop3World = (bytes: Buffer[], changes: Partial<Account> = {}) => {
  const server = new FakeServer(bytes)
  server.protocol = 'pop3'
  let generation = 0
  const world = { renewsAlways: false, renew: () => undefined as undefined }
  world.renew = () => {
    generation += 1
    server.messages = server.messages.map((message, index) => ({ ...message, uid: `g${generation}-${index}` }))
  }
  const open: FakeServer['open'] = async (...options) => {
    if (world.renewsAlways) world.renew()
    return await server.open(...options)
  }
  const memory = memoryServices({ open }, anAccount({ type: 'POP3S', folder: undefined, ...changes }))
  let slot = 0
  const run = async (): Promise<Run> => {
    slot += 1
    memory.state.now = Date.parse('2026-06-01T12:00:05.000Z') + slot * 600_000
    const at = new Date(memory.state.now - 5_000).toISOString()
    let done = await takeJob(memory.services, tick(at), aDeadline(memory.state.now))
    for (let job = memory.state.jobs.shift(); job !== undefined; job = memory.state.jobs.shift())
      done = await takeJob(memory.services, job, aDeadline(memory.state.now))
    const { found, stored, alreadyKnown, skipped, left } = done.counts
    expect(found - stored - alreadyKnown - skipped - left).toBe(0)
    return done
  }
  const add = (...more: Buffer[]) => {
    server.messages.push(...more.map((content, index) => ({ uid: `new-${slot}-${index}`, bytes: content })))
  }
  const status = () => memory.state.statuses.get('account-1')
  const announced = () => memory.state.announced.length
  const codes = ({ events }: Run) => events.map(({ code }) => code)
  return { server, memory, run, add, status, announced, codes, world }
}

describe('a POP3 server that gave all messages new UIDLs once', () => {
  it.each(['keep', 'delete'] as const)(
    'mail is not stored or announced again after its UIDLs change once (after-fetch %s)',
    async (action) => {
      const { server, run, add, status, announced, codes, world, memory } = pop3World(mails(1, 3), {
        afterFetch: { action },
      })
      server.refuseRemoval = true
      await run()
      world.renew()
      add(aMail(4))
      const after = await run()
      expect(after).toMatchObject({ state: 'done', counts: { found: 4, stored: 1, alreadyKnown: 3 } })
      expect(codes(after)).toContain('uidls-changed')
      expect(announced()).toBe(4)
      server.refuseRemoval = false
      server.log.length = 0
      add(aMail(5))
      // The new UIDLs are stable, so only the new message is read.
      expect(await run()).toMatchObject({ counts: { found: 5, stored: 1, alreadyKnown: 4 } })
      expect(server.log).toContain('retrieve 1')
      expect(announced()).toBe(5)
      expect(memory.state.raw.size).toBe(5)
      for (const attribute of ['uidls', 'compareContent']) expect(status()).not.toHaveProperty(`resume.${attribute}`)
      expect(server.messages).toHaveLength(action === 'keep' ? 5 : 0)
    },
  )

  it('a run that continues an interrupted run does not announce mail with new UIDLs again', async () => {
    const { server, run, status, announced, world } = pop3World(mails(1, 6), keeping)
    await run()
    world.renew()
    let read = 0
    server.onRetrieve = () => {
      read += 1
      if (read === 4) throw new MailboxError('connection-lost')
    }
    expect(await run()).toMatchObject({ state: 'failed' })
    expect(status()).toMatchObject({ resume: { compareContent: true } })
    expect(await run()).toMatchObject({ state: 'done', counts: { found: 6, stored: 0, alreadyKnown: 6 } })
    expect(announced()).toBe(6)
    expect(status()).not.toHaveProperty('resume.uidls')
  })

  it('mail is not announced again if the UIDLs change repeatedly and are stable for one run in between', async () => {
    const { run, status, announced, world } = pop3World(mails(1, 2), keeping)
    await run()
    for (let change = 0; change < 4; change += 1) {
      world.renew()
      await run()
      expect(status()).toMatchObject({ resume: { uidls: 'changed' } })
      await run()
      expect(status()).not.toHaveProperty('resume.uidls')
    }
    expect(announced()).toBe(2)
  })

  it('stored but unannounced mail is announced under its new UIDLs', async () => {
    const { server, memory, run, announced, world } = pop3World(mails(1, 2))
    memory.state.fail.announce = () => true
    await run()
    memory.state.fail.announce = () => false
    world.renew()
    expect(await run()).toMatchObject({ counts: { alreadyKnown: 2, announced: 2, deleted: 2 } })
    expect(announced()).toBe(2)
    expect(server.messages).toEqual([])
    expect([...memory.state.messages.values()].filter(({ state }) => state === 'stored')).toEqual([])
  })

  it('mail with new UIDLs is not announced again after a crashed run', async () => {
    const { server, memory, run, announced, world } = pop3World(mails(1, 3))
    server.onRemove = () => {
      throw new Error('killed')
    }
    await expect(run()).rejects.toThrow('killed')
    server.onRemove = () => undefined
    world.renew()
    expect(await run()).toMatchObject({ counts: { stored: 0, alreadyKnown: 3, deleted: 3 } })
    expect(announced()).toBe(3)
    expect([...memory.state.messages.values()].filter(({ server: where }) => where !== 'deleted')).toEqual([])
  })

  it('the counts of a run balance if it cannot record that the UIDLs changed', async () => {
    const { memory, run, announced, world } = pop3World(mails(1, 3), keeping)
    await run()
    world.renew()
    const { statuses } = memory.services
    const { change } = statuses
    const failing = vi.spyOn(statuses, 'change').mockImplementation(async (accountId, changed) => {
      if (changed.resume?.uidls === 'changed' && changed.lastRun === undefined) throw new Error('table down')
      await change(accountId, changed)
    })
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
    failing.mockRestore()
    expect(await run()).toMatchObject({ state: 'done', counts: { found: 3, stored: 0, alreadyKnown: 3 } })
    expect(announced()).toBe(3)
  })
})

describe('a POP3 server that gives all messages new UIDLs in every session', () => {
  it.each(['keep', 'delete'] as const)(
    'a server with unstable UIDLs is remembered, and no run stores mail twice (after-fetch %s)',
    async (action) => {
      const { server, run, add, status, announced, codes, world, memory } = pop3World(mails(1, 3), {
        afterFetch: { action },
      })
      world.renewsAlways = true
      server.refuseRemoval = true
      await run()
      await run()
      expect(status()).toMatchObject({ resume: { uidls: 'changed' } })
      const third = await run()
      expect(codes(third)).toContain('uidls-unstable')
      expect(status()).toMatchObject({ resume: { uidls: 'unstable' } })
      for (let later = 0; later < 3; later += 1) {
        add(aMail(10 + later))
        expect(await run()).toMatchObject({ state: 'done', counts: { stored: 1, alreadyKnown: 3 + later } })
      }
      expect(announced()).toBe(6)
      expect(memory.state.raw.size).toBe(6)
      server.refuseRemoval = false
      expect(await run()).toMatchObject({ counts: { stored: 0, alreadyKnown: 6 } })
      expect(announced()).toBe(6)
      expect(server.messages).toHaveLength(action === 'keep' ? 6 : 0)
      expect(status()).toMatchObject({ resume: { uidls: 'unstable' } })
    },
  )

  it('the verdict on unstable UIDLs is reset when the account’s host or user changes', async () => {
    const { memory, run, status, world } = pop3World(mails(1, 2), keeping)
    world.renewsAlways = true
    for (let round = 0; round < 3; round += 1) await run()
    expect(status()).toMatchObject({ resume: { uidls: 'unstable' } })
    world.renewsAlways = false
    const account = memory.state.accounts.get('account-1')
    if (!account) throw new Error('no account')
    memory.state.accounts.set('account-1', { ...account, mailboxEpoch: 2 })
    expect(await run()).toMatchObject({ counts: { stored: 0, alreadyKnown: 2 } })
    expect(status()).not.toHaveProperty('resume.uidls')
  })

  it('two messages with the same bytes are stored once if the UIDLs are unstable', async () => {
    const { run, announced, world } = pop3World([aMail(1), aMail(2), aMail(2)], keeping)
    world.renewsAlways = true
    // Two UIDLs count as two messages until the UIDLs prove unstable.
    await run()
    expect(announced()).toBe(3)
    for (let round = 0; round < 4; round += 1) expect(await run()).toMatchObject({ counts: { stored: 0 } })
    expect(announced()).toBe(3)
  })
})

describe('a POP3 mailbox in which no listed message is known', () => {
  it('new mail in a POP3 mailbox that its owner emptied is announced, and no change of UIDLs is recorded', async () => {
    const { server, run, status, announced, codes } = pop3World(mails(1, 3), keeping)
    await run()
    server.messages = [4, 5, 5].map((number, index) => ({ uid: `later-${index}`, bytes: aMail(number) }))
    const run2 = await run()
    expect(run2).toMatchObject({ counts: { found: 3, stored: 3 } })
    expect(codes(run2)).toEqual([])
    expect(announced()).toBe(6)
    for (const attribute of ['uidls', 'compareContent']) expect(status()).not.toHaveProperty(`resume.${attribute}`)
  })

  it('each message is announced once if each session lists different messages, as Gmail does', async () => {
    const { server, run, status, announced } = pop3World(mails(1, 3), keeping)
    for (let round = 1; round < 5; round += 1) {
      expect(await run()).toMatchObject({ counts: { found: 3, stored: 3 } })
      server.messages = mails(round * 3 + 1, round * 3 + 3).map((bytes, index) => ({ uid: `${round}-${index}`, bytes }))
    }
    expect(announced()).toBe(12)
    expect(status()).not.toHaveProperty('resume.uidls')
  })

  it('identical bytes count as two messages if the first message has left the server', async () => {
    const { run, add, announced } = pop3World(mails(1, 1))
    await run()
    add(aMail(1))
    expect(await run()).toMatchObject({ counts: { stored: 1, deleted: 1 } })
    expect(announced()).toBe(2)
  })
})

describe('a POP3 mailbox in which some listed messages are known', () => {
  it('identical bytes under another UIDL count as a different message while some listed messages are known', async () => {
    const { run, add, announced, status } = pop3World(mails(1, 2), keeping)
    await run()
    add(aMail(2), aMail(3))
    expect(await run()).toMatchObject({ counts: { stored: 2, alreadyKnown: 2 } })
    expect(announced()).toBe(4)
    expect(status()).not.toHaveProperty('resume.compareContent')
  })
})

describe('a POP3 server that stops or starts providing UIDLs', () => {
  it.each([true, false])(
    'mail is not announced again when UIDLs appear or disappear (UIDLs at first: %s)',
    async (atFirst) => {
      const { server, run, add, announced, world } = pop3World(mails(1, 3), keeping)
      server.stableUids = atFirst
      await run()
      server.stableUids = !atFirst
      world.renew()
      add(aMail(4))
      expect(await run()).toMatchObject({ counts: { found: 4, stored: 1, alreadyKnown: 3 } })
      expect(await run()).toMatchObject({ counts: { found: 4, stored: 0, alreadyKnown: 4 } })
      expect(announced()).toBe(4)
    },
  )
})

describe('a POP3 server that changes its UIDLs during every session', () => {
  it.each<[title: string, changes: Partial<Account>, first: Partial<FakeMessage>]>([
    ['the first message', {}, {}],
    [
      'a message above the limit',
      { maxMessageSize: 1000 },
      { bytes: Buffer.alloc(5000), listedSize: 10, streamed: true },
    ],
  ])('a run with changing UIDLs ends if it never gets further than %s', async (_title, changes, first) => {
    const { server, run, announced, codes, status } = pop3World(mails(1, 3), changes)
    server.messages = server.messages.map((message, index) => (index === 0 ? { ...message, ...first } : message))
    let sessions = 0
    server.onRetrieve = (uid) => {
      // If the UIDLs are ignored, one session is enough.
      if (status()?.resume?.uidls === 'unstable' || uid !== server.messages[first.bytes ? 1 : 0]?.uid) return
      sessions += 1
      if (sessions > 10) throw new Error('endless')
      server.messages = server.messages.map((message, index) => ({ ...message, uid: `in-${sessions}-${index}` }))
      throw new UidlsChanged()
    }
    const ended = await run()
    expect(ended).toMatchObject({ state: 'done', parts: 3 })
    expect(codes(ended)).toContain('uidls-unstable')
    expect(announced()).toBe(first.bytes ? 2 : 3)
  })
})
