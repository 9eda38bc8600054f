import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/accounts/account-type.ts'
import type { Mailbox, MailboxSettings, NetworkPolicy } from '../../../lib/mailbox/mailbox.ts'
import type { MailboxErrorCode } from '../../../lib/mailbox/mailbox-error.ts'
import { openPop3Mailbox } from '../../../lib/mailbox/pop3/open-pop3-mailbox.ts'
import { endAt, type Fault, injectAfterStartTls, refuse, replyTo } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'
import { authenticatedButNotConnected, refuseToken, refuseTokenAtOnce } from '../../mail-server/token-faults.ts'
import { expectNoToken, fieldsOf, token } from '../../support/token-spellings.ts'
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
  network: NetworkPolicy = policy,
): Promise<Mailbox> => openPop3Mailbox(settingsFor(server, type, change), network, never)

/** What the server got of a login: its commands and the lines of the exchange, decoded. */
const loginOf = (server: MailServer): string[] =>
  server.transcript
    .filter(({ name }) => ['USER', 'PASS', 'AUTH', 'SASL'].includes(name))
    .map(({ name, args }) => `${name} ${args.split(' ').map(fieldsOf).join(' ')}`)

const blob = `user=ada|auth=Bearer ${token}||`
const twoLines = ['AUTH XOAUTH2', `SASL ${blob}`]

describe('an access token over POP3', () => {
  it.each<[title: string, quirks: Partial<Quirks>, exchange: string[]]>([
    ['a line of its own', {}, twoLines],
    ['a line of its own, as Exchange Online wants it', { pop3TokenForm: 'two-lines' }, twoLines],
    [
      'the line of the command where the server insists on it',
      { pop3TokenForm: 'one-line' },
      ['AUTH XOAUTH2', `AUTH XOAUTH2 ${blob}`],
    ],
    ['a line of its own where CAPA announces no mechanism', { without: ['SASL'] }, twoLines],
    ['a line of its own where there is no CAPA', { without: ['CAPA'] }, twoLines],
    ['a line of its own without USER', { without: ['USER'] }, twoLines],
    ['a line of its own without PIPELINING', { without: ['PIPELINING'] }, twoLines],
    ['XOAUTH2 before OAUTHBEARER', { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'] }, twoLines],
    [
      'OAUTHBEARER where it is all there is',
      { tokenMechanisms: ['OAUTHBEARER'] },
      ['AUTH OAUTHBEARER', `SASL n,a=ada,|host=localhost|port={port}|auth=Bearer ${token}||`],
    ],
  ])('goes in %s', async (_, quirks, exchange) => {
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

  it('names the mailbox that is opened, whatever characters it has', async () => {
    const name = 'shared, ö=x@example.org'
    for (const mechanism of ['XOAUTH2', 'OAUTHBEARER'] as const) {
      await using server = await startMailServer({
        users: [{ name, password: 'pw', tokens: [token] }],
        quirks: { tokenMechanisms: [mechanism] },
      })
      await (await open(server, 'POP3S', { username: name })).close()
    }
  })

  it('opens one session after the other', async () => {
    await using server = await serverWith()
    server.user('ada').inbox.append('Subject: a\r\n\r\nb\r\n')
    const mailbox = await open(server)
    for await (const listed of mailbox.list()) await mailbox.remove(listed)
    await mailbox.settle({ now: true })
    for await (const listed of mailbox.list()) expect(listed).toEqual([])
    await mailbox.close()
    expect(server.sessionCount).toBe(2)
    expect(loginOf(server)).toEqual([...twoLines, ...twoLines])
  })
})

describe('an access token without TLS', () => {
  it('is not sent by type POP3, whatever the server offers', async () => {
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
    ['somebody speaks behind STLS', {}, [injectAfterStartTls('+OK\r\nSASL XOAUTH2\r\n.\r\n')]],
  ])('is not sent by type POP3TLS where %s', async (_, quirks, faults) => {
    await using server = await serverWith(quirks, ...faults)
    await errorOf(open(server, 'POP3TLS', {}, impatient))
    expect(loginOf(server)).toEqual([])
  })

  it('is sent to a loopback address where the deployment allows it', async () => {
    await using server = await serverWith()
    await (await open(server, 'POP3', {}, { ...policy, allowClearTextOnLoopback: true })).close()
    expect(loginOf(server)).toEqual(twoLines)
  })
})

interface Refusal {
  readonly title: string
  readonly quirks?: Partial<Quirks>
  readonly faults: readonly Fault[]
  readonly code: MailboxErrorCode
  readonly words?: string | RegExp
  /** What the client says after the token. */
  readonly answers?: readonly string[]
}

const challenge = { status: '400', schemes: 'Bearer', scope: 'https://mail.google.com/' }

const refusals: readonly Refusal[] = [
  {
    title: 'with a challenge',
    faults: [refuseToken({ challenges: [challenge], text: 'SASL authentication failed' })],
    code: 'token-refused',
    words: '[AUTH] SASL authentication failed (status 400, schemes Bearer, scope https://mail.google.com/)',
    answers: [''],
  },
  {
    title: 'with a challenge to OAUTHBEARER',
    quirks: { tokenMechanisms: ['OAUTHBEARER'] },
    faults: [refuseToken({ challenges: [challenge], text: 'no', code: '' })],
    code: 'token-refused',
    words: 'no (status 400, schemes Bearer, scope https://mail.google.com/)',
    answers: ['AQ=='],
  },
  {
    title: 'with a challenge to the form in one line',
    quirks: { pop3TokenForm: 'one-line' },
    faults: [refuseToken({ challenges: [challenge] })],
    code: 'token-refused',
    words: /status 400/,
    answers: [''],
  },
  {
    title: 'without a challenge, as Exchange Online does',
    faults: [refuseTokenAtOnce('Authentication failure: unknown user name or bad password.')],
    code: 'token-refused',
    words: 'Authentication failure: unknown user name or bad password.',
    answers: [],
  },
  {
    title: 'because its line is too long, as Exchange Online does beyond 4,096 characters',
    faults: [refuseTokenAtOnce('Protocol error. Connection is closed. 10')],
    code: 'token-refused',
    words: 'Protocol error. Connection is closed. 10',
  },
  {
    title: 'with [SYS/TEMP]: the server could not ask who the token belongs to',
    faults: [refuseToken({ code: 'SYS/TEMP', text: 'Temporary authentication failure.' })],
    code: 'server-unavailable',
  },
  { title: 'with [IN-USE]', faults: [refuseToken({ code: 'IN-USE' })], code: 'mailbox-in-use' },
  { title: 'because of too many logins', faults: [refuseTokenAtOnce('Too many logins')], code: 'throttled' },
  {
    title: 'by a challenge that is no base64',
    faults: [refuseToken({ challenges: ['%%%'], code: '', text: 'no' })],
    code: 'token-refused',
    words: 'no',
  },
  {
    title: 'by a challenge that is no JSON',
    faults: [refuseToken({ challenges: [Buffer.from('<html>').toString('base64')], code: '', text: 'no' })],
    code: 'token-refused',
    words: 'no',
  },
  ...[['a', 'list'], 'text', null, { status: { deep: true }, scope: null }].map((content) => ({
    title: `by a challenge that is ${JSON.stringify(content)}`,
    faults: [refuseToken({ challenges: [Buffer.from(JSON.stringify(content)).toString('base64')], text: 'no' })],
    code: 'token-refused' as const,
    words: '[AUTH] no',
  })),
  { title: 'by an empty challenge', faults: [refuseToken({ challenges: [''] })], code: 'token-refused', answers: [''] },
  {
    title: 'by a challenge of 6 KB',
    faults: [
      refuseToken({ challenges: [{ status: '4'.repeat(4000), scope: '\u202e\u0007bell' }], code: '', text: 'no' }),
    ],
    code: 'token-refused',
    words: /^no \(status 4{50}, scope bell\)$/,
  },
  {
    title: 'by a challenge of 2 MB',
    faults: [refuseToken({ challenges: ['A'.repeat(2_000_000)] })],
    code: 'server-misbehaved',
  },
  {
    title: 'by two challenges',
    faults: [refuseToken({ challenges: [{ status: '1' }, { status: '2' }], code: '', text: 'no' })],
    code: 'token-refused',
    words: 'no (status 1)',
    answers: ['', '*'],
  },
  {
    title: 'after the login was accepted, as Exchange Online does with IMAP',
    faults: [authenticatedButNotConnected(), refuse('LIST', { text: 'User is authenticated but not connected.' })],
    code: 'token-refused',
    words: 'User is authenticated but not connected.',
  },
  { title: 'by hanging after the challenge', faults: [refuseToken({ ending: 'hang' })], code: 'server-silent' },
  { title: 'by hanging up after the challenge', faults: [refuseToken({ ending: 'drop' })], code: 'connection-lost' },
  { title: 'by a reset after the challenge', faults: [refuseToken({ ending: 'reset' })], code: 'connection-lost' },
  { title: 'by hanging', faults: [endAt('AUTH', 'hang')], code: 'server-silent' },
  {
    title: 'because no mechanism for tokens is offered',
    quirks: { tokenMechanisms: [] },
    faults: [],
    code: 'oauth2-unsupported',
    words: 'SASL PLAIN',
  },
  {
    title: 'because the server without CAPA knows no mechanism for tokens',
    quirks: { tokenMechanisms: [], without: ['CAPA'] },
    faults: [],
    code: 'oauth2-unsupported',
    words: 'unsupported mechanism',
  },
  {
    title: 'by not taking the command',
    faults: [refuse('AUTH', { text: 'unknown command' })],
    code: 'token-refused',
    words: 'unknown command',
  },
  {
    title: 'by hanging up over the form in one line',
    faults: [replyTo('AUTH', '-ERR no such command', 1), endAt('AUTH', 'drop')],
    code: 'oauth2-unsupported',
    words: 'no such command',
  },
  {
    title: 'before it was asked for',
    faults: [refuse('AUTH', { code: 'SYS/TEMP', text: 'later' })],
    code: 'server-unavailable',
  },
  {
    title: 'before it was asked for, for good',
    faults: [refuse('AUTH', { code: 'AUTH', text: 'POP3 is switched off' })],
    code: 'oauth2-unsupported',
    words: '[AUTH] POP3 is switched off',
  },
  { title: 'by accepting before there is one', faults: [replyTo('AUTH', '+OK welcome')], code: 'server-misbehaved' },
]

describe('an access token that a POP3 server refuses', () => {
  it.each(refusals)('$title: $code', async ({ quirks, faults, code, words, answers }) => {
    await using server = await serverWith(quirks, ...faults)
    const error = await errorOf(open(server, 'POP3S', {}, { ...policy, silenceTimeout: 500 }))
    expect(error.code).toBe(code)
    if (words instanceof RegExp) expect(error.serverWords).toMatch(words)
    else if (words !== undefined) expect(error.serverWords).toBe(words)
    expect(error.serverWords.length).toBeLessThanOrEqual(200)
    expectNoToken([error])
    const sasl = server.transcript.filter(({ name }) => name === 'SASL').map(({ args }) => args)
    if (answers) expect(sasl.slice(sasl.length - answers.length)).toEqual(answers)
    expect(server.commandNames()).not.toContain('USER')
    await expect.poll(() => server.openSessions).toBe(0)
  })

  it('is tried in one line only once, and never where nothing was announced', async () => {
    await using announcing = await serverWith({}, refuse('AUTH'))
    await errorOf(open(announcing))
    expect(loginOf(announcing)).toEqual(['AUTH XOAUTH2', `AUTH XOAUTH2 ${blob}`])
    await using silent = await serverWith({ without: ['SASL'] }, refuse('AUTH'))
    await errorOf(open(silent))
    expect(loginOf(silent)).toEqual(['AUTH XOAUTH2'])
  })

  it.each(['', 'a b', 'a\r\nDELE 1', 'a\x01auth=Bearer b', 'ä'])(
    'and one that cannot be sent (%j) is not sent',
    async (accessToken) => {
      await using server = await serverWith()
      expect((await errorOf(open(server, 'POP3S', { accessToken }))).code).toBe('token-refused')
      expect((await errorOf(open(server, 'POP3S', { username: 'a\r\nDELE 1' }))).code).toBe('token-refused')
      expect(loginOf(server)).toEqual([])
    },
  )
})
