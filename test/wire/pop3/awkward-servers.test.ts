import { describe, expect, test } from 'vitest'
import { listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import {
  alone,
  cutInto,
  cutWithin,
  endAfter,
  endAt,
  endMidMessage,
  type Fault,
  refuseGreeting,
  replyTo,
} from '../../mail-server/faults.ts'
import { asSentByPop3 } from '../../mail-server/pop3/dot-stuffing.ts'
import {
  errorOf,
  fetchAll,
  impatient,
  open,
  openScripted,
  scripted,
  secret,
  serverWith,
  sessionWith,
  settingsFor,
} from './steps.ts'

const text = (...lines: string[]) => Buffer.from(`Subject: x\r\n\r\n${lines.join('\r\n')}\r\n`, 'latin1')

/** @returns the messages as fetched from a server that holds `messages` and has the given faults */
const fetched = async (messages: readonly Buffer[], faults: readonly Fault[]): Promise<Buffer[]> => {
  await using server = await serverWith({ faults })
  server.user('ada').inbox.appendAll(messages)
  return await fetchAll(server)
}

/** Failures of node-pop3 0.11.0: each case must end on its own, with the right bytes or the right error. */
describe('POP3 servers and networks that break node-pop3 0.11.0', () => {
  test('a POP3 message does not end at a segment that is exactly a dot', async () => {
    const messages = [text('a', '..', '.', 'b'), text('after')]
    expect(await fetched(messages, [alone('.')])).toEqual(messages)
  })

  test('a POP3 message does not end at a segment that is exactly a dot and CRLF', async () => {
    const messages = [text('a.', 'b', 'c.'), text('after')]
    expect(await fetched(messages, [alone('.\r\n')])).toEqual(messages)
  })

  test.each([1, 2, 3, 4])(
    'a POP3 message ends at a terminator that is split across two segments after %i bytes',
    async (offset) => {
      const messages = [text('a'), text('b')]
      expect(await fetched(messages, [cutWithin('\r\n.\r\n', offset)])).toEqual(messages)
    },
  )

  test.each([1, 2, 3, 5])('a POP3 status line can be split across two segments after %i bytes', async (offset) => {
    const messages = [text('a'), text('b')]
    expect(await fetched(messages, [cutWithin('+OK ', offset), cutInto(offset)])).toEqual(messages)
  })

  test('a POP3 message is returned without stuffed dots', async () => {
    const messages = [text('.', '..', '.signature', '...')]
    expect(await fetched(messages, [])).toEqual(messages)
  })

  test('a POP3 message keeps its last CRLF', async () => {
    expect(await fetched([text('a'), Buffer.from('no end')], [])).toEqual([text('a'), Buffer.from('no end\r\n')])
  })

  test('a POP3 message keeps its 8-bit bytes', async () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const message = Buffer.concat([text('binary'), everyByte, everyByte])
    expect(await fetched([message], [])).toEqual([asSentByPop3(message)])
  })

  test('concurrent POP3 commands each get their own response', async () => {
    await using server = await serverWith()
    server.user('ada').inbox.appendAll([text('a'), text('bb')])
    const session = sessionWith(settingsFor(server))
    await session.connect()
    const answers = await session.inTurn<unknown>(
      [() => session.UIDL(), () => session.LIST(), () => session.DELE(9), () => session.STAT()],
      true,
    )
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(answers[1]).toMatchObject({
      value: [
        ['1', '17'],
        ['2', '18'],
      ],
    })
    expect(answers[3]).toMatchObject({ value: '2 35' })
    expect(server.commandNames().slice(-4)).toEqual(['UIDL', 'LIST', 'DELE', 'STAT'])
    await session.QUIT()
  })

  test('a POP3 greeting with -ERR is reported as greeting-refused with the server’s text', async () => {
    await using server = await serverWith({ faults: [refuseGreeting('too many connections')] })
    expect(await errorOf(open(server))).toMatchObject({ code: 'greeting-refused', serverWords: 'too many connections' })
  })

  test('a POP3 greeting with -ERR and a response code is reported according to the code', async () => {
    await using server = await serverWith({ faults: [refuseGreeting('later', 'SYS/TEMP')] })
    expect((await errorOf(open(server))).code).toBe('server-unavailable')
  })

  test('a connection reset during RETR is reported as connection-lost without a crash', async () => {
    await using server = await serverWith({ faults: [endMidMessage(20, 'reset')] })
    server.user('ada').inbox.append(text('a'.repeat(1000)))
    expect(await errorOf(fetchAll(server))).toMatchObject({ code: 'connection-lost' })
  })

  test('a POP3 idle logout is reported by the next call as connection-lost with the server’s text', async () => {
    await using server = await scripted((line, socket) => {
      if (line.startsWith('PASS')) socket.write('+OK\r\n')
      else if (line === 'UIDL' || line === 'LIST') socket.write('+OK\r\n.\r\n')
      else socket.write(line === 'CAPA' ? '-ERR\r\n' : '+OK\r\n')
      if (line === 'LIST') setTimeout(() => socket.end('-ERR idle for too long\r\n'), 20)
    })
    const mailbox = await openScripted(server)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const error = await errorOf(mailbox.remove([]))
    expect(error).toMatchObject({ code: 'connection-lost', serverWords: 'idle for too long' })
    expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
  })

  test.each(['CAPA', 'USER', 'PASS', 'UIDL', 'LIST'])(
    'a POP3 server that disconnects instead of answering %s is reported as connection-lost',
    async (name) => {
      await using server = await serverWith({ faults: [endAt(name, 'drop')] })
      expect((await errorOf(open(server))).code).toBe('connection-lost')
    },
  )

  test('a POP3 message is never complete if the server disconnects in the middle of it', async () => {
    await using server = await serverWith({ faults: [endMidMessage(30, 'drop', 2)] })
    server.user('ada').inbox.appendAll([text('first'), text('second, cut short'), text('third')])
    const mailbox = await open(server)
    const found: unknown[] = []
    const reading = (async () => {
      for await (const { message, kind } of mailbox.retrieve(await listAll(mailbox))) found.push([kind, message.size])
    })()
    expect((await errorOf(reading)).code).toBe('connection-lost')
    expect(found).toEqual([['whole', text('first').length]])
    await mailbox.close()
  })

  test('a POP3 message is not complete if the server disconnects at the end of a line in the message', async () => {
    const message = text('line', 'line')
    await using server = await serverWith({ faults: [endMidMessage(message.length, 'drop')] })
    server.user('ada').inbox.append(message)
    expect((await errorOf(fetchAll(server))).code).toBe('connection-lost')
  })

  test.each(['CAPA', 'USER', 'PASS', 'UIDL', 'LIST', 'RETR'])(
    'a POP3 server that stalls at %s is reported as server-silent',
    async (name) => {
      await using server = await serverWith({ faults: [endAt(name, 'hang')] })
      server.user('ada').inbox.append(text('a'))
      expect((await errorOf(fetchAll(server, 'POP3', impatient))).code).toBe('server-silent')
    },
  )

  test('a POP3 server that stalls in the middle of a message is reported as server-silent', async () => {
    await using server = await serverWith({ faults: [endMidMessage(20, 'hang')] })
    server.user('ada').inbox.append(text('a'.repeat(1000)))
    expect((await errorOf(fetchAll(server, 'POP3', impatient))).code).toBe('server-silent')
  })

  test('a POP3 SASL exchange that ends with a challenge ("+ …") is reported as credentials-rejected', async () => {
    await using server = await scripted((line, socket) => {
      if (line === 'CAPA') socket.write('+OK\r\nSASL PLAIN\r\n.\r\n')
      else if (line === 'AUTH PLAIN') socket.write('+ \r\n')
      else socket.write(line === '*' ? '-ERR [AUTH] no such person\r\n' : '+ eyJzdGF0dXMiOiI0MDAifQ==\r\n')
    })
    const error = await errorOf(openScripted(server))
    expect(error).toMatchObject({ code: 'credentials-rejected', serverWords: '[AUTH] no such person' })
    expect(server.received.at(-1)).toBe('*')
  })

  test.each(['ada\r\nDELE 1', 'ada\nDELE 1', 'ada\rx', 'ada\0'])(
    'POP3 login never sends a user name with a line break or NUL (%j)',
    async (username) => {
      await using server = await serverWith()
      const settings = settingsFor(server)
      const hostile = { ...settings, credential: { ...settings.credential, username } }
      const session = sessionWith(hostile)
      expect((await errorOf(session.connect())).code).toBe('credentials-rejected')
      expect(server.commandNames()).toEqual(['CAPA'])
    },
  )

  test('a POP3 command with a line break in its argument is rejected before it is sent', async () => {
    await using server = await serverWith()
    const session = sessionWith(settingsFor(server))
    await session.connect()
    await expect(session.command('NOOP', 'x\r\nDELE 1')).rejects.toBeInstanceOf(TypeError)
    await session.NOOP()
    expect(server.commandNames()).not.toContain('DELE')
    await session.QUIT()
  })

  test('a password refused over POP3 does not appear in any error or field', async () => {
    await using server = await serverWith({ faults: [replyTo('PASS', `-ERR PASS ${secret} is wrong`)] })
    const session = sessionWith(settingsFor(server))
    const error = await errorOf(session.connect())
    expect(error).toMatchObject({ code: 'credentials-rejected', serverWords: 'PASS … is wrong' })
    expect(JSON.stringify([session._command, session.user, session.password])).not.toContain(secret)
  })

  test('a POP3TLS mailbox uses STLS', async () => {
    await using server = await serverWith()
    const mailbox = await open(server, 'POP3TLS')
    await mailbox.close()
    expect(server.commandNames().slice(0, 4)).toEqual(['CAPA', 'STLS', 'CAPA', 'USER'])
    expect(server.transcript.filter(({ secure }) => !secure).map(({ name }) => name)).toEqual(['CAPA', 'STLS'])
  })

  test('a POP3 server without CAPA gets only the commands of RFC 1939, one at a time', async () => {
    await using server = await serverWith({ quirks: { without: ['CAPA', 'PIPELINING'] } })
    server.user('ada').inbox.appendAll([text('a'), text('b')])
    expect(await fetchAll(server)).toHaveLength(2)
    expect(server.commandNames()).toEqual(['CAPA', 'USER', 'PASS', 'UIDL', 'LIST', 'RETR', 'RETR', 'QUIT'])
  })

  test('POP3 login uses SASL PLAIN if the server does not offer USER', async () => {
    await using server = await serverWith({ quirks: { without: ['USER'] } })
    await (await open(server, 'POP3S')).close()
    expect(server.commandNames()).toEqual(['CAPA', 'AUTH', 'UIDL', 'LIST', 'QUIT'])
  })

  test('POP3 without PIPELINING sends one command at a time and retrieves and deletes everything', async () => {
    await using server = await serverWith({ quirks: { without: ['PIPELINING'] } })
    const messages = Array.from({ length: 40 }, (_, index) => text(`number ${index}`))
    server.user('ada').inbox.appendAll(messages)
    const mailbox = await open(server)
    const all = await listAll(mailbox)
    expect(await retrieveAll(mailbox, all)).toHaveLength(40)
    expect((await mailbox.remove(all)).pending).toHaveLength(40)
    expect((await mailbox.close()).confirmed).toHaveLength(40)
    expect(server.user('ada').inbox.messages).toHaveLength(0)
  })

  test('POP3 deletes are confirmed if the server disconnects after answering QUIT', async () => {
    await using server = await serverWith({ faults: [endAfter('QUIT', 'reset')] })
    server.user('ada').inbox.append(text('a'))
    const mailbox = await open(server)
    await mailbox.remove(await listAll(mailbox))
    expect((await mailbox.close()).confirmed).toHaveLength(1)
  })
})
