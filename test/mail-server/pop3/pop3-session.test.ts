import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { awkwardMessages } from '../awkward-messages.ts'
import { type CertificateAuthority, createCertificates } from '../certificates.ts'
import { cutInto, emptyBody, missingRow, wrongSize } from '../faults.ts'
import type { MailFolder } from '../mailboxes.ts'
import { RawSocket } from '../raw-socket.ts'
import { type MailServer, startMailServer } from '../server.ts'
import { asSentByPop3 } from './dot-stuffing.ts'

let authority: CertificateAuthority | undefined
let server: MailServer
let inbox: MailFolder

beforeEach(async () => {
  authority ??= await createCertificates()
  server = await startMailServer({ users: [{ name: 'alice', password: 'secret' }], authority })
  inbox = server.user('alice').inbox
})
afterEach(async () => await server.stop())

async function connected(): Promise<RawSocket> {
  const raw = await RawSocket.open('POP3', { host: '127.0.0.1', port: server.port('POP3'), caPem: '' })
  await raw.until('\r\n')
  return raw
}

async function loggedIn(): Promise<RawSocket> {
  const raw = await connected()
  raw.send('USER alice\r\nPASS secret\r\n')
  await raw.until('logged in\r\n')
  return raw
}

/** Undoes the stuffing (RFC 1939 section 3): removes the first line, the terminator and one dot per stuffed line. */
const unstuffed = (answer: string): string => answer.slice(answer.indexOf('\r\n') + 2, -3).replace(/(^|\r\n)\./g, '$1')

describe('the POP3 server', () => {
  test('the in-repository POP3 server lists, identifies, retrieves and deletes messages', async () => {
    inbox.append('Subject: 1\r\n\r\none\r\n', { uidl: 'first' })
    inbox.append('Subject: 2\r\n\r\ntwo\r\nmore\r\n', { uidl: 'second' })
    using raw = await loggedIn()
    expect(await raw.say('STAT', '\r\n')).toBe('+OK 2 44\r\n')
    expect(await raw.say('LIST', '\r\n.\r\n')).toBe('+OK 2 messages\r\n1 19\r\n2 25\r\n.\r\n')
    expect(await raw.say('LIST 2', '\r\n')).toBe('+OK 2 25\r\n')
    expect(await raw.say('UIDL', '\r\n.\r\n')).toBe('+OK 2 messages\r\n1 first\r\n2 second\r\n.\r\n')
    expect(unstuffed(await raw.say('RETR 1', '\r\n.\r\n'))).toBe('Subject: 1\r\n\r\none\r\n')
    expect(unstuffed(await raw.say('TOP 2 1', '\r\n.\r\n'))).toBe('Subject: 2\r\n\r\ntwo\r\n')
    expect(await raw.say('DELE 1', '\r\n')).toBe('+OK marked\r\n')
    expect(await raw.say('RETR 1', '\r\n')).toBe('-ERR no such message\r\n')
    expect(await raw.say('LIST', '\r\n.\r\n')).toBe('+OK 1 messages\r\n2 25\r\n.\r\n')
    expect(await raw.say('NOOP', '\r\n')).toBe('+OK\r\n')
    expect(inbox.uids).toEqual([1, 2])
    expect(await raw.say('QUIT', '\r\n')).toBe('+OK bye\r\n')
    expect(inbox.uids).toEqual([2])
  })

  test('the in-repository POP3 server discards deletions after RSET and without QUIT', async () => {
    inbox.append('1')
    {
      using raw = await loggedIn()
      await raw.say('DELE 1', '\r\n')
      await raw.say('RSET', '\r\n')
      await raw.say('QUIT', '\r\n')
    }
    expect(inbox.uids).toEqual([1])
    {
      using raw = await loggedIn()
      await raw.say('DELE 1', '\r\n')
    }
    await expect.poll(() => server.openSessions).toBe(0)
    expect(inbox.uids).toEqual([1])
  })

  test.each([undefined, 1, 5, 1448])(
    'the in-repository POP3 server sends awkward messages byte for byte in pieces of %s bytes',
    async (size) => {
      server.faults = size === undefined ? [] : [cutInto(size)]
      const samples = awkwardMessages().filter(({ bytes }) => bytes.length < 20_000)
      inbox.appendAll(samples.map(({ bytes }) => bytes))
      using raw = await loggedIn()
      for (const [index, { bytes }] of samples.entries()) {
        raw.send(`RETR ${index + 1}\r\n`)
        const answer = await raw.until('\r\n.\r\n')
        expect(Buffer.from(unstuffed(answer), 'latin1')).toEqual(asSentByPop3(bytes))
      }
    },
    60_000,
  )

  test('the in-repository POP3 server answers pipelined commands in order, and discards them without PIPELINING', async () => {
    inbox.append('1')
    {
      using raw = await loggedIn()
      raw.send('NOOP\r\nSTAT\r\nQUIT\r\n')
      expect(await raw.until('bye\r\n')).toBe('+OK\r\n+OK 1 1\r\n+OK bye\r\n')
    }
    server.quirks = { ...server.quirks, without: ['PIPELINING'] }
    using raw = await connected()
    await raw.say('USER alice', '\r\n')
    await raw.say('PASS secret', '\r\n')
    raw.send('NOOP\r\nSTAT\r\nQUIT\r\n')
    await raw.until('+OK\r\n')
    expect(await raw.say('NOOP', '\r\n')).toBe('+OK\r\n')
  })

  test('the in-repository POP3 server opens a mailbox for one session at a time', async () => {
    using first = await loggedIn()
    using second = await connected()
    await second.say('USER alice', '\r\n')
    expect(await second.say('PASS secret', '\r\n')).toBe('-ERR [IN-USE] another session is using the mailbox\r\n')
    await first.say('QUIT', '\r\n')
    await second.say('USER alice', '\r\n')
    expect(await second.say('PASS secret', '\r\n')).toBe('+OK logged in\r\n')
  })

  test('the in-repository POP3 server accepts SASL PLAIN in one line and in two', async () => {
    const response = Buffer.from('\0alice\0secret').toString('base64')
    {
      using raw = await connected()
      expect(await raw.say(`AUTH PLAIN ${response}`, '\r\n')).toBe('+OK logged in\r\n')
      await raw.say('QUIT', '\r\n')
    }
    using raw = await connected()
    expect(await raw.say('AUTH PLAIN', '\r\n')).toBe('+ \r\n')
    expect(await raw.say('*', '\r\n')).toBe('-ERR cancelled\r\n')
    await raw.say('AUTH PLAIN', '\r\n')
    expect(await raw.say(response, '\r\n')).toBe('+OK logged in\r\n')
  })

  test('the in-repository POP3 server announces only the capabilities that it has', async () => {
    using raw = await connected()
    const all = await raw.say('CAPA', '\r\n.\r\n')
    expect(all.split('\r\n').sort()).toEqual(
      [
        '',
        '+OK',
        '.',
        'AUTH-RESP-CODE',
        'PIPELINING',
        'RESP-CODES',
        'SASL PLAIN',
        'STLS',
        'TOP',
        'UIDL',
        'USER',
      ].sort(),
    )
    server.quirks = { ...server.quirks, without: ['STLS', 'UIDL', 'SASL', 'RESP-CODES'], loginDelaySeconds: 10 }
    expect(await raw.say('CAPA', '\r\n.\r\n')).toBe(
      '+OK\r\nTOP\r\nPIPELINING\r\nAUTH-RESP-CODE\r\nUSER\r\nLOGIN-DELAY 10\r\n.\r\n',
    )
    expect(await raw.say('STLS', '\r\n')).toBe('-ERR not possible\r\n')
    raw.send('USER alice\r\nPASS secret\r\n')
    await raw.until('logged in\r\n')
    expect(await raw.say('UIDL', '\r\n')).toBe('-ERR unknown command\r\n')
  })

  test('the in-repository POP3 server enforces LOGIN-DELAY and logins over TLS', async () => {
    server.quirks = { ...server.quirks, loginDelaySeconds: 60 }
    {
      using raw = await loggedIn()
      await raw.say('QUIT', '\r\n')
    }
    using raw = await connected()
    await raw.say('USER alice', '\r\n')
    expect(await raw.say('PASS secret', '\r\n')).toBe('-ERR [LOGIN-DELAY] too early\r\n')
    server.quirks = { ...server.quirks, loginDisabled: true }
    expect(await raw.say('USER alice', '\r\n')).toBe('-ERR encryption is required\r\n')
  })

  test('the in-repository POP3 server lists duplicate and unstable UIDLs', async () => {
    inbox.appendAll([Buffer.from('1'), Buffer.from('2')])
    const listing = async () => {
      using raw = await loggedIn()
      const answer = await raw.say('UIDL', '\r\n.\r\n')
      await raw.say('QUIT', '\r\n')
      return answer.split('\r\n').slice(1, 3)
    }
    server.quirks = { ...server.quirks, uidls: 'duplicate' }
    expect(await listing()).toEqual(['1 the-same-for-all', '2 the-same-for-all'])
    server.quirks = { ...server.quirks, uidls: 'unstable' }
    expect(await listing()).not.toEqual(await listing())
  })

  test('the in-repository POP3 server misrepresents messages as configured', async () => {
    inbox.appendAll([Buffer.from('1'), Buffer.from('2'), Buffer.from('3')])
    server.faults = [missingRow(1), wrongSize(99, 2), emptyBody(3)]
    using raw = await loggedIn()
    expect(await raw.say('LIST', '\r\n.\r\n')).toBe('+OK 3 messages\r\n1 1\r\n2 99\r\n3 1\r\n.\r\n')
    expect(await raw.say('RETR 1', '\r\n')).toBe('-ERR message not available\r\n')
    expect(await raw.say('RETR 3', '.\r\n')).toBe('+OK 0 octets\r\n.\r\n')
  })
})
