import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/accounts/account-type.ts'
import { openImapMailboxWith } from '../../../lib/mailbox/imap/open-imap-mailbox.ts'
import type { MailboxErrorCode } from '../../../lib/mailbox/mailbox-error.ts'
import {
  byeAt,
  endAt,
  endAtGreeting,
  endAtTls,
  type Fault,
  injectAfterStartTls,
  oversizedLineAt,
  refuse,
  refuseGreeting,
  replyTo,
} from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import { authenticatedButNotConnected } from '../../mail-server/token-faults.ts'
import { failureOf, hasty, openAt, policyFor, serverWith, settingsFor, user } from './imap-wire.ts'

interface Case {
  readonly title: string
  readonly type?: AccountType
  readonly folder?: string
  readonly quirks?: Partial<Quirks>
  readonly faults?: readonly Fault[]
  readonly code: MailboxErrorCode
  readonly words?: string | RegExp
}

const greeting = (reply: string): Fault => ({ atGreeting: () => ({ reply }) })
const loginNo = (code: string | undefined, text: string) => [refuse('LOGIN', { ...(code ? { code } : {}), text })]

const cases: readonly Case[] = [
  { title: 'no greeting', faults: [endAtGreeting('hang')], code: 'connection-timed-out' },
  { title: 'closed instead of a greeting', faults: [endAtGreeting('drop')], code: 'connection-lost' },
  { title: 'reset instead of a greeting', faults: [endAtGreeting('reset')], code: 'connection-lost' },
  {
    title: 'BYE instead of a greeting',
    faults: [refuseGreeting('too many connections')],
    code: 'greeting-refused',
    words: 'too many connections',
  },
  { title: 'the greeting of a POP3 server', faults: [greeting('+OK POP3 ready')], code: 'server-misbehaved' },
  { title: 'the greeting of a web server', faults: [greeting('HTTP/1.1 400 Bad Request')], code: 'server-misbehaved' },
  { title: 'TLS handshake never answered', type: 'IMAPS', faults: [endAtTls('hang')], code: 'connection-timed-out' },
  { title: 'TLS handshake closed', type: 'IMAPS', faults: [endAtTls('drop')], code: 'tls-failed' },
  {
    title: 'STARTTLS handshake never answered',
    type: 'IMAPTLS',
    faults: [endAtTls('hang')],
    code: 'connection-timed-out',
  },
  { title: 'STARTTLS handshake reset', type: 'IMAPTLS', faults: [endAtTls('reset')], code: 'tls-failed' },
  { title: 'STARTTLS not offered', type: 'IMAPTLS', quirks: { without: ['STARTTLS'] }, code: 'starttls-not-offered' },
  { title: 'STARTTLS refused', type: 'IMAPTLS', faults: [refuse('STARTTLS')], code: 'starttls-not-offered' },
  {
    title: 'PREAUTH where STARTTLS is required',
    type: 'IMAPTLS',
    quirks: { preauthAs: user.name },
    code: 'starttls-not-offered',
  },
  {
    title: 'commands injected behind STARTTLS',
    type: 'IMAPTLS',
    faults: [injectAfterStartTls('* OK [CAPABILITY IMAP4rev1]\r\n')],
    code: 'tls-failed',
  },
  { title: 'login disabled in clear', quirks: { loginDisabled: true }, code: 'login-disabled' },
  {
    title: 'no password login at all',
    type: 'IMAPS',
    quirks: { without: ['AUTH=PLAIN', 'AUTH=LOGIN'], extraCapabilities: ['LOGINDISABLED', 'AUTH=XOAUTH2'] },
    code: 'authentication-unsupported',
  },
  {
    title: 'credentials refused with a code',
    faults: loginNo('AUTHENTICATIONFAILED', 'Invalid credentials'),
    code: 'credentials-rejected',
    words: 'Invalid credentials',
  },
  {
    title: 'credentials refused without a code',
    faults: loginNo(undefined, 'LOGIN failed.'),
    code: 'credentials-rejected',
  },
  {
    title: 'credentials accepted, and every command after them refused, as Exchange Online does',
    faults: [authenticatedButNotConnected()],
    code: 'credentials-rejected',
    words: /not connected/,
  },
  { title: 'password expired', faults: loginNo('EXPIRED', 'That password is too old'), code: 'credentials-rejected' },
  { title: 'TLS demanded at login', faults: loginNo('PRIVACYREQUIRED', 'Use TLS'), code: 'login-disabled' },
  {
    title: 'backend unavailable at login',
    faults: loginNo('UNAVAILABLE', 'Temporary authentication failure'),
    code: 'server-unavailable',
  },
  { title: 'mailbox in use', faults: loginNo('INUSE', 'Locked'), code: 'mailbox-in-use' },
  { title: 'too many logins, with a code', faults: loginNo('LIMIT', 'Enough'), code: 'throttled' },
  {
    title: 'too many logins, in words',
    faults: loginNo('ALERT', 'Too many simultaneous connections. (Failure)'),
    code: 'throttled',
  },
  {
    title: 'BYE instead of an answer to login',
    faults: [byeAt('LOGIN', 'Too many invalid commands')],
    code: 'throttled',
    words: /Too many/,
  },
  { title: 'login never answered', faults: [endAt('LOGIN', 'hang')], code: 'server-silent' },
  { title: 'closed instead of an answer to login', faults: [endAt('LOGIN', 'drop')], code: 'connection-lost' },
  { title: 'reset at login', faults: [endAt('LOGIN', 'reset')], code: 'connection-lost' },
  {
    title: 'a password echoed by the server',
    faults: loginNo(undefined, `no such user ${user.name} with ${user.password}`),
    code: 'credentials-rejected',
    words: /no such user alice with …/,
  },
  {
    title: 'the folder refused without a code',
    faults: [refuse('SELECT', { text: 'Mailbox does not exist' })],
    code: 'folder-missing',
  },
  {
    title: 'no right to the folder',
    faults: [refuse('SELECT', { code: 'NOPERM', text: 'Permission denied' })],
    code: 'folder-missing',
    words: 'Permission denied',
  },
  {
    title: 'the folder refused with BAD',
    faults: [refuse('SELECT', { kind: 'BAD', text: 'Invalid mailbox name' })],
    code: 'folder-missing',
  },
  {
    title: 'the folder locked',
    faults: [refuse('SELECT', { code: 'INUSE', text: 'Locked by POP3' })],
    code: 'mailbox-in-use',
  },
  { title: 'the store unavailable', faults: [refuse('SELECT', { code: 'UNAVAILABLE' })], code: 'server-unavailable' },
  { title: 'SELECT never answered', faults: [endAt('SELECT', 'hang')], code: 'server-silent' },
  {
    title: 'SELECT without EXISTS',
    faults: [replyTo('SELECT', '* OK [UIDVALIDITY 7] valid\r\n{tag} OK [READ-WRITE] done')],
    code: 'server-misbehaved',
  },
  { title: 'a line without end', faults: [oversizedLineAt('SELECT', 9 * 1024 * 1024)], code: 'server-misbehaved' },
  {
    title: 'an answer to a command never sent',
    faults: [replyTo('SELECT', 'ZZ OK done\r\n{tag} NO')],
    code: 'folder-missing',
  },
  { title: 'LIST hanging', folder: 'Archive', faults: [endAt('LIST', 'hang')], code: 'server-silent' },
]

describe('opening a mailbox at an awkward server', () => {
  it.each(cases)(
    '$title: $code',
    async ({ type = 'IMAP', folder = 'INBOX', quirks = {}, faults = [], code, words }) => {
      const server = await serverWith({ quirks }, ...faults)
      const silent = code === 'connection-timed-out' || code === 'server-silent'
      const error = await failureOf(openAt({ ...settingsFor(server, type), folder }, silent ? hasty : {}))
      expect(error.code).toBe(code)
      if (typeof words === 'string') expect(error.serverWords).toContain(words)
      else if (words) expect(error.serverWords).toMatch(words)
      expect(error.serverWords.length).toBeLessThanOrEqual(200)
      if (
        code === 'starttls-not-offered' ||
        code === 'tls-failed' ||
        (code === 'login-disabled' && quirks.loginDisabled)
      ) {
        expect(server.commandNames().filter((name) => /LOGIN|AUTHENTICATE/.test(name))).toEqual([])
      }
    },
  )

  it.each([
    ['expired', 'certificate-expired'],
    ['not-yet-valid', 'certificate-expired'],
    ['other-name', 'certificate-name-mismatch'],
  ] as const)('a certificate that is %s: %s', async (certificate, code) => {
    for (const type of ['IMAPS', 'IMAPTLS'] as const) {
      const server = await serverWith({ certificate })
      expect((await failureOf(openAt(settingsFor(server, type)))).code).toBe(code)
      expect(server.commandNames().filter((name) => /LOGIN|AUTHENTICATE/.test(name))).toEqual([])
    }
  })

  it('a self-signed certificate: not trusted, unless it is the custom CA', async () => {
    const server = await serverWith({ certificate: 'self-signed' })
    const other = await serverWith()
    for (const type of ['IMAPS', 'IMAPTLS'] as const) {
      const untrusting = settingsFor(server, type, { customCa: other.caPem })
      expect((await failureOf(openAt(untrusting))).code).toBe('certificate-not-trusted')
      expect((await openAt(settingsFor(server, type))).messageCount).toBe(0)
    }
  })

  it('TLS spoken to a plain port, and plain to a TLS port', async () => {
    const server = await serverWith()
    const tlsToPlain = { ...settingsFor(server, 'IMAPS'), port: server.port('IMAP') }
    expect((await failureOf(openAt(tlsToPlain))).code).toBe('tls-failed')
    const plainToTls = { ...settingsFor(server, 'IMAP'), port: server.port('IMAPS') }
    expect(['connection-timed-out', 'connection-lost', 'server-misbehaved']).toContain(
      (await failureOf(openAt(plainToTls, hasty))).code,
    )
  })

  it('tries each address of the name and keeps the name for the certificate', async () => {
    const server = await serverWith()
    const settings = settingsFor(server, 'IMAPS')
    const resolver = async () => ['127.0.0.2', '127.0.0.1']
    const mailbox = await openImapMailboxWith(resolver)(settings, policyFor(settings.port), AbortSignal.timeout(5000))
    expect(mailbox.messageCount).toBe(0)
    await mailbox.close()
  })

  it('nobody listening: connection-refused; not allowed: nothing is connected', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const address = closed.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    await new Promise((resolve) => closed.close(resolve))
    const server = await serverWith()
    const refused = { ...settingsFor(server), host: '127.0.0.1', port: address.port }
    expect((await failureOf(openAt(refused))).code).toBe('connection-refused')
    expect((await failureOf(openAt(settingsFor(server), { allowPrivateAddresses: false }))).code).toBe(
      'address-not-allowed',
    )
    expect((await failureOf(openAt(settingsFor(server), { extraPorts: [] }))).code).toBe('port-not-allowed')
    expect(server.sessionCount).toBe(0)
  })

  it('a user name or folder with a line end never reaches the server', async () => {
    const server = await serverWith()
    const credential = { method: 'password', username: 'alice\r\nA1 DELETE INBOX', password: user.password } as const
    await failureOf(openAt(settingsFor(server, 'IMAP', { credential })))
    await failureOf(openAt(settingsFor(server, 'IMAP', { folder: 'INBOX\r\nA1 DELETE INBOX' })))
    expect(server.commandNames()).not.toContain('DELETE')
  })

  it('can be aborted at every step', async () => {
    const server = await serverWith({}, endAt('LOGIN', 'hang'))
    for (const type of ['IMAP', 'IMAPS', 'IMAPTLS'] as const) {
      const settings = settingsFor(server, type)
      const aborter = new AbortController()
      setTimeout(() => aborter.abort(), 50)
      const opening = openImapMailboxWith()(settings, policyFor(settings.port), aborter.signal)
      expect((await failureOf(opening)).code).toBe('connection-lost')
    }
    await expect.poll(() => server.openSessions).toBe(0)
  })

  it('logs in where LOGIN is disabled but AUTHENTICATE PLAIN is not, and with a password beyond ASCII', async () => {
    const password = 'Größe "x\\'
    const server = await serverWith({
      users: [{ name: 'alice', password }],
      quirks: { extraCapabilities: ['LOGINDISABLED'] },
    })
    const credential = { method: 'password', username: 'alice', password } as const
    const mailbox = await openAt(settingsFor(server, 'IMAPS', { credential }))
    expect(mailbox.messageCount).toBe(0)
    expect(server.commandNames()).toContain('AUTHENTICATE')
  })

  it('finds a folder below a namespace prefix, as Courier has it', async () => {
    const folders = ['INBOX.Größe & Maß']
    const server = await serverWith({
      users: [{ ...user, folders }],
      quirks: { namespacePrefix: 'INBOX.', delimiter: '.' },
    })
    server.user('alice').folder('INBOX.Größe & Maß').append('Subject: x\r\n\r\n')
    expect((await openAt(settingsFor(server, 'IMAP', { folder: 'Größe & Maß' }))).messageCount).toBe(1)
  })
})
