import { describe, expect, it } from 'vitest'
import { hostSchema } from '../../../lib/accounts/mail-host.ts'
import { isSameMailStore, mailboxKeyOf } from '../../../lib/accounts/mailbox-key.ts'

const desk = { type: 'IMAPS', host: 'mail.example.org', username: 'Desk@example.org', folder: 'INBOX' } as const
type Changes = Partial<Record<'host' | 'username' | 'mailbox' | 'folder', string>> & { type?: 'IMAP' | 'POP3S' }

describe('the key of a mailbox', () => {
  it.each<[string, Changes, Changes]>([
    ['a user name in another case', { username: 'anna' }, { username: 'ANNA' }],
    ['a domain in another case', { username: 'anna@Example.org' }, { username: 'anna@example.ORG' }],
    ['an internationalised domain', { username: 'anna@bücher.example' }, { username: 'anna@xn--bcher-kva.example' }],
    ['blanks around the user name', { username: 'anna' }, { username: ' \tanna\u00a0' }],
    ['full-width letters', { username: 'anna' }, { username: 'ＡＮＮＡ' }],
    ['the user of a shared mailbox', { username: 'anna' }, { username: 'jane', mailbox: 'Anna' }],
    ['a host in another case', {}, { host: 'MAIL.Example.ORG' }],
    ['a dot behind the host', {}, { host: 'mail.example.org.' }],
    ['an internationalised host', { host: 'bücher.example' }, { host: 'XN--BCHER-KVA.example' }],
    ['a long IPv6 address', { host: '2001:db8::1' }, { host: '2001:0DB8:0:0:0000:0:0:0001' }],
    ['an IPv6 address with an embedded one', { host: '64:ff9b::c000:221' }, { host: '64:ff9b::192.0.2.33' }],
    ['an IPv4-mapped address', { host: '192.0.2.33' }, { host: '::ffff:192.0.2.33' }],
    ['an IPv4-mapped address in hexadecimal', { host: '192.0.2.33' }, { host: '0:0:0:0:0:FFFF:C000:0221' }],
    ['INBOX in another case', {}, { folder: 'Inbox' }],
    ['another encryption', {}, { type: 'IMAP' }],
  ])('ignores %s', (_, one, other) => {
    const [first, second] = [
      { ...desk, ...one },
      { ...desk, ...other },
    ]
    expect(mailboxKeyOf(second)).toBe(mailboxKeyOf(first))
    expect(isSameMailStore(first, second)).toBe(true)
  })

  it.each<[string, Changes, Changes]>([
    ['the user', { username: 'anna' }, { username: 'hanna' }],
    ['the domain of the user', { username: 'anna@example.org' }, { username: 'anna@example.com' }],
    ['a letter of another script', { username: 'anna' }, { username: 'аnna' }],
    ['blanks inside the user name', { username: 'anna k' }, { username: 'annak' }],
    ['the host', {}, { host: 'mail2.example.org' }],
    ['the address', { host: '2001:db8::1' }, { host: '2001:db8::1:1' }],
    ['an IPv4-compatible address', { host: '192.0.2.33' }, { host: '::192.0.2.33' }],
    ['the protocol', {}, { type: 'POP3S' }],
    ['the folder', {}, { folder: 'Sales' }],
    ['the case of a folder', { folder: 'sales' }, { folder: 'Sales' }],
    ['a delimiter behind a folder', { folder: 'Sales' }, { folder: 'Sales/' }],
  ])('tells apart %s', (_, one, other) => {
    expect(mailboxKeyOf({ ...desk, ...one })).not.toBe(mailboxKeyOf({ ...desk, ...other }))
  })

  it('of no folder is that of no folder only', () => {
    const { folder: _, ...pop3 } = desk
    expect(mailboxKeyOf({ ...pop3, type: 'POP3S' })).toBe(mailboxKeyOf({ ...pop3, type: 'POP3' }))
    expect(isSameMailStore(desk, { ...desk, folder: 'Sales' })).toBe(true)
  })

  it('fits into a key of DynamoDB for the longest fields', () => {
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
  ])('%s is stored as %s', (host, stored) => {
    expect(hostSchema.parse(host)).toBe(stored)
  })

  it.each(['192.0.2.033', '0xc0.0.2.33', '3221225505', '192.0.545', '192.0.2.33.1', 'fe80::1%eth0', '[::1]'])(
    '%s is refused',
    (host) => {
      expect(hostSchema.safeParse(host).success).toBe(false)
    },
  )
})
