import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountTypeFacts, accountTypes } from '../../../lib/mailbox/account-type.ts'
import { smallMessages } from '../corpus.ts'
import { RawSocket } from '../raw-socket.ts'
import { type Dovecot, startDovecot } from './dovecot.ts'

const folder = 'Entwürfe & "x\\y" 😀'
const users = [
  { name: 'alice', password: 'se:cret"\\ ü', folders: [folder] },
  { name: 'bob', password: 'b' },
]

describe.each(['maildir', 'sdbox'] as const)('a private Dovecot with %s', (storage) => {
  let dovecot: Dovecot

  beforeAll(async () => {
    dovecot = await startDovecot({ users, storage })
  })
  afterAll(async () => {
    await dovecot.stop()
    expect(existsSync(dovecot.directory)).toBe(false)
  })

  const open = (type: (typeof accountTypes)[number]): Promise<RawSocket> =>
    RawSocket.open(type, { host: '127.0.0.1', port: dovecot.port(type), caPem: dovecot.caPem })

  test.each(accountTypes)('a private Dovecot greets and accepts logins over %s', async (type) => {
    using raw = await open(type)
    const { protocol, security } = accountTypeFacts[type]
    if (security !== 'starttls') expect(await raw.until('\r\n')).toMatch(/^(\* OK|\+OK)/)
    if (protocol === 'imap') expect(await raw.say('b LOGIN bob b', '\r\n')).toMatch(/^b OK/)
    else {
      await raw.say('USER bob', '\r\n')
      expect(await raw.say('PASS b', '\r\n')).toMatch(/^\+OK/)
    }
  })

  test('a private Dovecot returns delivered messages in order', async () => {
    const messages = smallMessages(30)
    await dovecot.deliver('alice', messages)
    await dovecot.deliver('alice', [Buffer.from('Subject: draft\r\n\r\nx\r\n')], { folder, flags: ['\\Seen'] })
    expect(await dovecot.count('alice')).toBe(30)
    expect(await dovecot.read('alice')).toEqual(messages)
    expect(await dovecot.count('alice', folder)).toBe(1)
    expect(await dovecot.count('bob')).toBe(0)
    await dovecot.empty('alice')
    expect(await dovecot.count('alice')).toBe(0)
    await dovecot.empty('bob')
  })

  test('a private Dovecot creates folders', async () => {
    await dovecot.makeFolder('bob', 'Bücher')
    await dovecot.deliver('bob', smallMessages(2), { folder: 'Bücher' })
    expect(await dovecot.count('bob', 'Bücher')).toBe(2)
  })

  test('a private Dovecot does not slow down after wrong passwords', async () => {
    const started = performance.now()
    for (let attempt = 0; attempt < 5; attempt += 1) {
      using raw = await open('IMAP')
      await raw.until('\r\n')
      expect(await raw.say('a LOGIN alice wrong', '\r\n')).toMatch(/^a NO \[AUTHENTICATIONFAILED\]/)
    }
    const afterwards = performance.now()
    using raw = await open('IMAP')
    await raw.until('\r\n')
    expect(await raw.say('a LOGIN bob b', '\r\n')).toMatch(/^a OK/)
    // With Dovecot's default settings: at least 2 s for each, then 4 to 16 s for the right one.
    expect(afterwards - started).toBeLessThan(9_500)
    expect(performance.now() - afterwards).toBeLessThan(3_900)
  })
})

describe('a private Dovecot', () => {
  test('a private Dovecot uses the configured capabilities, connection limit and certificate', async () => {
    await using dovecot = await startDovecot({
      users,
      imapCapability: 'IMAP4rev1 SASL-IR LITERAL+ ID',
      maxUserIpConnections: 1,
      certificate: 'expired',
    })
    const target = { host: '127.0.0.1', port: dovecot.port('IMAP'), caPem: dovecot.caPem }
    using first = await RawSocket.open('IMAP', target)
    await first.until('\r\n')
    expect(await first.say('a LOGIN bob b', '\r\n')).not.toContain('UIDPLUS')
    using second = await RawSocket.open('IMAP', target)
    await second.until('\r\n')
    expect(await second.say('a LOGIN bob b', '\r\n')).toMatch(/BYE|Maximum number of connections/)
    await expect(RawSocket.open('IMAPS', { ...target, port: dovecot.port('IMAPS') })).rejects.toMatchObject({
      code: 'CERT_HAS_EXPIRED',
    })
  })

  test('a private Dovecot reports why it does not start', async () => {
    await expect(startDovecot({ users, settings: 'no_such_setting = 1' })).rejects.toThrow(/no_such_setting/)
  })
})
