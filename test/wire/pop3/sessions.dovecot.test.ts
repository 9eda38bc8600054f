import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mailbox, MailboxSettings } from '../../../lib/mailbox/mailbox.ts'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { bytesOf, everyUid, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { mixedMessages, smallMessages } from '../../mail-server/corpus.ts'
import { type Dovecot, startDovecot } from '../../mail-server/dovecot/dovecot.ts'
import { asSentByPop3 } from '../../mail-server/pop3/dot-stuffing.ts'
import { startProxy } from '../../mail-server/proxy.ts'
import { errorOf, never, policy } from './steps.ts'

let dovecot: Dovecot
beforeAll(async () => {
  const users = ['ada', 'bob', 'cyd', 'dan'].map((name) => ({ name, password: 'correct horse' }))
  dovecot = await startDovecot({ users, settings: 'protocol pop3 {\n  pop3_lock_session = yes\n}' })
})
afterAll(async () => await dovecot.stop())

const settings = (username: string, port = dovecot.port('POP3')): MailboxSettings => ({
  type: 'POP3',
  host: 'localhost',
  port,
  folder: 'INBOX',
  credential: { method: 'password', username, password: 'correct horse' },
})

/** Collects in chunks, as a fetch run does. @returns the retrieved messages and the confirmed uids */
const collect = async (mailbox: Mailbox, size: number) => {
  const bytes: Buffer[] = []
  const confirmed: string[] = []
  const messages = await listAll(mailbox)
  for (let from = 0; from < messages.length; from += size) {
    const chunk = messages.slice(from, from + size)
    bytes.push(...(await retrieveAll(mailbox, chunk)).map(bytesOf))
    await mailbox.remove(chunk)
    confirmed.push(...(await mailbox.commit()).confirmed)
  }
  confirmed.push(...(await mailbox.close()).confirmed)
  return { uids: everyUid(messages), bytes, confirmed }
}

describe('POP3 sessions with Dovecot', () => {
  test('POP3 retrieves 1,000 small messages from Dovecot byte for byte and deletes them in one session and at most 50 round trips', async () => {
    const messages = smallMessages(1000)
    await dovecot.deliver('ada', messages)
    await using proxy = await startProxy({ to: { port: dovecot.port('POP3') }, delayMs: 10 })
    const mailbox = await openPop3Mailbox(settings('ada', proxy.port), policy, never)
    const { uids, bytes, confirmed } = await collect(mailbox, 200)
    expect(confirmed).toEqual(uids)
    expect(bytes.every((found, index) => found.equals(asSentByPop3(messages[index] ?? Buffer.alloc(0))))).toBe(true)
    expect(await dovecot.count('ada')).toBe(0)
    const { roundTrips, connections } = proxy.counts
    console.log(`1,000 messages from Dovecot: ${roundTrips} round trips in ${connections} connections`)
    expect(connections).toBe(1)
    expect(mailbox.roundTrips).toBeLessThanOrEqual(50)
    // On the line, a window that slides counts once for each batch of commands.
    expect(roundTrips + connections).toBeLessThanOrEqual(100)
  })

  test('polling an empty Dovecot mailbox over POP3 needs only the round trips for login, listing and logout', async () => {
    await using proxy = await startProxy({ to: { port: dovecot.port('POP3') }, delayMs: 10 })
    const mailbox = await openPop3Mailbox(settings('bob', proxy.port), policy, never)
    await mailbox.close()
    // CAPA, USER with PASS, UIDL with LIST, QUIT.
    expect(proxy.counts.roundTrips).toBe(4)
    expect(mailbox.roundTrips).toBe(5)
  })

  test('POP3 retrieves 200 mixed messages in chunks from Dovecot byte for byte', async () => {
    const messages = mixedMessages(200)
    await dovecot.deliver('cyd', messages)
    const { bytes, confirmed } = await collect(await openPop3Mailbox(settings('cyd'), policy, never), 60)
    expect(confirmed).toHaveLength(200)
    expect(bytes.every((found, index) => found.equals(asSentByPop3(messages[index] ?? Buffer.alloc(0))))).toBe(true)
  })

  test('a Dovecot mailbox that another POP3 session uses is reported as mailbox-in-use', async () => {
    await dovecot.deliver('dan', smallMessages(1))
    const first = await openPop3Mailbox(settings('dan'), policy, never)
    // Dovecot itself waits for the lock before it answers.
    const second = openPop3Mailbox(settings('dan'), { ...policy, silenceTimeout: 40_000 }, never)
    expect((await errorOf(second)).code).toBe('mailbox-in-use')
    await first.close()
  })
})
