import { describe, expect, it } from 'vitest'
import { isSameMailStore, mailboxKeyOf } from '../../../lib/accounts/account-mailbox.ts'
import { hostSchema } from '../../../lib/accounts/fields/field-formats.ts'

const desk = { type: 'IMAPS', host: 'mail.example.org', username: 'Desk@example.org', folder: 'INBOX' } as const
type Changes = Partial<Record<'host' | 'username' | 'mailbox' | 'folder', string>> & { type?: 'IMAP' | 'POP3S' }

describe('the mailbox key', () => {
  it.each<[string, Changes, Changes]>([
    ['the case of the user name', { username: 'anna' }, { username: 'ANNA' }],
    ['the case of the domain', { username: 'anna@Example.org' }, { username: 'anna@example.ORG' }],
    [
      'the encoding of an internationalised domain',
      { username: 'anna@bücher.example' },
      { username: 'anna@xn--bcher-kva.example' },
    ],
    ['spaces around the user name', { username: 'anna' }, { username: ' \tanna\u00a0' }],
    ['the width of letters', { username: 'anna' }, { username: 'ＡＮＮＡ' }],
    ['the user who consents for a shared mailbox', { username: 'anna' }, { username: 'jane', mailbox: 'Anna' }],
    ['the case of the host', {}, { host: 'MAIL.Example.ORG' }],
    ['a trailing dot of the host', {}, { host: 'mail.example.org.' }],
    ['the encoding of an internationalised host', { host: 'bücher.example' }, { host: 'XN--BCHER-KVA.example' }],
    ['the notation of an IPv6 address', { host: '2001:db8::1' }, { host: '2001:0DB8:0:0:0000:0:0:0001' }],
    [
      'the notation of an IPv4 address embedded in an IPv6 address',
      { host: '64:ff9b::c000:221' },
      { host: '64:ff9b::192.0.2.33' },
    ],
    ['the notation of an IPv4-mapped address', { host: '192.0.2.33' }, { host: '::ffff:192.0.2.33' }],
    [
      'the hexadecimal notation of an IPv4-mapped address',
      { host: '192.0.2.33' },
      { host: '0:0:0:0:0:FFFF:C000:0221' },
    ],
    ['the case of INBOX', {}, { folder: 'Inbox' }],
    ['the encryption', {}, { type: 'IMAP' }],
  ])('the mailbox key ignores %s', (_, one, other) => {
    const [first, second] = [
      { ...desk, ...one },
      { ...desk, ...other },
    ]
    expect(mailboxKeyOf(second)).toBe(mailboxKeyOf(first))
    expect(isSameMailStore(first, second)).toBe(true)
  })

  it.each<[string, Changes, Changes]>([
    ['different users', { username: 'anna' }, { username: 'hanna' }],
    ['different domains of the user', { username: 'anna@example.org' }, { username: 'anna@example.com' }],
    ['similar letters of different scripts', { username: 'anna' }, { username: 'аnna' }],
    ['spaces inside the user name', { username: 'anna k' }, { username: 'annak' }],
    ['different hosts', {}, { host: 'mail2.example.org' }],
    ['different addresses', { host: '2001:db8::1' }, { host: '2001:db8::1:1' }],
    ['an IPv4-compatible address from the IPv4 address', { host: '192.0.2.33' }, { host: '::192.0.2.33' }],
    ['different protocols', {}, { type: 'POP3S' }],
    ['different folders', {}, { folder: 'Sales' }],
    ['the case of folders other than INBOX', { folder: 'sales' }, { folder: 'Sales' }],
    ['a trailing delimiter of a folder', { folder: 'Sales' }, { folder: 'Sales/' }],
  ])('the mailbox key distinguishes %s', (_, one, other) => {
    expect(mailboxKeyOf({ ...desk, ...one })).not.toBe(mailboxKeyOf({ ...desk, ...other }))
  })

  it('the mailbox key is the same for all POP3 types, and the mail store ignores the folder', () => {
    const { folder: _, ...pop3 } = desk
    expect(mailboxKeyOf({ ...pop3, type: 'POP3S' })).toBe(mailboxKeyOf({ ...pop3, type: 'POP3' }))
    expect(isSameMailStore(desk, { ...desk, folder: 'Sales' })).toBe(true)
  })

  it('the mailbox key fits into a DynamoDB key with the longest fields', () => {
    const host = `${'h'.repeat(60)}.`.repeat(4).slice(0, 253)
    const key = mailboxKeyOf({ type: 'IMAPS', host, username: 'ü'.repeat(320), folder: 'ü'.repeat(250) })
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(2048)
  })
})

describe('the host of an account', () => {
  it.each([
    ['2001:0DB8:0:0:0000:0:0:0001', '2001:db8::1'],
    ['::FFFF:192.0.2.33', '192.0.2.33'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['192.0.2.33', '192.0.2.33'],
    ['192.0.2.33.', '192.0.2.33'],
  ])('the host %s is stored as %s', (host, stored) => {
    expect(hostSchema.parse(host)).toBe(stored)
  })

  it.each(['192.0.2.033', '0xc0.0.2.33', '3221225505', '192.0.545', '192.0.2.33.1', 'fe80::1%eth0', '[::1]'])(
    'the host %s is refused',
    (host) => {
      expect(hostSchema.safeParse(host).success).toBe(false)
    },
  )
})
