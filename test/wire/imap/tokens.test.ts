import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'
import type { MailboxSettings } from '../../../lib/mailbox/mailbox.ts'
import { byeAt, endAt, type Fault, injectAfterStartTls, refuse, replyTo } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import type { MailServer } from '../../mail-server/server.ts'
import { authenticatedButNotConnected, refuseToken, refuseTokenAtOnce } from '../../mail-server/token-faults.ts'
import { fieldsOf, token } from '../../support/token-spellings.ts'
import { challenge, expectTokenRefusal, sharedTokenRefusals, type TokenRefusal } from '../token-refusals.ts'
import {
  serverWith as anyServer,
  failureOf,
  hasty,
  openAt,
  policyFor,
  settingsFor as withPassword,
} from './imap-wire.ts'

const both: Partial<Quirks> = { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'] }

const serverWith = (quirks: Partial<Quirks> = {}, ...faults: Fault[]): Promise<MailServer> =>
  anyServer({ users: [{ name: 'alice', password: 'pw', tokens: [token] }], quirks: { ...both, ...quirks } }, ...faults)

const settingsFor = (
  server: MailServer,
  type: AccountType = 'IMAPS',
  change: { readonly username?: string; readonly accessToken?: string } = {},
): MailboxSettings =>
  withPassword(server, type, {
    credential: { method: 'oauth2', username: 'alice', accessToken: token, ...change },
  })

/** The login as the server received it: the commands and the lines of the exchange, decoded. */
const loginOf = (server: MailServer): string[] =>
  server.transcript
    .filter(({ name }) => ['LOGIN', 'AUTHENTICATE', 'SASL'].includes(name))
    .map(({ name, args }) => `${name} ${args.split(' ').map(fieldsOf).join(' ')}`)

describe('an access token over IMAP', () => {
  it.each<[title: string, quirks: Partial<Quirks>, exchange: string[], how: string]>([
    [
      'OAUTHBEARER before XOAUTH2, in one line',
      {},
      [`AUTHENTICATE OAUTHBEARER n,a=alice,|host=localhost|port={port}|auth=Bearer ${token}||`],
      'AUTH=OAUTHBEARER',
    ],
    [
      'OAUTHBEARER in two lines without SASL-IR',
      { without: ['SASL-IR'] },
      ['AUTHENTICATE OAUTHBEARER', `SASL n,a=alice,|host=localhost|port={port}|auth=Bearer ${token}||`],
      'AUTH=OAUTHBEARER',
    ],
    [
      'XOAUTH2 if the server offers nothing else',
      { tokenMechanisms: ['XOAUTH2'] },
      [`AUTHENTICATE XOAUTH2 user=alice|auth=Bearer ${token}||`],
      'AUTH=XOAUTH2',
    ],
    [
      'XOAUTH2 in two lines without SASL-IR',
      { tokenMechanisms: ['XOAUTH2'], without: ['SASL-IR'] },
      ['AUTHENTICATE XOAUTH2', `SASL user=alice|auth=Bearer ${token}||`],
      'AUTH=XOAUTH2',
    ],
    [
      'XOAUTH2 if LOGIN is disabled',
      { tokenMechanisms: ['XOAUTH2'], extraCapabilities: ['LOGINDISABLED'], without: ['AUTH=PLAIN'] },
      [`AUTHENTICATE XOAUTH2 user=alice|auth=Bearer ${token}||`],
      'AUTH=XOAUTH2',
    ],
  ])('IMAP token login uses %s', async (_, quirks, exchange, how) => {
    for (const type of ['IMAPS', 'IMAPTLS'] as const) {
      const server = await serverWith(quirks)
      const settings = settingsFor(server, type)
      const heard: string[] = []
      const watch = { observer: { loggedIn: (mechanism: string) => void heard.push(mechanism) } }
      const mailbox = await openImapMailbox(settings, policyFor(settings.port), AbortSignal.timeout(10_000), watch)
      expect(mailbox.messageCount).toBe(0)
      await mailbox.close()
      expect(loginOf(server)).toEqual(exchange.map((line) => line.replace('{port}', `${settings.port}`)))
      expect(server.transcript.filter(({ name }) => name !== 'STARTTLS').at(-1)?.secure).toBe(true)
      expect(heard).toEqual([how])
    }
  })

  it('IMAP token login sends a mailbox name with any characters unchanged', async () => {
    const name = 'shared, "ö"=x@example.org'
    const server = await anyServer({ users: [{ name, password: 'pw', tokens: [token] }], quirks: both })
    expect((await openAt(settingsFor(server, 'IMAPS', { username: name }))).messageCount).toBe(0)
    expect(server.commandNames()).not.toContain('LOGIN')
  })

  it('IMAP token login sends even a long token on one line', async () => {
    const accessToken = `eyJ0eXAi.${'x'.repeat(8000)}`
    const server = await anyServer({ users: [{ name: 'alice', password: 'pw', tokens: [accessToken] }], quirks: both })
    expect((await openAt(settingsFor(server, 'IMAPS', { accessToken }))).messageCount).toBe(0)
  })
})

describe('an access token without TLS', () => {
  it('an IMAP mailbox without TLS never sends an access token, whatever the server offers', async () => {
    for (const quirks of [{}, { loginDisabled: true }, { tokenMechanisms: [] }]) {
      const server = await serverWith(quirks)
      expect((await failureOf(openAt(settingsFor(server, 'IMAP')))).code).toBe('token-needs-tls')
      expect(loginOf(server)).toEqual([])
    }
  })

  it.each<[string, Partial<Quirks>, Fault[]]>([
    ['STARTTLS is not offered', { without: ['STARTTLS'] }, []],
    ['STARTTLS is refused', {}, [refuse('STARTTLS')]],
    ['the session starts with PREAUTH', { preauthAs: 'alice' }, []],
    ['data is injected after STARTTLS', {}, [injectAfterStartTls('* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2]\r\n')]],
  ])('an IMAPTLS mailbox does not send an access token if %s', async (_, quirks, faults) => {
    const server = await serverWith(quirks, ...faults)
    await failureOf(openAt(settingsFor(server, 'IMAPTLS')))
    expect(loginOf(server)).toEqual([])
  })

  it('an IMAP mailbox without TLS sends an access token to a loopback address if the deployment allows it', async () => {
    const server = await serverWith()
    const allowing = { allowClearTextOnLoopback: true }
    expect((await openAt(settingsFor(server, 'IMAP'), allowing)).messageCount).toBe(0)
    expect(loginOf(server)).toHaveLength(1)
  })
})

const refusals: readonly TokenRefusal[] = [
  ...sharedTokenRefusals(),
  {
    title: 'with a challenge',
    faults: [refuseToken({ challenges: [challenge], text: 'SASL authentication failed' })],
    code: 'token-refused',
    detail: 'SASL authentication failed (status 400, schemes Bearer, scope https://mail.google.com/)',
    answers: ['AQ=='],
  },
  {
    title: 'with a challenge to XOAUTH2',
    quirks: { tokenMechanisms: ['XOAUTH2'] },
    faults: [refuseToken({ challenges: [challenge] })],
    code: 'token-refused',
    detail: /status 400/,
    answers: [''],
  },
  {
    title: 'with a challenge to a token on a separate line',
    quirks: { tokenMechanisms: ['XOAUTH2'], without: ['SASL-IR'] },
    faults: [refuseToken({ challenges: [challenge] })],
    code: 'token-refused',
    detail: /status 400/,
    answers: [''],
  },
  {
    title: 'without a challenge, as Exchange Online does',
    faults: [refuseTokenAtOnce()],
    code: 'token-refused',
    detail: 'AUTHENTICATE failed.',
    answers: [],
  },
  { title: 'with BAD', faults: [refuseToken({ challenges: [], kind: 'BAD', code: '' })], code: 'token-refused' },
  { title: 'with [EXPIRED]', faults: [refuseToken({ code: 'EXPIRED' })], code: 'token-refused' },
  {
    title: 'with [AUTHORIZATIONFAILED]',
    faults: [refuseToken({ code: 'AUTHORIZATIONFAILED' })],
    code: 'token-refused',
  },
  {
    title: 'with [UNAVAILABLE], because the server could not check the token',
    faults: [refuseToken({ code: 'UNAVAILABLE', text: 'Temporary authentication failure.' })],
    code: 'server-unavailable',
  },
  {
    title: 'because there are too many connections',
    faults: [refuseTokenAtOnce('Too many simultaneous connections. (Failure)')],
    code: 'throttled',
  },
  {
    title: 'because IMAP is disabled',
    faults: [refuseTokenAtOnce('Your account is not enabled for IMAP use. (Failure)', 'ALERT')],
    code: 'token-refused',
    detail: /not enabled for IMAP/,
  },
  {
    title: 'by a challenge of 150 KB',
    faults: [refuseToken({ challenges: [{ status: '4'.repeat(110_000), scope: '\u202e\u0007bell' }], text: 'no' })],
    code: 'token-refused',
    detail: /^no \(status 4{50}, scope bell\)$/,
  },
  {
    title: 'by two challenges',
    faults: [refuseToken({ challenges: [{ status: '1' }, { status: '2' }], text: 'no' })],
    code: 'token-refused',
    detail: 'no (status 2)',
  },
  {
    title: 'after the login was accepted, as Exchange Online does',
    faults: [authenticatedButNotConnected()],
    code: 'token-refused',
    detail: /User is authenticated but not connected/,
  },
  {
    title: 'after the login was accepted, by a server without NAMESPACE',
    quirks: { without: ['NAMESPACE'] },
    faults: [authenticatedButNotConnected()],
    code: 'token-refused',
    detail: /User is authenticated but not connected/,
  },
  { title: 'by hanging', faults: [endAt('AUTHENTICATE', 'hang')], code: 'server-silent' },
  { title: 'by BYE', faults: [byeAt('AUTHENTICATE', 'go away')], code: 'connection-lost', detail: 'go away' },
  {
    title: 'by BYE in the middle of the session, because the token has expired',
    faults: [byeAt('SELECT', 'Session invalidated - AccessTokenExpired')],
    code: 'token-refused',
    detail: 'Session invalidated - AccessTokenExpired',
  },
  {
    title: 'because the server offers no token mechanism',
    quirks: { tokenMechanisms: [], extraCapabilities: ['AUTH=LOGIN'] },
    faults: [],
    code: 'oauth2-unsupported',
    detail: 'AUTH=PLAIN AUTH=LOGIN',
  },
]

describe('an access token that an IMAP server refuses', () => {
  it.each(refusals)('IMAP token login reports $code if the token is refused $title', async (refusal) => {
    const server = await serverWith(refusal.quirks, ...refusal.faults)
    const error = await failureOf(openAt(settingsFor(server), hasty))
    await expectTokenRefusal(refusal, error, server)
  })

  it('IMAP token login does not send a refused token a second time', async () => {
    const server = await serverWith({}, refuseTokenAtOnce())
    await failureOf(openAt(settingsFor(server)))
    expect(server.commandNames().filter((name) => name === 'AUTHENTICATE')).toHaveLength(1)
    expect(server.sessionCount).toBe(1)
  })

  it('IMAP token login ends if the server sends challenges forever', async () => {
    const server = await serverWith({}, replyTo('AUTHENTICATE', '+ \r\n'.repeat(400_000)))
    expect((await failureOf(openAt(settingsFor(server)))).code).toBe('server-misbehaved')
  })

  it.each(['', 'a b', 'a\r\nA1 DELETE INBOX', 'a\x01auth=Bearer b', 'ä'])(
    'IMAP token login does not send a token that is invalid in the protocol (%j)',
    async (accessToken) => {
      const server = await serverWith()
      expect((await failureOf(openAt(settingsFor(server, 'IMAPS', { accessToken })))).code).toBe('token-refused')
      expect((await failureOf(openAt(settingsFor(server, 'IMAPS', { username: 'a\x01b' })))).code).toBe('token-refused')
      expect(loginOf(server)).toEqual([])
    },
  )
})
