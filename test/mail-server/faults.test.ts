import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import { type CertificateAuthority, createCertificates } from './certificates.ts'
import {
  alone,
  byeAt,
  cutInto,
  cutWithin,
  delayed,
  type Ending,
  endAfter,
  endAt,
  endAtGreeting,
  endAtTls,
  endMidMessage,
  hugeLiteral,
  injectAfterStartTls,
  oversizedLineAt,
  refuse,
  refuseGreeting,
} from './faults.ts'
import { RawSocket } from './raw-socket.ts'
import { type MailServer, startMailServer } from './server.ts'

let authority: CertificateAuthority | undefined
let server: MailServer

beforeEach(async () => {
  authority ??= await createCertificates()
  server = await startMailServer({ users: [{ name: 'alice', password: 'secret' }], authority })
})
afterEach(async () => await server.stop())

const open = (type: AccountType): Promise<RawSocket> =>
  RawSocket.open(type, { host: '127.0.0.1', port: server.port(type), caPem: server.caPem })

async function pop3(): Promise<RawSocket> {
  const raw = await open('POP3')
  raw.send('USER alice\r\nPASS secret\r\n')
  await raw.until('logged in\r\n')
  return raw
}

async function imap(): Promise<RawSocket> {
  const raw = await open('IMAP')
  raw.send('a LOGIN alice secret\r\nb SELECT INBOX\r\n')
  await raw.until('b OK [READ-WRITE] selected\r\n')
  return raw
}

const endings: readonly [Ending, string][] = [
  ['drop', 'end'],
  ['reset', 'ECONNRESET'],
]

describe('the test mail server’s transfer of bytes', () => {
  test('the test mail server sends every piece as a separate read', async () => {
    using raw = await pop3()
    server.faults = [cutInto(3)]
    const before = raw.reads.length
    await raw.say('STAT', '\r\n')
    expect(raw.reads.slice(before).map(String)).toEqual(['+OK', ' 0 ', '0\r\n'])
  })

  test('the test mail server sends every piece as a separate read over TLS', async () => {
    using raw = await open('POP3S')
    await raw.until('\r\n')
    server.faults = [cutInto(4)]
    const before = raw.reads.length
    expect(await raw.say('STAT', '\r\n')).toBe('-ERR log in first\r\n')
    expect(raw.reads.slice(before).map(String)).toEqual(['-ERR', ' log', ' in ', 'firs', 't\r\n'])
  })

  test.each(['.', '.\r\n'])(
    'the test mail server sends segments that are exactly %j inside a message',
    async (pattern) => {
      server.user('alice').inbox.append('A sentence.\r\n.x\r\n')
      using raw = await pop3()
      server.faults = [alone(pattern)]
      await raw.say('RETR 1', '\r\n.\r\n')
      expect(raw.reads.filter((read) => read.toString() === pattern).length).toBeGreaterThan(1)
    },
  )

  test('the test mail server splits a terminator over two segments', async () => {
    server.user('alice').inbox.append('text\r\n')
    using raw = await pop3()
    server.faults = [cutWithin('\r\n.\r\n', 3)]
    await raw.say('RETR 1', '\r\n.\r\n')
    expect(raw.reads.slice(-2).map(String)).toEqual(['+OK 6 octets\r\ntext\r\n.', '\r\n'])
  })

  test('the test mail server delays each response', async () => {
    server.faults = [delayed(60)]
    const started = performance.now()
    using raw = await open('IMAP')
    await raw.until('\r\n')
    await raw.say('a NOOP', '\r\n')
    expect(performance.now() - started).toBeGreaterThan(115)
  })
})

describe('the test mail server’s endings', () => {
  test.each(endings)('the test mail server ends the connection at the greeting: %s', async (ending, seen) => {
    server.faults = [endAtGreeting(ending)]
    using raw = await open('IMAP')
    expect(await raw.end()).toBe(seen)
    expect(raw.all.length).toBe(0)
  })

  test.each(endings)('the test mail server ends the connection at the handshake: %s', async (ending) => {
    server.faults = [endAtTls(ending)]
    await expect(open('POP3S')).rejects.toThrow()
    await expect(open('IMAPTLS')).rejects.toThrow()
  })

  test.each(endings)('the test mail server ends the connection at the login: %s', async (ending, seen) => {
    server.faults = [endAt('LOGIN', ending)]
    using raw = await open('IMAP')
    await raw.until('\r\n')
    raw.send('a LOGIN alice secret\r\n')
    expect(await raw.end()).toBe(seen)
  })

  test.each(endings)(
    'the test mail server ends the connection in the middle of a message, IMAP and POP3: %s',
    async (ending, seen) => {
      server.user('alice').inbox.append('0123456789')
      server.faults = [endMidMessage(4, ending)]
      for (const [raw, command, start] of [
        [await imap(), 'c UID FETCH 1 BODY.PEEK[]', 'BODY[] {10}\r\n0123'],
        [await pop3(), 'RETR 1', 'octets\r\n0123'],
      ] as const) {
        using socket = raw
        socket.send(`${command}\r\n`)
        expect(await socket.end()).toBe(seen)
        expect(socket.all.toString().endsWith(start)).toBe(true)
      }
    },
  )

  test('the test mail server ends the connection after a complete response, only once', async () => {
    server.user('alice').inbox.append('text\r\n')
    server.faults = [endAfter('RETR', 'drop', 1)]
    for (const seen of ['end', 'QUIT works']) {
      using raw = await pop3()
      await raw.say('RETR 1', '\r\n.\r\n')
      if (seen === 'end') expect(await raw.end()).toBe('end')
      else expect(await raw.say('QUIT', '\r\n')).toBe('+OK bye\r\n')
    }
  })

  test('the test mail server stays silent until the client gives up', async () => {
    server.faults = [endAt('NOOP', 'hang')]
    using raw = await imap()
    raw.send('c NOOP\r\nd LOGOUT\r\n')
    const silence = new Promise((resolve) => setTimeout(resolve, 150, 'silence'))
    expect(await Promise.race([raw.end(), silence])).toBe('silence')
    raw[Symbol.dispose]()
    await expect.poll(() => server.openSessions).toBe(0)
  })

  test('the test mail server ends the session with BYE', async () => {
    server.faults = [byeAt('NOOP')]
    using raw = await imap()
    expect(await raw.say('c NOOP', '\r\n')).toBe('* BYE shutting down\r\n')
    expect(await raw.end()).toBe('end')
  })
})

describe('the test mail server’s refusals and lies', () => {
  test('the test mail server refuses the session in its greeting over both protocols', async () => {
    server.faults = [refuseGreeting('too busy', 'SYS/TEMP')]
    using first = await open('IMAP')
    expect(await first.until('\r\n')).toBe('* BYE [SYS/TEMP] too busy\r\n')
    expect(await first.end()).toBe('end')
    using second = await open('POP3')
    expect(await second.until('\r\n')).toBe('-ERR [SYS/TEMP] too busy\r\n')
  })

  test('the test mail server refuses a command by name a given number of times', async () => {
    server.faults = [refuse('NOOP', { kind: 'BAD', code: 'LIMIT', text: 'enough', times: 2 })]
    using raw = await imap()
    expect(await raw.say('c NOOP', '\r\n')).toBe('c BAD [LIMIT] enough\r\n')
    expect(await raw.say('d NOOP', '\r\n')).toBe('d BAD [LIMIT] enough\r\n')
    expect(await raw.say('e NOOP', '\r\n')).toBe('e OK done\r\n')
  })

  test('the test mail server calls a test’s own hook', async () => {
    const seen: string[] = []
    server.faults = [
      {
        onCommand: (session, command) => {
          seen.push(`${session.user} ${command.name} ${command.args}`)
          return command.name === 'RETR' ? { reply: '-ERR [SYS/PERM] poison' } : 'continue'
        },
      },
    ]
    using raw = await pop3()
    expect(await raw.say('RETR 1', '\r\n')).toBe('-ERR [SYS/PERM] poison\r\n')
    expect(seen).toEqual(['undefined USER alice', 'undefined PASS secret', 'alice RETR 1'])
  })

  test('the test mail server sends unencrypted data after accepting STARTTLS', async () => {
    server.faults = [injectAfterStartTls('* BYE injected\r\n')]
    using raw = await open('IMAP')
    await raw.until('\r\n')
    expect(await raw.say('a STARTTLS', 'injected\r\n')).toBe('a OK begin\r\n* BYE injected\r\n')
  })

  test('the test mail server sends a huge literal and an endless line', async () => {
    server.user('alice').inbox.append('0123456789')
    server.faults = [hugeLiteral(5_000_000_000), oversizedLineAt('NOOP', 300_000)]
    using raw = await imap()
    expect(await raw.say('c UID FETCH 1 BODY.PEEK[]', '0123456789')).toContain('{5000000000}')
    const before = raw.all.length
    raw.send('d NOOP\r\n')
    await expect.poll(() => raw.all.length - before).toBeGreaterThanOrEqual(300_000)
    expect(raw.all.subarray(before).includes('\n')).toBe(false)
  })
})
