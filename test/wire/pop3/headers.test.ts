import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { everyUid, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { smallMessages } from '../../mail-server/corpus.ts'
import { endAt, refuse } from '../../mail-server/faults.ts'
import { errorOf, impatient, open, openScripted, scripted, serverWith } from './steps.ts'

const header = (subject: string) =>
  `Received: from a by b; Mon, 1 Jun 2026 09:00:00 +0000\r\nSubject: ${subject}\r\n\r\n`

/** A server with three messages. The test answers TOP. */
const serverOfThree = (top: (number: string, socket: Socket) => void, capabilities?: string) =>
  scripted((line, socket) => {
    const [command, number = ''] = line.split(' ')
    if (command === 'TOP') return top(number, socket)
    if (command === 'CAPA')
      return socket.write(capabilities === undefined ? '-ERR what?\r\n' : `+OK\r\n${capabilities}\r\n.\r\n`)
    if (command === 'LIST') return socket.write('+OK\r\n1 100\r\n2 100\r\n3 100\r\n.\r\n')
    if (command === 'UIDL') return socket.write('+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n')
    return socket.write('+OK\r\n')
  })

describe('headers of POP3 messages', () => {
  test('POP3 headers are read without the messages, several per round trip and without stuffed dots', async () => {
    await using server = await serverWith()
    const dotted = Buffer.from(`${header('dots')}.\r\n`.replace('Subject', '.Odd: x\r\nSubject'))
    server.user('ada').inbox.appendAll([dotted, ...smallMessages(99)])
    const mailbox = await open(server)
    const listed = await listAll(mailbox)
    const before = { trips: mailbox.roundTrips, bytes: mailbox.bytesReceived }
    const headers = await mailbox.headers(listed)
    expect([...headers.keys()]).toEqual(everyUid(listed))
    expect(String(headers.get(listed[0]?.uid ?? ''))).toBe(header('dots').replace('Subject', '.Odd: x\r\nSubject'))
    for (const shown of headers.values()) expect(String(shown)).toMatch(/\r\n\r\n$/)
    expect(mailbox.roundTrips - before.trips).toBe(1)
    expect((await retrieveAll(mailbox, listed)).filter(({ kind }) => kind === 'whole')).toHaveLength(100)
    await mailbox.close()
    expect(server.user('ada').inbox.messages).toHaveLength(100)
  })

  test('POP3 headers are truncated at 64 KiB if the server sends the whole message, and the session continues', async () => {
    const long = `${header('x')}${'A line of a message that was not requested.\r\n'.repeat(500_000)}`
    await using server = await serverOfThree((_, socket) => void socket.write(`+OK\r\n${long}.\r\n`), 'TOP\r\nUSER')
    const mailbox = await openScripted(server)
    const listed = await listAll(mailbox)
    const headers = await mailbox.headers(listed.slice(0, 2))
    expect([...headers.values()].map(({ length }) => length)).toEqual([65_536, 65_536])
    expect(headers.get('b')?.toString('latin1')).toBe(long.slice(0, 65_536))
    await mailbox.close()
  })

  test('POP3 headers are missing only for a message that the server refuses', async () => {
    const top = (number: string, socket: Socket) =>
      void socket.write(number === '2' ? '-ERR broken message\r\n' : `+OK\r\n${header(number)}.\r\n`)
    for (const capabilities of ['TOP\r\nUSER\r\nPIPELINING', undefined]) {
      await using server = await serverOfThree(top, capabilities)
      const mailbox = await openScripted(server)
      expect([...(await mailbox.headers(await listAll(mailbox))).keys()]).toEqual(['a', 'c'])
      await mailbox.close()
    }
  })

  test.each([
    ['does not announce TOP', { without: ['TOP'] }, 0],
    ['has neither CAPA nor TOP', { without: ['TOP', 'CAPA'] }, 1],
  ])('reading POP3 headers fails with arrival-unknown if the server %s', async (_, quirks, asked) => {
    await using server = await serverWith({ quirks })
    server.user('ada').inbox.appendAll(smallMessages(50))
    const mailbox = await open(server)
    const listed = await listAll(mailbox)
    expect((await errorOf(mailbox.headers(listed))).code).toBe('arrival-unknown')
    expect(server.transcript.filter(({ name }) => name === 'TOP')).toHaveLength(asked)
    await mailbox.close()
  })

  test('reading POP3 headers fails with the server’s reason if it refuses all of them with a response code', async () => {
    await using server = await serverWith({ faults: [refuse('TOP', { code: 'SYS/TEMP' })] })
    server.user('ada').inbox.appendAll(smallMessages(1))
    const mailbox = await open(server)
    expect((await errorOf(mailbox.headers(await listAll(mailbox)))).code).toBe('server-unavailable')
    await mailbox.close()
  })

  test.each([
    ['reset', 'connection-lost'],
    ['hang', 'server-silent'],
  ] as const)('reading POP3 headers fails if the session ends with a %s', async (ending, code) => {
    await using server = await serverWith({ faults: [endAt('TOP', ending)] })
    server.user('ada').inbox.appendAll(smallMessages(3))
    const mailbox = await open(server, 'POP3', {}, impatient)
    expect((await errorOf(mailbox.headers(await listAll(mailbox)))).code).toBe(code)
    await mailbox.close()
  })
})
