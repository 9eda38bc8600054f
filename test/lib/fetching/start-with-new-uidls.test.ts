import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { limits } from '../../../lib/fetching/limits.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, anAccount, memoryServices, tick } from './memory-services.ts'

const startsAt = '2026-06-01T00:00:00.000Z'
const starts: ReadonlyArray<[string, NonNullable<Account['startFrom']>]> = [
  ['startFrom new', 'new'],
  ['a start date', { since: startsAt }],
]

const received = (number: number, date: string) => ({
  uid: `${number}`,
  bytes: Buffer.from(`Received: by mx.example.org; ${date}\r\nSubject: ${number}\r\n\r\nText\r\n`),
})
const old = (number: number) => received(number, 'Sun, 31 May 2026 10:00:00 +0000')
const fresh = (number: number) => received(number, 'Mon, 1 Jun 2026 10:00:00 +0000')

const world = (startFrom: NonNullable<Account['startFrom']>, changes: Partial<Account> = {}) => {
  const server = new FakeServer()
  server.protocol = 'pop3'
  const { folder: _, ...account } = anAccount({ type: 'POP3S', port: 995, startsAt, startFrom, ...changes })
  const memory = memoryServices({ open: (...options) => server.open(...options) }, account)
  let slot = 0
  const run = async (): Promise<Run> => {
    slot += 1
    const at = new Date(Date.parse('2026-06-01T12:00:00.000Z') + slot * 600_000).toISOString()
    let done = await takeJob(memory.services, tick(at), aDeadline(memory.state.now))
    for (let parts = 1; parts < 20; parts += 1) {
      const job = memory.state.jobs.shift()
      if (!job) return done
      done = await takeJob(memory.services, job, aDeadline(memory.state.now))
    }
    throw new Error('the run does not end')
  }
  const renew = () => {
    server.messages = server.messages.map((message) => ({ ...message, uid: `again-${message.uid}` }))
  }
  const subjects = () => [...memory.state.raw.values()].map((bytes) => /Subject: (\d+)/.exec(String(bytes))?.[1]).sort()
  return { server, memory, run, renew, subjects }
}

describe.each(starts)('a POP3 account with %s whose server gave all messages new UIDLs', (_title, startFrom) => {
  it.each(['keep', 'delete'] as const)(
    'after all UIDLs change, old mail stays and new mail is fetched (after-fetch %s)',
    async (action) => {
      const { server, memory, run, renew, subjects } = world(startFrom, { afterFetch: { action } })
      server.messages = [old(1), old(2), old(3)]
      await run()
      renew()
      server.messages.push(fresh(4))
      const after = await run()
      expect(after).toMatchObject({ state: 'done', counts: { stored: 1 }, skippedBecause: { 'before-start': 3 } })
      expect(after.events.map(({ code }) => code)).toContain('start-looked-at-again')
      expect(subjects()).toEqual(['4'])
      server.messages.push(fresh(5))
      expect(await run()).toMatchObject({ counts: { stored: 1 }, events: [] })
      expect(memory.state.announced).toHaveLength(2)
    },
  )

  it('new mail is still fetched after the owner removes all old mail', async () => {
    const { server, run, subjects } = world(startFrom)
    server.messages = [old(1), old(2)]
    await run()
    server.messages = [fresh(3)]
    expect(await run()).toMatchObject({ state: 'done', counts: { stored: 1, deleted: 1 } })
    server.messages = [fresh(4)]
    expect(await run()).toMatchObject({ state: 'done', counts: { stored: 1, deleted: 1 }, events: [] })
    expect(subjects()).toEqual(['3', '4'])
  })

  it('a POP3 account that skips old mail fetches nothing after the server stops providing UIDLs', async () => {
    const { server, run } = world(startFrom)
    server.messages = [old(1), old(2)]
    await run()
    server.stableUids = false
    for (let round = 0; round < 2; round += 1) {
      server.messages = server.messages.map((message) => ({ ...message, uid: `${message.uid}x` }))
      expect(await run()).toMatchObject({ state: 'failed', error: { code: 'start-unknown' }, counts: { stored: 0 } })
    }
  })

  it('the mailbox is not checked again for old mail while the UIDL of a stored message is known', async () => {
    const { server, run } = world(startFrom, { afterFetch: { action: 'keep' } })
    server.messages = [old(1)]
    await run()
    server.messages.push(fresh(2))
    await run()
    server.messages = [{ ...fresh(2) }, fresh(3)]
    server.log.length = 0
    expect(await run()).toMatchObject({ counts: { stored: 1, alreadyKnown: 1 }, events: [] })
    expect(server.log.filter((line) => line.startsWith('headers'))).toEqual([])
  })
})

describe('a POP3 account with startFrom new whose server gave all messages new UIDLs', () => {
  it('the run fails as start-unknown if all UIDLs changed and the server cannot return headers', async () => {
    const { server, run, renew } = world('new')
    server.showsHeaders = false
    server.messages = [old(1), old(2)]
    await run()
    renew()
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'start-unknown' }, counts: { stored: 0 } })
    expect(server.messages).toHaveLength(2)
  })
})

describe('a POP3 account with a start date whose server gives all messages new UIDLs in every session', () => {
  it('a run with a start date ends even if a large mailbox has unstable UIDLs', async () => {
    const { server, memory, run, renew } = world({ since: startsAt })
    const open = server.open.bind(server)
    server.open = async (...options) => {
      renew()
      return await open(...options)
    }
    server.messages = Array.from({ length: 1000 }, (_, index) => old(index + 1))
    server.onHeaders = () => {
      memory.state.now += limits.examineWithin / 3
    }
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'start-unknown' }, counts: { stored: 0 } })
    expect(server.messages).toHaveLength(1000)
  })
})
