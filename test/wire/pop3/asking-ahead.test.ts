import { describe, expect, test } from 'vitest'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { everyUid, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { smallMessages } from '../../mail-server/corpus.ts'
import { endAt } from '../../mail-server/faults.ts'
import { startProxy } from '../../mail-server/proxy.ts'
import { errorOf, impatient, never, policy, serverWith, settingsFor } from './steps.ts'

const mebi = 1024 * 1024
const letter = (size: number): Buffer => Buffer.alloc(size, 'Every line of this message is like any other one.\r\n')

describe('POP3 pipelined retrieval', () => {
  test('POP3 retrieval has at most 32 messages in progress', async () => {
    await using server = await serverWith({ faults: [endAt('RETR', 'hang')] })
    server.user('ada').inbox.appendAll(smallMessages(100))
    await using proxy = await startProxy({ to: { port: server.port('POP3') } })
    const mailbox = await openPop3Mailbox({ ...settingsFor(server), port: proxy.port }, impatient, never)
    const messages = await listAll(mailbox)
    const before = proxy.counts.bytesToServer
    await errorOf(retrieveAll(mailbox, messages))
    const asked = messages
      .slice(0, 32)
      .map((_, index) => `RETR ${index + 1}\r\n`)
      .join('')
    expect(proxy.counts.bytesToServer - before).toBe(asked.length)
    await mailbox.close()
  })

  test('POP3 retrieval has at most 8 MiB in progress', async () => {
    await using server = await serverWith({ faults: [endAt('RETR', 'hang')] })
    server.user('ada').inbox.appendAll(Array.from({ length: 5 }, () => letter(3 * mebi)))
    await using proxy = await startProxy({ to: { port: server.port('POP3') } })
    const mailbox = await openPop3Mailbox({ ...settingsFor(server), port: proxy.port }, impatient, never)
    const messages = await listAll(mailbox)
    const before = proxy.counts.bytesToServer
    await errorOf(retrieveAll(mailbox, messages))
    expect(proxy.counts.bytesToServer - before).toBe('RETR 1\r\nRETR 2\r\n'.length)
    await mailbox.close()
  })

  test('POP3 retrieves 1,000 small messages in one session with at most 50 round trips from connect to quit', async () => {
    await using server = await serverWith()
    await using proxy = await startProxy({ to: { port: server.port('POP3') }, delayMs: 10 })
    server.user('ada').inbox.appendAll(smallMessages(1000))
    const mailbox = await openPop3Mailbox({ ...settingsFor(server), port: proxy.port }, policy, never)
    const messages = await listAll(mailbox)
    const confirmed: string[] = []
    for (let from = 0; from < messages.length; from += 200) {
      const chunk = messages.slice(from, from + 200)
      expect(await retrieveAll(mailbox, chunk)).toHaveLength(200)
      await mailbox.remove(chunk)
      confirmed.push(...(await mailbox.commit()).confirmed)
    }
    confirmed.push(...(await mailbox.close()).confirmed)
    expect(confirmed.sort()).toEqual(everyUid(messages).sort())
    expect(server.user('ada').inbox.messages).toHaveLength(0)
    const trips = proxy.counts.roundTrips + proxy.counts.connections
    console.log(`1,000 messages: ${trips} round trips on the line, ${mailbox.roundTrips} by our own count`)
    expect(proxy.counts.connections).toBe(1)
    expect(mailbox.roundTrips).toBeLessThanOrEqual(50)
    // On the line, a window that slides counts once for each batch of commands.
    expect(trips).toBeLessThanOrEqual(100)
  })
})
