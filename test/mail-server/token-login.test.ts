import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import type { CertificateAuthority } from './certificates.ts'
import { createCertificates } from './certificates.ts'
import { noQuirks, type Quirks } from './options.ts'
import { RawSocket } from './raw-socket.ts'
import { type MailServer, startMailServer } from './server.ts'
import { authenticatedButNotConnected, refuseToken, refuseTokenAtOnce } from './token-faults.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const xoauth2 = (user: string, token: string) => base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`)
const oauthbearer = (user: string, token: string) =>
  base64(`n,a=${user},\x01host=localhost\x01port=143\x01auth=Bearer ${token}\x01\x01`)
const challenge = (content: object) => `+ ${base64(JSON.stringify(content))}\r\n`
const ordinary = challenge({ status: 'invalid_token', schemes: 'bearer', scope: 'mail' })

let authority: CertificateAuthority | undefined
let server: MailServer

beforeEach(async () => {
  authority ??= await createCertificates()
  const users = [
    { name: 'a,b=c', password: 'x', tokens: ['good'] },
    { name: 'shared', password: 'x', tokens: ['good', 'other'] },
  ]
  server = await startMailServer({ users, authority, quirks: { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'] } })
})
afterEach(async () => await server.stop())

const connected = async (type: AccountType, quirks: Partial<Quirks> = {}): Promise<RawSocket> => {
  server.quirks = { ...server.quirks, ...quirks }
  const raw = await RawSocket.open(type, { host: '127.0.0.1', port: server.port(type), caPem: '' })
  await raw.until('\r\n')
  return raw
}

describe('the IMAP server', () => {
  test('the IMAP server announces token mechanisms only if they are configured', async () => {
    using raw = await connected('IMAP')
    expect(await raw.say('1 CAPABILITY', '1 OK done\r\n')).toContain('AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2 SASL-IR')
    server.quirks = noQuirks
    expect(await raw.say('2 CAPABILITY', '2 OK done\r\n')).not.toContain('OAUTH')
    expect(await raw.say(`3 AUTHENTICATE XOAUTH2 ${xoauth2('shared', 'good')}`, '\r\n')).toBe(
      '3 NO unsupported mechanism\r\n',
    )
  })

  test('the IMAP server accepts tokens with and without an initial response, for every mailbox that they open', async () => {
    using first = await connected('IMAP')
    expect(await first.say(`1 AUTHENTICATE XOAUTH2 ${xoauth2('a,b=c', 'good')}`, '\r\n')).toMatch(/^1 OK .*logged in/)
    using second = await connected('IMAP', { without: ['SASL-IR'] })
    expect(await second.say(`1 AUTHENTICATE OAUTHBEARER ${oauthbearer('shared', 'good')}`, '\r\n')).toBe(
      '1 BAD no initial response\r\n',
    )
    expect(await second.say('2 AUTHENTICATE OAUTHBEARER', '\r\n')).toBe('+ \r\n')
    expect(await second.say(oauthbearer('a=2Cb=3Dc', 'good'), '\r\n')).toMatch(/^2 OK .*logged in/)
  })

  test('the IMAP server refuses a wrong token with a challenge that requires a response', async () => {
    using raw = await connected('IMAP')
    expect(await raw.say(`1 AUTHENTICATE XOAUTH2 ${xoauth2('a,b=c', 'other')}`, '\r\n')).toBe(ordinary)
    expect(await raw.say('', '\r\n')).toBe('1 NO [AUTHENTICATIONFAILED] the token does not open the mailbox\r\n')
    const entries = server.transcript.map(({ name, args }) => [name, args])
    expect(entries.at(-1)).toEqual(['SASL', ''])
  })

  test('the IMAP server refuses responses that do not match the mechanism', async () => {
    using raw = await connected('IMAP')
    const refused = challenge({ status: 'invalid_request' })
    for (const response of [oauthbearer('shared', 'good'), 'AA=', '%', base64('user=shared\x01auth=Bearer good\x01')]) {
      expect(await raw.say(`1 AUTHENTICATE XOAUTH2 ${response}`, '\r\n')).toBe(refused)
      await raw.say('', '\r\n')
    }
  })

  test('the IMAP server refuses a token with the fault’s challenges, text and ending', async () => {
    server.faults = [
      refuseToken({ challenges: ['%%', { status: '400' }], kind: 'BAD', code: 'UNAVAILABLE', text: 'later' }, 1),
      refuseTokenAtOnce(),
    ]
    using raw = await connected('IMAP')
    const login = `AUTHENTICATE XOAUTH2 ${xoauth2('shared', 'good')}`
    expect(await raw.say(`1 ${login}`, '\r\n')).toBe('+ %%\r\n')
    expect(await raw.say('', '\r\n')).toBe(challenge({ status: '400' }))
    expect(await raw.say('', '\r\n')).toBe('1 BAD [UNAVAILABLE] later\r\n')
    expect(await raw.say(`2 ${login}`, '\r\n')).toBe('2 NO AUTHENTICATE failed.\r\n')
    server.faults = [refuseToken({ ending: 'drop' })]
    expect(await raw.say(`3 ${login}`, '\r\n')).toBe(ordinary)
    expect(await raw.end()).toBe('end')
  })

  test('the IMAP server can accept a token without opening the mailbox, as Exchange Online does', async () => {
    server.faults = [authenticatedButNotConnected()]
    using raw = await connected('IMAP')
    expect(await raw.say(`1 AUTHENTICATE XOAUTH2 ${xoauth2('shared', 'any')}`, '\r\n')).toMatch(/^1 OK /)
    expect(await raw.say('2 SELECT INBOX', '\r\n')).toBe('2 BAD User is authenticated but not connected.\r\n')
  })
})

describe('the POP3 server', () => {
  test('the POP3 server accepts tokens in one line and in two', async () => {
    using first = await connected('POP3')
    expect(await first.say('CAPA', '\r\n.\r\n')).toContain('SASL PLAIN OAUTHBEARER XOAUTH2\r\n')
    expect(await first.say(`AUTH XOAUTH2 ${xoauth2('a,b=c', 'good')}`, '\r\n')).toBe('+OK logged in\r\n')
    using second = await connected('POP3', { announcesTokenMechanisms: false })
    expect(await second.say('CAPA', '\r\n.\r\n')).toContain('SASL PLAIN\r\n')
    expect(await second.say('AUTH xoauth2', '\r\n')).toBe('+ \r\n')
    expect(await second.say(xoauth2('shared', 'other'), '\r\n')).toBe('+OK logged in\r\n')
  })

  test('the POP3 server can accept only one of the two forms', async () => {
    using raw = await connected('POP3', { pop3TokenForm: 'one-line' })
    expect(await raw.say('AUTH XOAUTH2', '\r\n')).toBe('-ERR missing argument\r\n')
    server.quirks = { ...server.quirks, pop3TokenForm: 'two-lines' }
    expect(await raw.say(`AUTH XOAUTH2 ${xoauth2('shared', 'good')}`, '\r\n')).toMatch(/^-ERR Protocol error/)
    expect(await raw.end()).toBe('end')
  })

  test('the POP3 server refuses a removed token', async () => {
    server.user('shared').tokens.delete('other')
    using raw = await connected('POP3')
    expect(await raw.say(`AUTH XOAUTH2 ${xoauth2('shared', 'other')}`, '\r\n')).toBe(ordinary)
    expect(await raw.say('', '\r\n')).toBe('-ERR [AUTH] the token does not open the mailbox\r\n')
  })
})
