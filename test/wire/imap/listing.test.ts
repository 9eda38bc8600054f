import { describe, expect, it } from 'vitest'
import { everyUid, listAll } from '../../contracts/mailbox-steps.ts'
import { endAt, type Fault, flagUpdates, lie, refuse, replyTo } from '../../mail-server/faults.ts'
import { failureOf, hasty, openAt, serverWith, settingsFor } from './imap-wire.ts'

const bodies = (count: number) => Array.from({ length: count }, (_, index) => Buffer.from(`Subject: ${index}\r\n\r\n`))

const withMessages = async (count: number, ...faults: Fault[]) => {
  const server = await serverWith({}, ...faults)
  const { inbox } = server.user('alice')
  inbox.appendAll(bodies(count))
  return { server, inbox, mailbox: await openAt(settingsFor(server)) }
}

describe('IMAP listing', () => {
  it('IMAP listing fetches windows of 1,000 messages with one round trip each', async () => {
    const { server, mailbox } = await withMessages(2500)
    const before = mailbox.roundTrips
    const windows: number[] = []
    for await (const window of mailbox.list()) windows.push(window.length)
    expect(windows).toEqual([1000, 1000, 500])
    expect(mailbox.roundTrips - before).toBe(3)
    expect(server.commandNames().filter((name) => name === 'FETCH')).toHaveLength(3)
    expect(server.transcript.at(-1)?.args).not.toMatch(/BODY|ENVELOPE/)
  })

  it('IMAP listing above a UID needs only one search and the remaining windows', async () => {
    const { server, mailbox } = await withMessages(2500)
    server.transcript.length = 0
    expect(everyUid(await listAll(mailbox, '1300'))).toEqual(
      Array.from({ length: 1200 }, (_, index) => `${1301 + index}`),
    )
    expect(server.commandNames()).toEqual(['UID SEARCH', 'UID FETCH', 'UID FETCH'])
  })

  it('IMAP listing skips no message if another session expunges between two windows', async () => {
    const { inbox, mailbox } = await withMessages(2500)
    const found: string[] = []
    for await (const window of mailbox.list()) {
      if (found.length === 0) for (const uid of [1, 5, 700, 999, 1000, 1001, 2400]) inbox.remove(uid)
      found.push(...everyUid(window))
    }
    const missing = inbox.uids.filter((uid) => !found.includes(`${uid}`))
    expect(missing).toEqual([])
    expect(new Set(found).size).toBe(found.length)
  })

  it('IMAP listing ignores rows of other messages and rows without a UID', async () => {
    const { mailbox } = await withMessages(20, flagUpdates())
    expect(everyUid(await listAll(mailbox))).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}`))
  })

  it('IMAP listing reports messages flagged \\Deleted and returns an absurd size unchanged', async () => {
    const server = await serverWith({}, lie(2, { size: 2 ** 31 }))
    const { inbox } = server.user('alice')
    inbox.append('Subject: a\r\n\r\n', {
      flags: ['\\Deleted', '\\Seen'],
      internalDate: new Date('2026-01-02T03:04:05Z'),
    })
    inbox.append('Subject: b\r\n\r\n')
    const [first, second] = await listAll(await openAt(settingsFor(server)))
    expect(first).toMatchObject({ uid: '1', flaggedDeleted: true, internalDate: '2026-01-02T03:04:05.000Z', size: 14 })
    expect(second).toMatchObject({ uid: '2', flaggedDeleted: false, size: 2 ** 31 })
  })

  it('IMAP listing works without UIDNEXT and after UIDVALIDITY has changed', async () => {
    const server = await serverWith({ quirks: { selectCodes: { UIDNEXT: '' } } })
    const { inbox } = server.user('alice')
    inbox.appendAll(bodies(3))
    const before = await openAt(settingsFor(server))
    expect(await listAll(before)).toHaveLength(3)
    inbox.changeUidValidity()
    const after = await openAt(settingsFor(server))
    expect(after.uidValidity).not.toBe(before.uidValidity)
    expect(everyUid(await listAll(after, '1'))).toEqual(['2', '3'])
  })

  it.each([
    ['everything in the folder', 3],
    ['nothing in an empty folder', 0],
    ['several full windows', 2500],
  ])('IMAP listing ends even if EXISTS announces 4,294,967,290 messages: it lists %s', async (_title, count) => {
    const lie = '* 4294967290 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-WRITE] selected'
    const numbers = Array.from({ length: count }, (_, index) => index + 1)
    const rows = (args: string): string => {
      const [first = 0, last = 0] = /^(\d+):(\d+)/.exec(args)?.slice(1).map(Number) ?? []
      const asked = numbers.filter((number) => number >= first && number <= last)
      return asked.map((number) => `* ${number} FETCH (UID ${number} RFC822.SIZE 10 FLAGS ())\r\n`).join('')
    }
    const server = await serverWith(
      {},
      replyTo('SELECT', lie),
      replyTo('UID SEARCH', `* SEARCH ${count || ''}\r\n{tag} OK`),
      {
        onCommand: (_, { name, args }) => (name === 'FETCH' ? { reply: `${rows(args)}{tag} OK` } : undefined),
      },
    )
    const mailbox = await openAt(settingsFor(server))
    expect(mailbox.messageCount).toBe(4294967290)
    server.transcript.length = 0
    expect(await listAll(mailbox)).toHaveLength(count)
    expect(server.commandNames().length).toBeLessThan(6)
  })

  it('IMAP listing fails instead of returning an empty list if the server refuses or disconnects', async () => {
    const { server, mailbox } = await withMessages(3, refuse('FETCH', { text: 'no list today' }))
    const error = await failureOf(listAll(mailbox))
    expect([error.code, error.serverWords]).toEqual(['server-misbehaved', 'no list today'])
    server.faults = [endAt('FETCH', 'drop')]
    expect((await failureOf(listAll(await openAt(settingsFor(server))))).code).toBe('connection-lost')
    server.faults = [endAt('FETCH', 'hang')]
    expect((await failureOf(listAll(await openAt(settingsFor(server), hasty)))).code).toBe('server-silent')
    server.faults = [replyTo('FETCH', '* 1 FETCH (UID 1 FLAGS {99999999999}')]
    expect((await failureOf(listAll(await openAt(settingsFor(server))))).code).toBe('server-misbehaved')
    server.faults = []
    const dropped = await openAt(settingsFor(server))
    server.dropConnections()
    expect((await failureOf(listAll(dropped))).code).toBe('connection-lost')
  })
})
