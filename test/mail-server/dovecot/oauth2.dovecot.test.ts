import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokensByCodeFlow } from '../../oauth2-server/code-flow.ts'
import { type OAuth2Server, startOAuth2Server } from '../../oauth2-server/server.ts'
import { RawSocket } from '../raw-socket.ts'
import { type Dovecot, startDovecot } from './dovecot.ts'

const desk = { email: 'desk@example.com', password: 'at the provider', sharedMailbox: 'support@example.com' }
const other = { email: 'other@example.com', password: 'at the provider too' }
/** Passwords of the mail server itself, which stay valid in addition to tokens. */
const mailboxes = [desk.email, other.email, desk.sharedMailbox].map((name) => ({ name, password: 'mailbox' }))

let server: OAuth2Server
let dovecot: Dovecot
beforeAll(async () => {
  server = await startOAuth2Server({ users: [desk, other] })
  dovecot = await startDovecot({ users: mailboxes, oauth2: server })
})
afterAll(async () => {
  await dovecot?.stop()
  await server?.stop()
})

const coded = (text: string): string => Buffer.from(text).toString('base64')
const xoauth2 = (user: string, token: string): string => coded(`user=${user}\x01auth=Bearer ${token}\x01\x01`)
const oauthbearer = (user: string, token: string): string => coded(`n,a=${user},\x01auth=Bearer ${token}\x01\x01`)

const target = () => ({ host: '127.0.0.1', port: dovecot.port('IMAPS'), caPem: dovecot.caPem })

/** @returns the last line of an IMAP login, after responding to the error challenge (RFC 7628 section 3.2.3) */
const login = async (initial: string, mechanism = 'XOAUTH2'): Promise<{ challenge?: unknown; tagged: string }> => {
  using raw = await RawSocket.open('IMAPS', target())
  await raw.until('\r\n')
  const answer = await raw.say(`a AUTHENTICATE ${mechanism} ${initial}`, '\r\n')
  if (!answer.startsWith('+ ')) return { tagged: answer }
  const challenge: unknown = JSON.parse(Buffer.from(answer.slice(2), 'base64').toString())
  return { challenge, tagged: await raw.say(mechanism === 'XOAUTH2' ? '' : 'AQ==', '\r\n') }
}

describe('Dovecot with OAuth2', () => {
  it('Dovecot with OAuth2 hides its passwords and client secret from other users of the machine', () => {
    const readable = readdirSync(dovecot.directory, { withFileTypes: true })
      .filter(({ name }) => (statSync(join(dovecot.directory, name)).mode & 0o004) !== 0)
      .map(({ name }) => name)
    expect(readable.toSorted()).toEqual(['dovecot.conf', 'run', 'server.pem', 'state'])
  })

  it('Dovecot with OAuth2 offers both mechanisms in IMAP and POP3', async () => {
    using imap = await RawSocket.open('IMAPS', target())
    expect(await imap.until('\r\n')).toMatch(/AUTH=OAUTHBEARER.* AUTH=XOAUTH2|AUTH=XOAUTH2.* AUTH=OAUTHBEARER/)
    using pop3 = await RawSocket.open('POP3S', { ...target(), port: dovecot.port('POP3S') })
    await pop3.until('\r\n')
    expect(await pop3.say('CAPA', '\r\n.\r\n')).toMatch(/SASL .*XOAUTH2/)
  })

  it('Dovecot with OAuth2 opens a mailbox for the owner of a token with either mechanism', async () => {
    const { accessToken } = await tokensByCodeFlow(server, desk)
    expect((await login(xoauth2(desk.email, accessToken))).tagged).toMatch(/^a OK/)
    expect((await login(oauthbearer(desk.email, accessToken), 'OAUTHBEARER')).tagged).toMatch(/^a OK/)
  })

  it('Dovecot with OAuth2 opens a shared mailbox only for its members', async () => {
    const member = await tokensByCodeFlow(server, desk)
    const stranger = await tokensByCodeFlow(server, other)
    expect((await login(xoauth2(desk.sharedMailbox, member.accessToken))).tagged).toMatch(/^a OK/)
    for (const [user, { accessToken }] of [
      [desk.sharedMailbox, stranger],
      [desk.email, stranger],
      [other.email, member],
    ] as const)
      expect((await login(xoauth2(user, accessToken))).tagged, user).toMatch(/^a NO \[AUTHENTICATIONFAILED\]/)
  })

  it('Dovecot with OAuth2 refuses forged, expired and revoked tokens with a challenge', async () => {
    const forged = await login(xoauth2(desk.email, 'forged'))
    expect(forged.tagged).toMatch(/^a NO \[AUTHENTICATIONFAILED\]/)
    expect(forged.challenge).toMatchObject({ status: expect.anything() })
    const { accessToken } = await tokensByCodeFlow(server, desk)
    server.revokeGrants(desk.email)
    expect((await login(xoauth2(desk.email, accessToken))).tagged).toMatch(/^a NO \[AUTHENTICATIONFAILED\]/)
    server.policy.accessTokenSeconds = 1
    const short = await tokensByCodeFlow(server, desk)
    await vi.waitFor(
      async () => expect((await login(xoauth2(desk.email, short.accessToken))).tagged).toMatch(/^a NO/),
      10_000,
    )
    server.policy.accessTokenSeconds = 3600
  })

  it('Dovecot with OAuth2 accepts passwords, but no token as a password and no password as a token', async () => {
    const { accessToken } = await tokensByCodeFlow(server, desk)
    using raw = await RawSocket.open('IMAPS', target())
    await raw.until('\r\n')
    expect(await raw.say(`a LOGIN ${desk.email} ${accessToken}`, '\r\n')).toMatch(/^a NO/)
    expect(await raw.say(`b LOGIN ${desk.email} mailbox`, '\r\n')).toMatch(/^b OK/)
    expect((await login(xoauth2(desk.email, 'mailbox'))).tagged).toMatch(/^a NO/)
  })
})
