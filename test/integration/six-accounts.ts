import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccountType, accountTypeFacts } from '../../lib/mailbox/account-type.ts'
import type { Message } from '../../lib/messages/message.ts'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { asSentByPop3 } from '../mail-server/pop3/dot-stuffing.ts'
import { Consumer } from '../support/announcements.ts'
import { assembly, assemblyLimitMs } from '../support/assembly.ts'
import { RawMail, sha256 } from '../support/raw-mail.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'
import { addresses, type Letter, letters } from './letters.ts'

interface Case {
  readonly type: AccountType
  readonly username: string
  readonly trusted: boolean
  readonly queue?: string
}

const cases: readonly Case[] = [
  { type: 'IMAP', username: 'clear-imap', trusted: false },
  { type: 'IMAPS', username: 'tls-imap', trusted: false, queue: 'Sales' },
  { type: 'IMAPTLS', username: 'starttls-imap', trusted: true },
  { type: 'POP3', username: 'clear-pop3', trusted: false, queue: 'Billing' },
  { type: 'POP3S', username: 'tls-pop3', trusted: true },
  { type: 'POP3TLS', username: 'starttls-pop3', trusted: false },
]
const password = 'correct horse battery staple'

let dovecot: Dovecot
let stack: TestStack
let consumer: Consumer
/** The messages of each account, by username and by the hash of the bytes that the server sends. */
const expected = new Map<string, Map<string, Letter>>()
const accountIds = new Map<string, string>()

const asSent = (type: AccountType, bytes: Buffer): Buffer =>
  accountTypeFacts[type].protocol === 'pop3' ? asSentByPop3(bytes) : bytes

const messagesOf = (username: string): Promise<Message[]> => stack.api.messages(`accountId=${accountIds.get(username)}`)

export const describeSixAccounts = (each: number): void => {
  beforeAll(async () => {
    await assembly()
    dovecot = await startDovecot({ users: cases.map(({ username: name }) => ({ name, password })) })
    stack = await startStack({ servers: [dovecot] })
    consumer = await Consumer.subscribe(stack)
    const queueIds = new Map<string, string>()
    for (const name of new Set(Object.values(addresses))) queueIds.set(name, await stack.api.createQueue(name))
    for (const [address, queue] of Object.entries(addresses))
      await stack.api.createAddress(address, queueIds.get(queue) ?? '')
    for (const [seed, { type, username, trusted, queue }] of cases.entries()) {
      const sent = letters(each, { seed: seed + 1, trusted, ...(queue !== undefined && { queue }) })
      await dovecot.deliver(
        username,
        sent.map(({ bytes }) => bytes),
      )
      expected.set(username, new Map(sent.map((letter) => [sha256(asSent(type, letter.bytes)), letter])))
      const dispatching = queue === undefined ? { by: 'to-field' } : { by: 'queue', queueId: queueIds.get(queue) }
      const settings = { ...accountOn(dovecot, type, username), password, trusted, dispatching }
      accountIds.set(username, (await stack.api.createAccount(settings)).accountId)
    }
  }, assemblyLimitMs)

  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]()
    await dovecot?.stop()
  })

  describe(`${each} messages in each of six accounts of a real Dovecot, one account per type`, () => {
    it('the messages are fetched by one tick of the schedule, and every account shows success', {
      timeout: 240_000,
    }, async () => {
      await stack.tick(230_000)
      for (const { accountId, username, status } of await stack.api.accounts()) {
        expect(status.lastError, username).toBeUndefined()
        expect(status.lastRun, username).toMatchObject({ state: 'done', stored: each, deleted: each })
        expect(Date.parse(status.lastSuccessAt ?? ''), username).toBeGreaterThan(Date.now() - 300_000)
        expect(Date.parse(status.nextFetchAt ?? ''), username).toBeGreaterThan(Date.now() - 300_000)
        expect(status.oldestWaitingAt, username).toBeUndefined()
        expect(accountIds.get(username)).toBe(accountId)
      }
    })

    it('the messages are removed from the server', async () => {
      for (const { username } of cases) expect(await dovecot.count(username), username).toBe(0)
    })

    it('the messages are in the S3 store once, byte for byte as the server sent them', async () => {
      const stored = await new RawMail(stack).hashes()
      expect(stored.size).toBe(cases.length * each)
      for (const { username } of cases) {
        const rows = await messagesOf(username)
        expect(rows.map(({ messageId }) => stored.get(messageId)).toSorted(), username).toEqual(
          [...(expected.get(username)?.keys() ?? [])].toSorted(),
        )
        for (const { messageId, sha256: hash } of rows) expect(stored.get(messageId)).toBe(hash)
      }
    })

    it('the messages are in the right queue for the right reason', async () => {
      for (const { username, trusted } of cases) {
        for (const row of await messagesOf(username)) {
          const letter = expected.get(username)?.get(row.sha256)
          const came = { queue: row.queueName, reason: row.reason.code, state: row.state, server: row.server }
          expect(came).toEqual({
            queue: letter?.queue,
            reason: letter?.reason,
            state: letter?.ignored ? 'ignored' : 'announced',
            server: 'deleted',
          })
          expect(row).toMatchObject({ trusted, parsed: letter?.reason !== 'unparsed' })
          if (!trusted) expect(row.control).toEqual({})
        }
      }
    })

    it('the messages match docs/events.schema.json when announced, each with its own id and without the ignored ones', async () => {
      const announced = await consumer.takeAll()
      const rows = (await Promise.all(cases.map(({ username }) => messagesOf(username)))).flat()
      const wanted = rows.filter(({ state }) => state !== 'ignored')
      expect(announced.map(({ messageId }) => messageId).toSorted()).toEqual(
        wanted.map(({ messageId }) => messageId).toSorted(),
      )
      // Two accounts are trusted, and every twentieth of their letters asks to be ignored.
      expect(rows.length - wanted.length).toBe(2 * (each / 20))
      const rowOf = new Map(rows.map((row) => [row.messageId, row]))
      for (const { messageId, raw, queue, reason, trusted, control, ignoredControl } of announced) {
        const row = rowOf.get(messageId)
        expect(raw).toMatchObject({ key: messageId, sha256: row?.sha256, size: row?.size })
        expect(queue).toEqual({ queueId: row?.queueId, name: row?.queueName })
        expect({ reason, trusted, control, ignoredControl }).toEqual({
          reason: row?.reason,
          trusted: row?.trusted,
          control: row?.control,
          ignoredControl: row?.ignoredControl,
        })
      }
    })

    it('the messages are accounted for in run records whose counts add up', async () => {
      for (const { username } of cases) {
        const [run, ...more] = await stack.api.runsOf(accountIds.get(username) ?? '')
        expect(more, username).toEqual([])
        const ignored = [...(expected.get(username)?.values() ?? [])].filter((letter) => letter.ignored).length
        expect(run?.counts, username).toEqual({
          found: each,
          stored: each,
          alreadyKnown: 0,
          skipped: 0,
          left: 0,
          deleted: each,
          moved: 0,
          announced: each - ignored,
        })
        expect(run, username).toMatchObject({ trigger: 'schedule', state: 'done', events: [] })
        expect(
          Object.values(run?.storedByQueue ?? {}).reduce((sum, count) => sum + count, 0),
          username,
        ).toBe(each)
      }
    })

    it('the messages are not fetched again: a second tick finds and stores nothing', async () => {
      await stack.tick()
      for (const { username } of cases) {
        const [run] = await stack.api.runsOf(accountIds.get(username) ?? '')
        expect(run, username).toMatchObject({ state: 'done', counts: { found: 0, stored: 0, deleted: 0 } })
      }
      expect(await consumer.takeAll()).toEqual([])
      expect((await new RawMail(stack).keys()).length).toBe(cases.length * each)
    })

    it('the functions fetch the messages within their declared memory, without failures', () => {
      const ends = stack.events.filter((event) => event.type === 'invocation-end')
      expect(ends.filter(({ status }) => status !== 'ok')).toEqual([])
      for (const { peakBytes } of stack.ended('FetchingFunction')) expect(peakBytes).toBeLessThan(512 * 1024 * 1024)
      expect(stack.local.queueDepth('FetchQueueDeadLetters')).toEqual({ ready: 0, inFlight: 0, delayed: 0 })
    })
  })
}
