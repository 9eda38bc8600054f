import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import type { Mailbox, MailboxSettings, MailPolicy } from '../../../lib/mailbox/mailbox.ts'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import { endAt, type Fault, injectAfterStartTls, refuse, replyTo } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { authenticatedButNotConnected, refuseToken, refuseTokenAtOnce } from '../../mail-server/token-faults.ts'
import { fieldsOf, token } from '../../support/token-spellings.ts'
import { challenge, expectTokenRefusal, sharedTokenRefusals, type TokenRefusal } from '../token-refusals.ts'
import { serverWith as anyServer, errorOf, impatient, never, policy, settingsFor as withPassword } from './steps.ts'

const serverWith = async (quirks: Partial<Quirks> = {}, ...faults: Fault[]): Promise<MailServer> => {
  const server = await anyServer({ quirks: { tokenMechanisms: ['XOAUTH2'], ...quirks }, faults })
  server.user('ada').tokens.add(token)
  return server
}

interface Change {
  readonly username?: string
  readonly accessToken?: string
}

const settingsFor = (server: MailServer, type: AccountType = 'POP3S', change: Change = {}): MailboxSettings => ({
  ...withPassword(server, type),
  credential: { method: 'oauth2', username: 'ada', accessToken: token, ...change },
})

const open = (
  server: MailServer,
  type: AccountType = 'POP3S',
  change: Change = {},
  network: MailPolicy = policy,
): Promise<Mailbox> => openPop3Mailbox(settingsFor(server, type, change), network, never)

/** The login as the server received it: the commands and the lines of the exchange, decoded. */
const loginOf = (server: MailServer): string[] =>
  server.transcript
    .filter(({ name }) => ['USER', 'PASS', 'AUTH', 'SASL'].includes(name))
    .map(({ name, args }) => `${name} ${args.split(' ').map(fieldsOf).join(' ')}`)

const blob = `user=ada|auth=Bearer ${token}||`
const twoLines = ['AUTH XOAUTH2', `SASL ${blob}`]

describe('an access token over POP3', () => {
  it.each<[title: string, quirks: Partial<Quirks>, exchange: string[]]>([
    ['a separate line', {}, twoLines],
    ['a separate line, as Exchange Online requires', { pop3TokenForm: 'two-lines' }, twoLines],
    [
      'the command line if the server requires it',
      { pop3TokenForm: 'one-line' },
      ['AUTH XOAUTH2', `AUTH XOAUTH2 ${blob}`],
    ],
    ['a separate line if CAPA announces no mechanism', { without: ['SASL'] }, twoLines],
    ['a separate line if there is no CAPA', { without: ['CAPA'] }, twoLines],
    ['a separate line without USER', { without: ['USER'] }, twoLines],
    ['a separate line without PIPELINING', { without: ['PIPELINING'] }, twoLines],
    ['a separate line, preferring XOAUTH2 to OAUTHBEARER', { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'] }, twoLines],
    [
      'a separate line of OAUTHBEARER if the server offers nothing else',
      { tokenMechanisms: ['OAUTHBEARER'] },
      ['AUTH OAUTHBEARER', `SASL n,a=ada,|host=localhost|port={port}|auth=Bearer ${token}||`],
    ],
  ])('POP3 token login sends the token in %s', async (_, quirks, exchange) => {
    for (const type of ['POP3S', 'POP3TLS'] as const) {
      await using server = await serverWith(quirks)
      const heard: string[] = []
      const watch = { observer: { loggedIn: (mechanism: string) => void heard.push(mechanism) } }
      const mailbox = await openPop3Mailbox(settingsFor(server, type), policy, never, watch)
      expect(mailbox.messageCount).toBe(0)
      await mailbox.close()
      expect(loginOf(server)).toEqual(exchange.map((line) => line.replace('{port}', `${server.port(type)}`)))
      expect(
        server.transcript.filter(({ name }) => name === 'AUTH' || name === 'SASL').every(({ secure }) => secure),
      ).toBe(true)
      expect(heard).toEqual([exchange[0]?.includes('OAUTHBEARER') ? 'AUTH=OAUTHBEARER' : 'AUTH=XOAUTH2'])
    }
  })

  it('POP3 token login sends a mailbox name with any characters unchanged', async () => {
    const name = 'shared, ö=x@example.org'
    for (const mechanism of ['XOAUTH2', 'OAUTHBEARER'] as const) {
      await using server = await startMailServer({
        users: [{ name, password: 'pw', tokens: [token] }],
        quirks: { tokenMechanisms: [mechanism] },
      })
      await (await open(server, 'POP3S', { username: name })).close()
    }
  })

  it('POP3 token login works for consecutive sessions', async () => {
    await using server = await serverWith()
    server.user('ada').inbox.append('Subject: a\r\n\r\nb\r\n')
    const mailbox = await open(server)
    for await (const listed of mailbox.list()) await mailbox.remove(listed)
    await mailbox.commit({ now: true })
    for await (const listed of mailbox.list()) expect(listed).toEqual([])
    await mailbox.close()
    expect(server.sessionCount).toBe(2)
    expect(loginOf(server)).toEqual([...twoLines, ...twoLines])
  })
})

describe('an access token without TLS', () => {
  it('a POP3 mailbox without TLS never sends an access token, whatever the server offers', async () => {
    for (const quirks of [{}, { loginDisabled: true }, { tokenMechanisms: [] }]) {
      await using server = await serverWith(quirks)
      expect((await errorOf(open(server, 'POP3'))).code).toBe('token-needs-tls')
      expect(loginOf(server)).toEqual([])
    }
  })

  it.each<[string, Partial<Quirks>, Fault[]]>([
    ['STLS is not offered', { without: ['STLS'] }, []],
    ['STLS is refused', {}, [refuse('STLS')]],
    ['STLS is refused by a server without CAPA', { without: ['CAPA'] }, [refuse('STLS')]],
    ['data is injected after STLS', {}, [injectAfterStartTls('+OK\r\nSASL XOAUTH2\r\n.\r\n')]],
  ])('a POP3TLS mailbox does not send an access token if %s', async (_, quirks, faults) => {
    await using server = await serverWith(quirks, ...faults)
    await errorOf(open(server, 'POP3TLS', {}, impatient))
    expect(loginOf(server)).toEqual([])
  })

  it('a POP3 mailbox without TLS sends an access token to a loopback address if the deployment allows it', async () => {
    await using server = await serverWith()
    await (await open(server, 'POP3', {}, { ...policy, allowClearTextOnLoopback: true })).close()
    expect(loginOf(server)).toEqual(twoLines)
  })
})

const refusals: readonly TokenRefusal[] = [
  ...sharedTokenRefusals({ code: '' }),
  {
    title: 'with a challenge',
    faults: [refuseToken({ challenges: [challenge], text: 'SASL authentication failed' })],
    code: 'token-refused',
    detail: '[AUTH] SASL authentication failed (status 400, schemes Bearer, scope https://mail.google.com/)',
    answers: [''],
  },
  {
    title: 'with a challenge to OAUTHBEARER',
    quirks: { tokenMechanisms: ['OAUTHBEARER'] },
    faults: [refuseToken({ challenges: [challenge], text: 'no', code: '' })],
    code: 'token-refused',
    detail: 'no (status 400, schemes Bearer, scope https://mail.google.com/)',
    answers: ['AQ=='],
  },
  {
    title: 'with a challenge to the one-line form',
    quirks: { pop3TokenForm: 'one-line' },
    faults: [refuseToken({ challenges: [challenge] })],
    code: 'token-refused',
    detail: /status 400/,
    answers: [''],
  },
  {
    title: 'without a challenge, as Exchange Online does',
    faults: [refuseTokenAtOnce('Authentication failure: unknown user name or bad password.')],
    code: 'token-refused',
    detail: 'Authentication failure: unknown user name or bad password.',
    answers: [],
  },
  {
    title: 'because its line is too long, as Exchange Online does beyond 4,096 characters',
    faults: [refuseTokenAtOnce('Protocol error. Connection is closed. 10')],
    code: 'token-refused',
    detail: 'Protocol error. Connection is closed. 10',
  },
  {
    title: 'with [SYS/TEMP], because the server could not check the token',
    faults: [refuseToken({ code: 'SYS/TEMP', text: 'Temporary authentication failure.' })],
    code: 'server-unavailable',
  },
  { title: 'with [IN-USE]', faults: [refuseToken({ code: 'IN-USE' })], code: 'mailbox-in-use' },
  { title: 'because of too many logins', faults: [refuseTokenAtOnce('Too many logins')], code: 'throttled' },
  {
    title: 'by an empty challenge, which is acknowledged',
    faults: [refuseToken({ challenges: [''] })],
    code: 'token-refused',
    answers: [''],
  },
  {
    title: 'by a challenge of 6 KB',
    faults: [
      refuseToken({ challenges: [{ status: '4'.repeat(4000), scope: '\u202e\u0007bell' }], code: '', text: 'no' }),
    ],
    code: 'token-refused',
    detail: /^no \(status 4{50}, scope bell\)$/,
  },
  {
    title: 'by two challenges',
    faults: [refuseToken({ challenges: [{ status: '1' }, { status: '2' }], code: '', text: 'no' })],
    code: 'token-refused',
    detail: 'no (status 1)',
    answers: ['', '*'],
  },
  {
    title: 'after the login was accepted, as Exchange Online does with IMAP',
    faults: [authenticatedButNotConnected(), refuse('LIST', { text: 'User is authenticated but not connected.' })],
    code: 'token-refused',
    detail: 'User is authenticated but not connected.',
  },
  { title: 'by hanging', faults: [endAt('AUTH', 'hang')], code: 'server-silent' },
  {
    title: 'because the server offers no token mechanism',
    quirks: { tokenMechanisms: [] },
    faults: [],
    code: 'oauth2-unsupported',
    detail: 'SASL PLAIN',
  },
  {
    title: 'because the server has neither CAPA nor a token mechanism',
    quirks: { tokenMechanisms: [], without: ['CAPA'] },
    faults: [],
    code: 'oauth2-unsupported',
    detail: 'unsupported mechanism',
  },
  {
    title: 'by rejecting the command as unknown',
    faults: [refuse('AUTH', { text: 'unknown command' })],
    code: 'token-refused',
    detail: 'unknown command',
  },
  {
    title: 'by disconnecting at the one-line form',
    faults: [replyTo('AUTH', '-ERR no such command', 1), endAt('AUTH', 'drop')],
    code: 'oauth2-unsupported',
    detail: 'no such command',
  },
  {
    title: 'before it was sent',
    faults: [refuse('AUTH', { code: 'SYS/TEMP', text: 'later' })],
    code: 'server-unavailable',
  },
  {
    title: 'before it was sent, permanently',
    faults: [refuse('AUTH', { code: 'AUTH', text: 'POP3 is switched off' })],
    code: 'oauth2-unsupported',
    detail: '[AUTH] POP3 is switched off',
  },
  {
    title: 'by accepting the login before it was sent',
    faults: [replyTo('AUTH', '+OK welcome')],
    code: 'server-misbehaved',
  },
]

describe('an access token that a POP3 server refuses', () => {
  it.each(refusals)('POP3 token login reports $code if the token is refused $title', async (refusal) => {
    await using server = await serverWith(refusal.quirks, ...refusal.faults)
    const error = await errorOf(open(server, 'POP3S', {}, { ...policy, silenceTimeout: 500 }))
    await expectTokenRefusal(refusal, error, server)
  })

  it('POP3 token login tries the one-line form only once, and never if no mechanism was announced', async () => {
    await using announcing = await serverWith({}, refuse('AUTH'))
    await errorOf(open(announcing))
    expect(loginOf(announcing)).toEqual(['AUTH XOAUTH2', `AUTH XOAUTH2 ${blob}`])
    await using silent = await serverWith({ without: ['SASL'] }, refuse('AUTH'))
    await errorOf(open(silent))
    expect(loginOf(silent)).toEqual(['AUTH XOAUTH2'])
  })

  it.each(['', 'a b', 'a\r\nDELE 1', 'a\x01auth=Bearer b', 'ä'])(
    'POP3 token login does not send a token that is invalid in the protocol (%j)',
    async (accessToken) => {
      await using server = await serverWith()
      expect((await errorOf(open(server, 'POP3S', { accessToken }))).code).toBe('token-refused')
      expect((await errorOf(open(server, 'POP3S', { username: 'a\r\nDELE 1' }))).code).toBe('token-refused')
      expect(loginOf(server)).toEqual([])
    },
  )
})
