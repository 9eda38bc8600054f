import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smallMessages } from '../mail-server/corpus.ts'
import { endAtGreeting, endMidMessage, refuse } from '../mail-server/faults.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'

const password = 'a-password-of-this-test'
const users = ['healthy-imap', 'healthy-pop3', 'hanging', 'refused', 'poisoned', 'cut-off'] as const
type User = (typeof users)[number]
/**
 * Contains control characters, an escape sequence and a bidirectional override. The API must not return any of them.
 */
const hostileWords = 'go\u001b[31m away\u0007 \u202eevil'

const servers = new Map<User, MailServer>()
const accountIds = new Map<User, string>()
let stack: TestStack

const serverOf = (user: User): MailServer => {
  const server = servers.get(user)
  if (!server) throw new Error(`no server of ${user}`)
  return server
}

beforeAll(async () => {
  await assembly()
  for (const name of users) {
    const server = await startMailServer({ users: [{ name, password }] })
    server.user(name).inbox.appendAll(smallMessages(5, { seed: users.indexOf(name) + 50 }))
    servers.set(name, server)
  }
  serverOf('hanging').faults = [endAtGreeting('hang')]
  serverOf('refused').faults = [refuse('LOGIN', { code: 'AUTHENTICATIONFAILED', text: hostileWords })]
  serverOf('cut-off').faults = [endMidMessage(1000, 'reset', 3)]
  serverOf('poisoned').user('poisoned').inbox.append('\r\nno header at all\r\n')
  stack = await startStack({ servers: [...servers.values()] })
  for (const user of users) {
    const type = user === 'healthy-pop3' || user === 'cut-off' ? 'POP3S' : 'IMAPTLS'
    const account = await stack.api.createAccount({ ...accountOn(serverOf(user), type, user), password })
    accountIds.set(user, account.accountId)
  }
}, assemblyLimitMs)

afterAll(async () => {
  await stack?.[Symbol.asyncDispose]()
  for (const server of servers.values()) await server.stop()
})

const statusOf = async (user: User) => {
  const account = (await stack.api.accounts()).find(({ username }) => username === user)
  if (!account) throw new Error(`${user} is not listed`)
  return account.status
}

/** Waits for the end of the account's run. A scheduled run has no record before it has found mail or has lasted for seconds. */
const scheduledRunOf = async (user: User) => {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
    const [run] = await stack.api.runsOf(accountIds.get(user) ?? '')
    if (run) return await stack.api.ended(run.runId)
  }
  throw new Error(`${user} has no run`)
}

describe('a bad account affects only itself', () => {
  it('the other accounts are done long before the hanging account times out', async () => {
    await stack.fireTick()
    const others = users.filter((user) => user !== 'hanging')
    const ends = await Promise.all(others.map(async (user) => (await scheduledRunOf(user)).endedAt ?? ''))
    const end = await scheduledRunOf('hanging')
    for (const other of ends) expect(Date.parse(end.endedAt ?? '')).toBeGreaterThan(Date.parse(other))
    await stack.settled()
  })

  it.each(['healthy-imap', 'healthy-pop3'] as const)(
    'the account %s is fetched completely despite bad accounts',
    async (user) => {
      expect(await statusOf(user)).toMatchObject({ lastRun: { state: 'done', stored: 5, deleted: 5 } })
      expect((await statusOf(user)).lastError).toBeUndefined()
      expect(serverOf(user).user(user).inbox.messages).toEqual([])
    },
  )

  it('a message without a header goes to the default queue as unparsed, and its mailbox is emptied', async () => {
    expect(await statusOf('poisoned')).toMatchObject({ lastRun: { state: 'done', stored: 6, deleted: 6 } })
    expect(serverOf('poisoned').user('poisoned').inbox.messages).toEqual([])
    const unparsed = await stack.api.messages(`accountId=${accountIds.get('poisoned')}&state=unparsed`)
    expect(unparsed).toEqual([
      expect.objectContaining({ queueName: 'Raw', parsed: false, state: 'announced', reason: expect.anything() }),
    ])
    expect(unparsed[0]?.reason.code).toBe('unparsed')
  })

  it.each([
    ['hanging', 'connection-timed-out'],
    ['refused', 'credentials-rejected'],
    ['cut-off', 'connection-lost'],
  ] as const)('the account %s is listed with %s, a message, the remedy and the next fetch', async (user, code) => {
    const { lastError, lastRun, nextFetchAt } = await statusOf(user)
    expect(lastRun?.state).toBe('failed')
    expect(lastError).toMatchObject({ code, consecutive: 1 })
    expect(lastError?.detail.length).toBeGreaterThan(20)
    expect(lastError?.remedy.length).toBeGreaterThan(20)
    expect(Date.parse(lastError?.at ?? '')).toBeGreaterThan(Date.now() - 120_000)
    expect(Date.parse(nextFetchAt ?? '')).toBeGreaterThan(Date.parse(lastError?.at ?? '') - 60_000)
  })

  it('the API removes everything from a hostile server’s message that a terminal would interpret', async () => {
    const { lastError } = await statusOf('refused')
    expect(lastError?.detail).toMatch(/Server response: .*go.*away.*evil/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these characters may appear
    expect(lastError?.detail).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
  })

  it('messages that arrived before a connection was cut are stored once, and the rest follows when the server has recovered', async () => {
    serverOf('cut-off').faults = []
    const run = await stack.api.ended(await stack.api.fetchNow(accountIds.get('cut-off') ?? ''))
    expect(run.state).toBe('done')
    const messages = await stack.api.messages(`accountId=${accountIds.get('cut-off')}`)
    expect(new Set(messages.map(({ sha256 }) => sha256)).size).toBe(5)
    expect(messages.length).toBe(5)
    expect(serverOf('cut-off').user('cut-off').inbox.messages).toEqual([])
    const { lastError } = await statusOf('cut-off')
    expect(lastError).toBeUndefined()
  })
})
