import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { openImapMailboxWith } from '../../../lib/mailbox/imap/imap-mailbox.ts'
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
  readonly detail?: string | RegExp
}

const greeting = (reply: string): Fault => ({ atGreeting: () => ({ reply }) })
const loginNo = (code: string | undefined, text: string) => [refuse('LOGIN', { ...(code ? { code } : {}), text })]

const cases: readonly Case[] = [
  { title: 'no greeting', faults: [endAtGreeting('hang')], code: 'connection-timed-out' },
  { title: 'connection closed instead of a greeting', faults: [endAtGreeting('drop')], code: 'connection-lost' },
  { title: 'connection reset instead of a greeting', faults: [endAtGreeting('reset')], code: 'connection-lost' },
  {
    title: 'BYE instead of a greeting',
    faults: [refuseGreeting('too many connections')],
    code: 'greeting-refused',
    detail: 'too many connections',
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
    title: 'responses injected after STARTTLS',
    type: 'IMAPTLS',
    faults: [injectAfterStartTls('* OK [CAPABILITY IMAP4rev1]\r\n')],
    code: 'tls-failed',
  },
  { title: 'login disabled without encryption', quirks: { loginDisabled: true }, code: 'login-disabled' },
  {
    title: 'no password login offered',
    type: 'IMAPS',
    quirks: { without: ['AUTH=PLAIN', 'AUTH=LOGIN'], extraCapabilities: ['LOGINDISABLED', 'AUTH=XOAUTH2'] },
    code: 'authentication-unsupported',
  },
  {
    title: 'credentials refused with a code',
    faults: loginNo('AUTHENTICATIONFAILED', 'Invalid credentials'),
    code: 'credentials-rejected',
    detail: 'Invalid credentials',
  },
  {
    title: 'credentials refused without a code',
    faults: loginNo(undefined, 'LOGIN failed.'),
    code: 'credentials-rejected',
  },
  {
    title: 'credentials accepted but every later command refused, as by Exchange Online',
    faults: [authenticatedButNotConnected()],
    code: 'credentials-rejected',
    detail: /not connected/,
  },
  { title: 'password expired', faults: loginNo('EXPIRED', 'That password is too old'), code: 'credentials-rejected' },
  { title: 'TLS required at login', faults: loginNo('PRIVACYREQUIRED', 'Use TLS'), code: 'login-disabled' },
  {
    title: 'backend unavailable at login',
    faults: loginNo('UNAVAILABLE', 'Temporary authentication failure'),
    code: 'server-unavailable',
  },
  { title: 'mailbox in use', faults: loginNo('INUSE', 'Locked'), code: 'mailbox-in-use' },
  { title: 'too many logins, with a code', faults: loginNo('LIMIT', 'Enough'), code: 'throttled' },
  {
    title: 'too many logins, without a code',
    faults: loginNo('ALERT', 'Too many simultaneous connections. (Failure)'),
    code: 'throttled',
  },
  {
    title: 'BYE instead of a response to the login',
    faults: [byeAt('LOGIN', 'Too many invalid commands')],
    code: 'throttled',
    detail: /Too many/,
  },
  { title: 'login never answered', faults: [endAt('LOGIN', 'hang')], code: 'server-silent' },
  {
    title: 'connection closed instead of a response to the login',
    faults: [endAt('LOGIN', 'drop')],
    code: 'connection-lost',
  },
  { title: 'connection reset at login', faults: [endAt('LOGIN', 'reset')], code: 'connection-lost' },
  {
    title: 'a password echoed by the server',
    faults: loginNo(undefined, `no such user ${user.name} with ${user.password}`),
    code: 'credentials-rejected',
    detail: /no such user alice with …/,
  },
  {
    title: 'the folder refused without a code',
    faults: [refuse('SELECT', { text: 'Mailbox does not exist' })],
    code: 'folder-missing',
  },
  {
    title: 'no permission for the folder',
    faults: [refuse('SELECT', { code: 'NOPERM', text: 'Permission denied' })],
    code: 'folder-missing',
    detail: 'Permission denied',
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
  { title: 'an endless line', faults: [oversizedLineAt('SELECT', 9 * 1024 * 1024)], code: 'server-misbehaved' },
  {
    title: 'a response to a command that was never sent',
    faults: [replyTo('SELECT', 'ZZ OK done\r\n{tag} NO')],
    code: 'folder-missing',
  },
  { title: 'LIST never answered', folder: 'Archive', faults: [endAt('LIST', 'hang')], code: 'server-silent' },
]

describe('opening an IMAP mailbox', () => {
  it.each(cases)(
    'opening an IMAP mailbox reports $code: $title',
    async ({ type = 'IMAP', folder = 'INBOX', quirks = {}, faults = [], code, detail }) => {
      const server = await serverWith({ quirks }, ...faults)
      const silent = code === 'connection-timed-out' || code === 'server-silent'
      const error = await failureOf(openAt({ ...settingsFor(server, type), folder }, silent ? hasty : {}))
      expect(error.code).toBe(code)
      if (typeof detail === 'string') expect(error.serverWords).toContain(detail)
      else if (detail) expect(error.serverWords).toMatch(detail)
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
  ] as const)('opening an IMAP mailbox reports a bad certificate (%s) as %s', async (certificate, code) => {
    for (const type of ['IMAPS', 'IMAPTLS'] as const) {
      const server = await serverWith({ certificate })
      expect((await failureOf(openAt(settingsFor(server, type)))).code).toBe(code)
      expect(server.commandNames().filter((name) => /LOGIN|AUTHENTICATE/.test(name))).toEqual([])
    }
  })

  it('opening an IMAP mailbox trusts a self-signed certificate only if it is the custom CA', async () => {
    const server = await serverWith({ certificate: 'self-signed' })
    const other = await serverWith()
    for (const type of ['IMAPS', 'IMAPTLS'] as const) {
      const untrusting = settingsFor(server, type, { customCa: other.caPem })
      expect((await failureOf(openAt(untrusting))).code).toBe('certificate-not-trusted')
      expect((await openAt(settingsFor(server, type))).messageCount).toBe(0)
    }
  })

  it('opening an IMAP mailbox fails with TLS on a plaintext port and without TLS on a TLS port', async () => {
    const server = await serverWith()
    const tlsToPlain = { ...settingsFor(server, 'IMAPS'), port: server.port('IMAP') }
    expect((await failureOf(openAt(tlsToPlain))).code).toBe('tls-failed')
    const plainToTls = { ...settingsFor(server, 'IMAP'), port: server.port('IMAPS') }
    expect(['connection-timed-out', 'connection-lost', 'server-misbehaved']).toContain(
      (await failureOf(openAt(plainToTls, hasty))).code,
    )
  })

  it('opening an IMAP mailbox tries each address of the host and checks the certificate against the host name', async () => {
    const server = await serverWith()
    const settings = settingsFor(server, 'IMAPS')
    const resolver = async () => ['127.0.0.2', '127.0.0.1']
    const mailbox = await openImapMailboxWith(resolver)(settings, policyFor(settings.port), AbortSignal.timeout(5000))
    expect(mailbox.messageCount).toBe(0)
    await mailbox.close()
  })

  it('opening an IMAP mailbox reports connection-refused, and does not connect to forbidden addresses or ports', async () => {
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

  it('opening an IMAP mailbox never sends a user name or folder that contains a line break', async () => {
    const server = await serverWith()
    const credential = { method: 'password', username: 'alice\r\nA1 DELETE INBOX', password: user.password } as const
    await failureOf(openAt(settingsFor(server, 'IMAP', { credential })))
    await failureOf(openAt(settingsFor(server, 'IMAP', { folder: 'INBOX\r\nA1 DELETE INBOX' })))
    expect(server.commandNames()).not.toContain('DELETE')
  })

  it('opening an IMAP mailbox can be aborted for every account type', async () => {
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

  it('opening an IMAP mailbox uses AUTHENTICATE PLAIN if LOGIN is disabled and the password is not ASCII', async () => {
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

  it('opening an IMAP mailbox finds a folder below a namespace prefix, as used by Courier', async () => {
    const folders = ['INBOX.Größe & Maß']
    const server = await serverWith({
      users: [{ ...user, folders }],
      quirks: { namespacePrefix: 'INBOX.', delimiter: '.' },
    })
    server.user('alice').folder('INBOX.Größe & Maß').append('Subject: x\r\n\r\n')
    expect((await openAt(settingsFor(server, 'IMAP', { folder: 'Größe & Maß' }))).messageCount).toBe(1)
  })
})
