import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountTypeFacts, accountTypes } from '../../lib/mailbox/account-type.ts'
import { certificateKinds } from './certificates.ts'
import { RawSocket } from './raw-socket.ts'
import { type MailServer, startMailServer } from './server.ts'

let server: MailServer

beforeAll(async () => {
  server = await startMailServer({ users: [{ name: 'alice', password: 'secret' }] })
})
afterAll(async () => await server.stop())

const target = (type: (typeof accountTypes)[number]) => ({
  host: '127.0.0.1',
  port: server.port(type),
  caPem: server.caPem,
})

describe('the in-repository server', () => {
  test.each(accountTypes)('the in-repository server greets and accepts logins over %s', async (type) => {
    using raw = await RawSocket.open(type, target(type))
    const { protocol, security } = accountTypeFacts[type]
    if (security !== 'starttls') expect(await raw.until('\r\n')).toMatch(/^(\* OK|\+OK)/)
    if (protocol === 'imap') {
      expect(await raw.say('a LOGIN alice wrong', '\r\n')).toBe(
        'a NO [AUTHENTICATIONFAILED] wrong user name or password\r\n',
      )
      expect(await raw.say('b LOGIN alice secret', '\r\n')).toMatch(/^b OK/)
      expect(await raw.say('c LOGOUT', 'c OK bye\r\n')).toContain('* BYE')
    } else {
      await raw.say('USER alice', '\r\n')
      expect(await raw.say('PASS wrong', '\r\n')).toBe('-ERR [AUTH] wrong user name or password\r\n')
      await raw.say('USER alice', '\r\n')
      expect(await raw.say('PASS secret', '\r\n')).toBe('+OK logged in\r\n')
      expect(await raw.say('QUIT', '\r\n')).toBe('+OK bye\r\n')
    }
    expect(await raw.end()).toBe('end')
  })

  test('the in-repository server records which commands were encrypted', async () => {
    const before = server.transcript.length
    using raw = await RawSocket.open('IMAPTLS', target('IMAPTLS'))
    await raw.say('a NOOP', '\r\n')
    const seen = server.transcript.slice(before).map(({ name, secure }) => [name, secure])
    expect(seen).toEqual([
      ['STARTTLS', false],
      ['NOOP', true],
    ])
  })

  test('the in-repository server discards unencrypted commands after STARTTLS', async () => {
    using raw = await RawSocket.open('IMAP', target('IMAP'))
    await raw.until('\r\n')
    raw.send('a STARTTLS\r\nb NOOP\r\n')
    await raw.until('a OK begin\r\n')
    await raw.startTls(target('IMAP'))
    expect(await raw.say('c NOOP', '\r\n')).toBe('c OK done\r\n')
  })

  test.each(certificateKinds)('the in-repository server presents its %s certificate', async (kind) => {
    server.certificate = kind
    const outcome = await RawSocket.open('IMAPS', { ...target('IMAPS'), caPem: server.authority.caPem }).then(
      (raw) => {
        raw[Symbol.dispose]()
        return 'accepted'
      },
      (error) => error.code,
    )
    server.certificate = 'valid'
    expect(outcome).toBe(
      {
        valid: 'accepted',
        expired: 'CERT_HAS_EXPIRED',
        'not-yet-valid': 'CERT_NOT_YET_VALID',
        'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
        'other-name': 'ERR_TLS_CERT_ALTNAME_INVALID',
      }[kind],
    )
  })

  test('the in-repository server with a self-signed certificate is accepted if that is the CA', async () => {
    server.certificate = 'self-signed'
    using raw = await RawSocket.open('POP3S', target('POP3S'))
    server.certificate = 'valid'
    expect(await raw.until('\r\n')).toBe('+OK ready\r\n')
  })

  test('the in-repository server ends an upgrade that the client does not complete', async () => {
    using raw = await RawSocket.open('IMAP', target('IMAP'))
    await raw.until('\r\n')
    await raw.say('a STARTTLS', '\r\n')
    raw.send('this is not a handshake\r\n')
    await raw.end()
    await expect.poll(() => server.openSessions).toBe(0)
  })
})
