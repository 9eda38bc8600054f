import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type ListedMessage, type RetrievedMessage, wholeMessageLimit } from '../../../lib/mailbox/mailbox.ts'
import { pop3MailboxOpener } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { bytesOf, everyUid, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { awkwardMessages } from '../../mail-server/awkward-messages.ts'
import { mixedMessages, smallMessages } from '../../mail-server/corpus.ts'
import { cutInto, emptyBody, endMidMessage, wrongSize } from '../../mail-server/faults.ts'
import { asSentByPop3 } from '../../mail-server/pop3/dot-stuffing.ts'
import { errorOf, never, open, openScripted, policy, type ScriptedServer, scripted, serverWith } from './steps.ts'

const mebi = 1024 * 1024
const letter = (size: number): Buffer => Buffer.alloc(size, 'Every line of this message is like any other one.\r\n')
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Sends one message of `size` bytes, a multiple of 64 KiB, without holding it in memory. */
const pouring = (size: number, announced = size): Promise<ScriptedServer> => {
  const piece = Buffer.alloc(64 * 1024, `${'x'.repeat(62)}\r\n`)
  return scripted((line, socket) => {
    let left = line === 'RETR 1' ? size / piece.length : 0
    const pour = () => {
      while (left > 0) {
        left -= 1
        if (left === 0) socket.write(Buffer.concat([piece, Buffer.from('.\r\n')]))
        else if (!socket.write(piece)) {
          socket.once('drain', pour)
          return
        }
      }
    }
    socket.write(
      { CAPA: '-ERR\r\n', UIDL: '+OK\r\n1 a\r\n.\r\n', LIST: `+OK\r\n1 ${announced}\r\n.\r\n` }[line] ?? '+OK\r\n',
    )
    pour()
  })
}

/** Lists five small messages, one of which never ends. After that message, the connection answers nothing else. */
const withoutEnd = (endless: number): Promise<ScriptedServer> => {
  const piece = Buffer.alloc(64 * 1024, `${'x'.repeat(62)}\r\n`)
  const busy = new Set<Socket>()
  const listing = (word: string) =>
    `+OK\r\n${[1, 2, 3, 4, 5].map((number) => `${number} ${word}${number}\r\n`).join('')}.\r\n`
  const answers: Readonly<Record<string, string>> = {
    CAPA: '+OK\r\nUSER\r\nPIPELINING\r\nUIDL\r\n.\r\n',
    UIDL: listing('id'),
    LIST: listing(''),
  }
  return scripted((line, socket) => {
    if (busy.has(socket)) return
    if (line === `RETR ${endless}`) {
      busy.add(socket)
      const pour = () => {
        while (socket.write(piece));
        socket.once('drain', pour)
      }
      socket.write('+OK\r\n')
      pour()
    } else if (line.startsWith('RETR')) socket.write(`+OK\r\n${line}\r\n.\r\n`)
    else socket.write(answers[line] ?? '+OK\r\n')
  })
}

/** Longer than anything in this process takes, but shorter than the test timeout. */
const patient = { ...policy, silenceTimeout: 1000 }

describe('POP3 transfers', () => {
  test.each([1, 2, 3, 5, 64, 1448])(
    'POP3 retrieval returns every awkward message byte for byte, in pieces of %i bytes',
    async (size) => {
      const messages = awkwardMessages().map(({ bytes }) => bytes)
      await using server = await serverWith({ faults: [cutInto(size)] })
      server.user('ada').inbox.appendAll(messages)
      const mailbox = await open(server)
      const found = await retrieveAll(mailbox, await listAll(mailbox))
      expect(found.map(bytesOf).map(sha256)).toEqual(messages.map(asSentByPop3).map(sha256))
      await mailbox.close()
    },
  )

  test('POP3 retrieval returns 200 mixed messages whole and in order', async () => {
    const messages = mixedMessages(200)
    await using server = await serverWith()
    server.user('ada').inbox.appendAll(messages)
    const mailbox = await open(server, 'POP3S')
    const found = await retrieveAll(mailbox, await listAll(mailbox))
    expect(found.map(bytesOf).map(sha256)).toEqual(messages.map(asSentByPop3).map(sha256))
    await mailbox.close()
  })

  test('POP3 retrieval returns a message of exactly the maximum size whole, and a larger message as a stream', async () => {
    await using server = await serverWith()
    const bodies = [letter(wholeMessageLimit - 2), letter(wholeMessageLimit - 1)].map((body) =>
      Buffer.concat([body, Buffer.from('\r\n')]),
    )
    server.user('ada').inbox.appendAll(bodies)
    const mailbox = await open(server)
    const found = await retrieveAll(mailbox, await listAll(mailbox))
    expect(found.map(({ kind }) => kind)).toEqual(['whole', 'stream'])
    expect(found.map(bytesOf).map(sha256)).toEqual(bodies.map(sha256))
    await mailbox.close()
  })

  test.each([0, 10, 1000])(
    'POP3 retrieval streams a large message announced with %i bytes, byte for byte',
    async (announced) => {
      await using server = await serverWith({ faults: [wrongSize(announced, 1)] })
      const body = letter(20 * mebi)
      server.user('ada').inbox.appendAll([body, letter(100)])
      const mailbox = await open(server)
      const found = await retrieveAll(mailbox, await listAll(mailbox))
      expect(found.map(({ kind }) => kind)).toEqual(['stream', 'whole'])
      expect(found.map(bytesOf).map(sha256)).toEqual([asSentByPop3(body), asSentByPop3(letter(100))].map(sha256))
      await mailbox.close()
    },
  )

  test('POP3 retrieval returns a small message that was announced as a large one', async () => {
    await using server = await serverWith({ faults: [wrongSize(500 * mebi, 1)] })
    server.user('ada').inbox.appendAll([letter(1000), letter(100)])
    const mailbox = await open(server)
    const found = await retrieveAll(mailbox, await listAll(mailbox))
    expect(found.map(({ kind }) => kind)).toEqual(['stream', 'whole'])
    expect(found.map(bytesOf)).toEqual([asSentByPop3(letter(1000)), asSentByPop3(letter(100))])
    await mailbox.close()
  })

  test('POP3 retrieval returns an unexpectedly empty message as absent and an announced empty message as whole', async () => {
    await using server = await serverWith({ faults: [emptyBody(1)] })
    server.user('ada').inbox.appendAll([letter(100), Buffer.alloc(0)])
    const mailbox = await open(server)
    const found = await retrieveAll(mailbox, await listAll(mailbox))
    expect(found).toEqual([
      { kind: 'absent', uid: found[0]?.uid, reason: 'empty', serverWords: '' },
      { kind: 'whole', uid: found[1]?.uid, bytes: Buffer.alloc(0) },
    ])
    await mailbox.close()
  })

  test('POP3 retrieval allocates no more memory for a whole message than its size requires', async () => {
    await using server = await serverWith({ faults: [wrongSize(wholeMessageLimit)] })
    server.user('ada').inbox.appendAll([letter(1000), letter(50_000)])
    const mailbox = await open(server)
    for (const found of await retrieveAll(mailbox, await listAll(mailbox))) {
      // Small messages share Node's pool of 64 KiB.
      expect(bytesOf(found).buffer.byteLength).toBeLessThan(bytesOf(found).length * 1.2 + 65 * 1024)
    }
    await mailbox.close()
  })

  test('POP3 retrieval slows the server down for a slow reader of a stream and does not report server-silent', async () => {
    await using server = await pouring(60 * mebi)
    const mailbox = await openScripted(server, patient)
    let received = 0
    for await (const found of mailbox.retrieve(await listAll(mailbox))) {
      if (found.kind !== 'stream') throw new Error(found.kind)
      for await (const chunk of found.chunks) {
        if (received === 0) {
          await sleep(patient.silenceTimeout * 1.5)
          expect(mailbox.bytesReceived).toBeLessThan(6 * mebi)
        }
        received += chunk.length
      }
    }
    expect(received).toBe(60 * mebi)
    await mailbox.close()
  })

  test('POP3 retrieval slows the server down for a slow reader of small messages', async () => {
    await using server = await serverWith()
    server.user('ada').inbox.appendAll(Array.from({ length: 40 }, () => letter(mebi)))
    const mailbox = await open(server, 'POP3', {}, patient)
    let read = 0
    for await (const found of mailbox.retrieve(await listAll(mailbox))) {
      if (read === 0) {
        await sleep(patient.silenceTimeout * 1.5)
        expect(mailbox.bytesReceived).toBeLessThan(8 * mebi)
      }
      expect(found.kind).toBe('whole')
      read += 1
    }
    expect(read).toBe(40)
    await mailbox.close()
  })

  test.each([
    ['as announced', 100 * mebi],
    ['announced as 10 bytes', 10],
  ])('POP3 retrieval of 100 MiB %s uses bounded memory', async (_, announced) => {
    await using server = await pouring(100 * mebi, announced)
    const mailbox = await openScripted(server)
    let received = 0
    let largest = 0
    const before = process.memoryUsage().arrayBuffers
    for await (const found of mailbox.retrieve(await listAll(mailbox))) {
      if (found.kind !== 'stream') throw new Error(found.kind)
      for await (const chunk of found.chunks) {
        received += chunk.length
        largest = Math.max(largest, process.memoryUsage().arrayBuffers - before)
        if (received % 16 === 0) await sleep(0)
      }
    }
    expect(received).toBe(100 * mebi)
    expect(largest).toBeLessThan(48 * mebi)
    await mailbox.close()
  })

  test('POP3 retrieval throws if a stream is cut off, and ends the session', async () => {
    await using server = await serverWith({ faults: [endMidMessage(10 * mebi, 'drop')] })
    server.user('ada').inbox.append(letter(20 * mebi))
    const mailbox = await open(server)
    const reading = (async () => {
      for await (const found of mailbox.retrieve(await listAll(mailbox))) {
        if (found.kind === 'stream') for await (const chunk of found.chunks) expect(chunk.length).toBeGreaterThan(0)
      }
    })()
    expect((await errorOf(reading)).code).toBe('connection-lost')
    expect((await errorOf(mailbox.remove([]))).code).toBe('connection-lost')
    await mailbox.close()
  })

  test('POP3 retrieval skips a stream that the reader abandons, and later messages arrive', async () => {
    await using server = await serverWith()
    server.user('ada').inbox.appendAll([letter(20 * mebi), letter(500), letter(12 * mebi), letter(600)])
    const mailbox = await open(server)
    const kinds: string[] = []
    for await (const found of mailbox.retrieve(await listAll(mailbox))) {
      kinds.push(found.kind)
      if (found.kind === 'stream') for await (const _ of found.chunks) break
    }
    expect(kinds).toEqual(['stream', 'whole', 'stream', 'whole'])
    await mailbox.close()
  })

  test('POP3 retrieval gives up on an endless message at a limit and reads later messages in another session', async () => {
    await using server = await withoutEnd(1)
    const mailbox = await pop3MailboxOpener({ mostDropped: mebi })(server.settings, policy, never)
    const found: string[] = []
    for await (const one of mailbox.retrieve(await listAll(mailbox))) {
      found.push(one.kind === 'whole' ? String(one.bytes) : one.kind)
      if (one.kind === 'stream') for await (const _ of one.chunks) break
    }
    expect(found).toEqual(['stream', 'RETR 2\r\n', 'RETR 3\r\n', 'RETR 4\r\n', 'RETR 5\r\n'])
    expect(mailbox.bytesReceived).toBeLessThan(32 * mebi)
    await mailbox.close()
    expect(server.received.filter((line) => line.startsWith('USER'))).toHaveLength(2)
  })

  test('POP3 deletes that are pending when a message never ends are reported as possibly completed', async () => {
    await using server = await withoutEnd(2)
    const mailbox = await pop3MailboxOpener({ mostDropped: mebi })(server.settings, policy, never)
    const messages = await listAll(mailbox)
    expect((await mailbox.remove(messages.slice(0, 1))).pending).toEqual(['id1'])
    for await (const one of mailbox.retrieve(messages.slice(1, 2))) {
      if (one.kind === 'stream') for await (const _ of one.chunks) break
    }
    expect(await mailbox.commit()).toMatchObject({ confirmed: [], left: [{ uid: 'id1', mayBeGone: true }] })
    expect((await mailbox.remove(messages.slice(0, 1))).pending).toEqual(['id1'])
    expect((await mailbox.close()).confirmed).toEqual(['id1'])
  })

  test('a POP3 session can still delete messages after retrieval stops early', async () => {
    await using server = await serverWith()
    const bodies = [...smallMessages(50), letter(20 * mebi), ...smallMessages(50)]
    server.user('ada').inbox.appendAll(bodies)
    const mailbox = await open(server)
    const messages = await listAll(mailbox)
    const seen: ListedMessage[] = []
    for await (const { message } of mailbox.retrieve(messages)) {
      seen.push(message)
      if (seen.length === 30) break
    }
    expect((await mailbox.remove(seen)).pending).toEqual(everyUid(seen))
    const again: RetrievedMessage[] = []
    for await (const found of mailbox.retrieve(messages.slice(60, 70))) again.push(found)
    expect(again.map(({ kind }) => kind)).toEqual(Array.from({ length: 10 }, () => 'whole'))
    expect((await mailbox.close()).confirmed).toHaveLength(30)
    expect(server.commandNames().filter((name) => name === 'RETR').length).toBeLessThan(75 + 10)
  })
})
