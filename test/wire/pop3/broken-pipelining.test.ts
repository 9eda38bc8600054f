import { describe, expect, test } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { FakeServer } from '../../lib/fetching/fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from '../../lib/fetching/memory-services.ts'
import { endAfter, endAt, type Fault, refuse, replyTo } from '../../mail-server/faults.ts'
import type { MailServer } from '../../mail-server/server.ts'
import { probe } from '../probe/probe-steps.ts'
import { impatient, serverWith, settingsFor } from './steps.ts'

/** Announces PIPELINING, and discards everything that arrives before it has answered. */
const broken = { without: ['PIPELINING'], extraCapabilities: ['PIPELINING'] }
const week = 7 * 24 * 60 * 60_000

/** Runs of one account against the in-repository server, ten minutes apart. */
const world = (server: MailServer, change: Partial<Account> = {}) => {
  const account = anAccount({ type: 'POP3', folder: undefined, host: 'localhost', port: 110, ...change })
  const memory = memoryServices(new FakeServer(), account)
  /** The `oneByOne` setting of each session. */
  const askedOneByOne: unknown[] = []
  const services: typeof memory.services = {
    ...memory.services,
    network: impatient,
    openMailbox: ({ oneByOne, ignoreUidls }, network, signal, watch) => {
      askedOneByOne.push(oneByOne)
      return openPop3Mailbox({ ...settingsFor(server), oneByOne, ignoreUidls }, network, signal, watch)
    },
  }
  const run = async () => {
    memory.state.now += 600_000
    return await takeJob(services, tick(new Date(memory.state.now).toISOString()), aDeadline(memory.state.now))
  }
  const eventsOf = ({ events }: Awaited<ReturnType<typeof run>>) => events.map(({ code }) => code)
  return { memory, account, askedOneByOne, run, eventsOf, status: () => memory.state.statuses.get('account-1') }
}

const eachAlone: Fault = {
  // No other command may have arrived by the time a command is answered.
  onCommand: () => new Promise((resolve) => setImmediate(() => resolve(undefined))),
}

/** Failures that happen only with several concurrent commands. The second UIDL belongs to another session. */
const breaks: ReadonlyArray<[title: string, server: Parameters<typeof serverWith>[0], code: string]> = [
  [
    'does not answer PASS, which it received together with USER',
    { faults: [endAt('PASS', 'hang', 1)] },
    'server-silent',
  ],
  ['discards commands that arrive early', { quirks: broken }, 'server-silent'],
  ['does not answer the second command', { faults: [endAt('LIST', 'hang', 1)] }, 'server-silent'],
  ['sends an unrelated line', { faults: [replyTo('LIST', 'what?', 1)] }, 'server-misbehaved'],
  ['mixes up its responses', { faults: [replyTo('LIST', '+OK\r\n1 uid-1\r\n.', 1)] }, 'server-misbehaved'],
  ['disconnects at the first batch', { faults: [endAt('UIDL', 'drop', 1)] }, 'connection-lost'],
]

describe('a POP3 server that announces PIPELINING', () => {
  test.each(breaks)(
    'a fetch run sends one command at a time after PIPELINING fails: the server %s',
    async (_, options, code) => {
      await using server = await serverWith(options)
      server.user('ada').inbox.appendAll([aMail(1), aMail(2), aMail(3)])
      const { run, eventsOf, status, memory } = world(server)
      const failed = await run()
      expect(failed).toMatchObject({ state: 'failed', error: { code } })
      expect(eventsOf(failed)).toContain('pipelining-broken')
      expect(status()?.resume?.oneByOne).toEqual({
        server: 'localhost:110',
        until: new Date(memory.state.now + week).toISOString(),
      })
      const next = await run()
      expect(next).toMatchObject({ state: 'done', counts: { stored: 3, deleted: 3 } })
      expect(eventsOf(next)).not.toContain('pipelining-broken')
      expect(await run()).toMatchObject({ state: 'done' })
    },
  )

  test('a fetch run sends one command at a time after the server loses pipelined RETR commands', async () => {
    await using server = await serverWith({ faults: [endAt('RETR', 'hang', 1)] })
    server.user('ada').inbox.appendAll([aMail(1), aMail(2)])
    const { run, eventsOf } = world(server)
    expect(eventsOf(await run())).toContain('pipelining-broken')
    server.faults = [eachAlone]
    expect(await run()).toMatchObject({ state: 'done', counts: { stored: 2 } })
  })

  test('a fetch run does not blame PIPELINING for a disconnect if the server answered several commands before it', async () => {
    await using server = await serverWith({ faults: [endAt('RETR', 'drop', 1)] })
    server.user('ada').inbox.appendAll([aMail(1), aMail(2)])
    const { run, eventsOf, status } = world(server)
    const failed = await run()
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'connection-lost' } })
    expect(eventsOf(failed)).not.toContain('pipelining-broken')
    expect(status()).not.toHaveProperty('resume.oneByOne')
  })

  test('a fetch run does not blame PIPELINING for silence if only one command is in progress', async () => {
    await using server = await serverWith({ faults: [endAt('CAPA', 'hang', 1)] })
    const { run, eventsOf, status } = world(server)
    expect(eventsOf(await run())).toEqual([])
    expect(status()).not.toHaveProperty('resume.oneByOne')
  })

  test('a fetch run does not blame PIPELINING if the server disconnects because it refuses USER', async () => {
    await using server = await serverWith({ faults: [refuse('USER', { code: 'AUTH' }), endAfter('USER', 'drop')] })
    const { run, eventsOf, status } = world(server)
    const failed = await run()
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'credentials-rejected' } })
    expect(eventsOf(failed)).not.toContain('pipelining-broken')
    expect(status()).not.toHaveProperty('resume.oneByOne')
  })

  test('a fetch run tries PIPELINING again after a week', async () => {
    await using server = await serverWith({ quirks: broken })
    const { run, memory, askedOneByOne } = world(server)
    await run()
    expect(await run()).toMatchObject({ state: 'done' })
    server.quirks = { ...server.quirks, without: [], extraCapabilities: [] }
    memory.state.now += week
    expect(await run()).toMatchObject({ state: 'done' })
    expect(askedOneByOne).toEqual([false, true, false])
  })

  test.each([{ host: 'elsewhere.example', mailboxEpoch: 2 }, { port: 1110 }])(
    'a fetch run tries PIPELINING again if the account is changed to %o',
    async (change) => {
      await using server = await serverWith({ quirks: broken })
      const { run, memory, account, askedOneByOne } = world(server)
      await run()
      await run()
      memory.state.accounts.set('account-1', { ...account, ...change })
      server.quirks = { ...server.quirks, without: [], extraCapabilities: [] }
      expect(await run()).toMatchObject({ state: 'done' })
      expect(askedOneByOne).toEqual([false, true, false])
    },
  )

  test('a connection test passes on a server with broken PIPELINING, because it sends one command at a time', async () => {
    await using server = await serverWith({ quirks: broken })
    server.user('ada').inbox.appendAll([aMail(1), aMail(2)])
    const result = await probe(settingsFor(server))
    expect(result).toMatchObject({ passed: true, waiting: { count: 2 } })
  })
})
