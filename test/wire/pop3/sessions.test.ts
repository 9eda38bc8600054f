import { describe, expect, test } from 'vitest'
import { bytesOf, everyUid, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { smallMessages } from '../../mail-server/corpus.ts'
import { endAt, refuse, replyTo } from '../../mail-server/faults.ts'
import type { MailServer } from '../../mail-server/server.ts'
import { errorOf, impatient, open, serverWith } from './steps.ts'

const nothing = { confirmed: [], pending: [], left: [] }
const filled = async (count: number, options: Parameters<typeof serverWith>[0] = {}): Promise<MailServer> => {
  const server = await serverWith(options)
  server.user('ada').inbox.appendAll(smallMessages(count))
  return server
}
const inbox = (server: MailServer) => server.user('ada').inbox

describe('POP3 sessions and their commits', () => {
  test('a POP3 delete is pending until QUIT, and `close` confirms it', async () => {
    await using server = await filled(3)
    const mailbox = await open(server)
    const messages = await listAll(mailbox)
    const doomed = everyUid(messages.slice(0, 2))
    expect(await mailbox.remove(messages.slice(0, 2))).toEqual({ confirmed: [], pending: doomed, left: [] })
    expect(inbox(server).messages).toHaveLength(3)
    expect(await mailbox.close()).toEqual({ confirmed: doomed, pending: [], left: [] })
    expect(inbox(server).messages).toHaveLength(1)
    expect(await mailbox.close()).toEqual(nothing)
  })

  test('a POP3 commit does nothing if few deletes are pending and the session is young', async () => {
    await using server = await filled(5)
    const mailbox = await open(server)
    await mailbox.remove((await listAll(mailbox)).slice(0, 4))
    expect(await mailbox.commit()).toEqual(nothing)
    expect(server.sessionCount).toBe(1)
    await mailbox.close()
  })

  test('a POP3 commit ends the session at 1,000 pending deletes, and the next session continues with the same UIDs', async () => {
    await using server = await filled(1010)
    const mailbox = await open(server)
    const messages = await listAll(mailbox)
    const first = messages.slice(0, 1000)
    await mailbox.remove(first)
    expect((await mailbox.commit()).confirmed).toEqual(everyUid(first))
    expect(inbox(server).messages).toHaveLength(10)
    const rest = await retrieveAll(mailbox, messages.slice(1000))
    expect(rest.map(({ uid }) => uid)).toEqual(everyUid(messages.slice(1000)))
    expect(rest.map(bytesOf)).toEqual(inbox(server).messages.map(({ body }) => body))
    await mailbox.remove(messages.slice(1000))
    expect((await mailbox.close()).confirmed).toEqual(everyUid(messages.slice(1000)))
    expect(inbox(server).messages).toHaveLength(0)
    expect(server.sessionCount).toBe(2)
  })

  test('a POP3 commit ends an old session only if deletes are pending', async () => {
    await using server = await filled(2)
    const mailbox = await open(server, 'POP3', { sessionAge: 0 })
    expect(await mailbox.commit()).toEqual(nothing)
    expect(server.sessionCount).toBe(1)
    const messages = await listAll(mailbox)
    await mailbox.remove(messages.slice(0, 1))
    expect((await mailbox.commit()).confirmed).toEqual(everyUid(messages.slice(0, 1)))
    expect(everyUid(await listAll(mailbox))).toEqual(everyUid(messages.slice(1)))
    expect(server.sessionCount).toBe(2)
    await mailbox.close()
  })

  test('a POP3 commit keeps the session until the LOGIN-DELAY has passed', async () => {
    await using server = await filled(3, { quirks: { loginDelaySeconds: 600 } })
    const mailbox = await open(server, 'POP3', { pendingPerSession: 1, sessionAge: 0 })
    await mailbox.remove((await listAll(mailbox)).slice(0, 2))
    expect(await mailbox.commit()).toEqual(nothing)
    expect((await mailbox.close()).confirmed).toHaveLength(2)
    expect(server.sessionCount).toBe(1)
  })

  test('a POP3 message that is gone in the next session is absent and is not deleted', async () => {
    await using server = await filled(4)
    const mailbox = await open(server, 'POP3', { pendingPerSession: 1 })
    const messages = await listAll(mailbox)
    await mailbox.remove(messages.slice(0, 1))
    const taken = inbox(server).messages[2]
    if (taken === undefined) throw new Error('no message')
    inbox(server).remove(taken.uid)
    await mailbox.commit()
    const found = await retrieveAll(mailbox, messages.slice(1))
    expect(found.map(({ kind }) => kind).sort()).toEqual(['absent', 'whole', 'whole'])
    expect(found.find(({ kind }) => kind === 'absent')).toMatchObject({ uid: messages[2]?.uid, reason: 'vanished' })
    const report = await mailbox.remove(messages.slice(1, 3))
    expect(report.pending).toEqual(everyUid(messages.slice(1, 2)))
    expect(report.left.map(({ uid }) => uid)).toEqual(everyUid(messages.slice(2, 3)))
    expect((await mailbox.close()).confirmed).toEqual(everyUid(messages.slice(1, 2)))
  })

  test('a POP3 message whose DELE is refused is reported as remaining with the server’s text, and the others are deleted', async () => {
    await using server = await filled(3, { faults: [refuse('DELE', { text: 'not this one', times: 1 })] })
    const mailbox = await open(server)
    const messages = await listAll(mailbox)
    const report = await mailbox.remove(messages)
    expect(report.pending).toEqual(everyUid(messages.slice(1)))
    expect(report.left).toEqual([{ uid: messages[0]?.uid, detail: expect.stringContaining('not this one') }])
    expect((await mailbox.close()).confirmed).toEqual(everyUid(messages.slice(1)))
  })

  test('a POP3 message whose RETR is refused is absent, and later messages arrive', async () => {
    await using server = await filled(3, { faults: [refuse('RETR', { text: 'corrupt', times: 1 })] })
    const mailbox = await open(server)
    const found = await retrieveAll(mailbox, await listAll(mailbox))
    expect(found.map(({ kind }) => kind)).toEqual(['absent', 'whole', 'whole'])
    expect(found[0]).toMatchObject({ reason: 'refused', serverWords: 'corrupt' })
    await mailbox.close()
  })

  test.each([
    ['refused', replyTo('QUIT', '-ERR some deleted messages not removed'), 2],
    ['never answered', endAt('QUIT', 'hang'), 2],
    ['cut off', endAt('QUIT', 'drop'), 2],
  ])('a POP3 QUIT that is %s confirms nothing and loses nothing', async (_, fault, still) => {
    await using server = await filled(2, { faults: [fault] })
    const mailbox = await open(server, 'POP3', {}, impatient)
    const messages = await listAll(mailbox)
    await mailbox.remove(messages)
    const report = await mailbox.close()
    expect(report.confirmed).toEqual([])
    expect(report.left.map(({ uid }) => uid)).toEqual(everyUid(messages))
    expect(report.left[0]?.detail).toContain('did not confirm')
    expect(inbox(server).messages).toHaveLength(still)
  })

  test('a POP3 commit whose QUIT is refused reports the remaining messages and continues in the next session', async () => {
    await using server = await filled(4, { faults: [replyTo('QUIT', '-ERR disk full', 1)] })
    const mailbox = await open(server, 'POP3', { pendingPerSession: 2 })
    const messages = await listAll(mailbox)
    await mailbox.remove(messages.slice(0, 2))
    server.user('ada').pop3Lock = false
    const report = await mailbox.commit()
    expect(report.confirmed).toEqual([])
    expect(report.left).toHaveLength(2)
    expect(await retrieveAll(mailbox, messages)).toHaveLength(4)
    await mailbox.close()
  })

  test('the next POP3 session is opened only when it is needed, and a failed login is not repeated', async () => {
    await using server = await filled(3)
    const mailbox = await open(server, 'POP3', { pendingPerSession: 1 })
    const messages = await listAll(mailbox)
    await mailbox.remove(messages.slice(0, 1))
    server.faults = [refuse('PASS', { code: 'IN-USE' })]
    expect(await mailbox.commit()).toEqual({ confirmed: everyUid(messages.slice(0, 1)), pending: [], left: [] })
    expect(await mailbox.commit()).toEqual(nothing)
    expect(server.sessionCount).toBe(1)
    expect((await errorOf(retrieveAll(mailbox, messages))).code).toBe('mailbox-in-use')
    expect((await errorOf(mailbox.remove(messages))).code).toBe('connection-lost')
    expect(server.sessionCount).toBe(2)
    expect(await mailbox.close()).toEqual(nothing)
  })

  test('a POP3 mailbox that commits its deletes and is then closed does not log in again', async () => {
    await using server = await filled(2)
    const mailbox = await open(server, 'POP3', { pendingPerSession: 1 })
    await mailbox.remove(await listAll(mailbox))
    expect((await mailbox.commit()).confirmed).toHaveLength(2)
    expect(await mailbox.close()).toEqual(nothing)
    expect(server.sessionCount).toBe(1)
    expect((await errorOf(listAll(mailbox))).code).toBe('connection-lost')
  })

  test('a lost POP3 session reports its pending deletes as remaining', async () => {
    await using server = await filled(2)
    const mailbox = await open(server)
    const messages = await listAll(mailbox)
    await mailbox.remove(messages)
    server.dropConnections()
    expect((await mailbox.close()).left.map(({ uid }) => uid)).toEqual(everyUid(messages))
    expect(inbox(server).messages).toHaveLength(2)
  })

  test('closing a POP3 mailbox is limited in time if the server does not answer', async () => {
    await using server = await filled(1, { faults: [endAt('QUIT', 'hang')] })
    const mailbox = await open(server, 'POP3', { closeTimeout: 100 })
    const began = performance.now()
    expect(await mailbox.close()).toEqual(nothing)
    expect(performance.now() - began).toBeLessThan(8_000)
  })

  test.each([
    ['has no UIDL', { quirks: { without: ['UIDL'] } }],
    ['lists the same UIDL for all messages', { quirks: { uidls: 'duplicate' } }],
  ] as const)(
    'a POP3 server that %s is used in only one session, with UIDs that no later session repeats',
    async (_, options) => {
      await using server = await filled(3, options)
      const mailbox = await open(server, 'POP3', { pendingPerSession: 1, sessionAge: 0 })
      const messages = await listAll(mailbox)
      expect(messages.map(({ uidIsStable }) => uidIsStable)).toEqual([false, false, false])
      expect(new Set(everyUid(messages)).size).toBe(3)
      await mailbox.remove(messages.slice(0, 1))
      expect(await mailbox.commit()).toEqual(nothing)
      expect(await retrieveAll(mailbox, messages.slice(1))).toHaveLength(2)
      expect((await mailbox.close()).confirmed).toEqual(everyUid(messages.slice(0, 1)))
      const again = await open(server)
      expect(everyUid(await listAll(again)).filter((uid) => everyUid(messages).includes(uid))).toEqual([])
      await again.close()
    },
  )

  test('a POP3 mailbox rejects `move` with a TypeError', async () => {
    await using server = await filled(1)
    const mailbox = await open(server)
    await expect(mailbox.move(await listAll(mailbox), 'Archive')).rejects.toBeInstanceOf(TypeError)
    await mailbox.close()
  })
})
