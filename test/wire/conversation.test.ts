import { describe, expect, it, onTestFinished } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import { secretOf } from '../../lib/mailbox/connect-session.ts'
import type { MailboxSettings } from '../../lib/mailbox/mailbox.ts'
import { openMailbox } from '../../lib/mailbox/open-mailbox.ts'
import { redaction } from '../../lib/redaction/redaction.ts'
import type { ConversationPart } from '../../lib/runs/conversation.ts'
import { ConversationRecorder } from '../../lib/runs/conversation-recorder.ts'
import { listAll } from '../contracts/mailbox-steps.ts'
import { byeAt, type Fault, replyTo } from '../mail-server/faults.ts'
import type { Quirks } from '../mail-server/options.ts'
import { startMailServer } from '../mail-server/server.ts'
import { refuseToken } from '../mail-server/token-faults.ts'
import { expectNoToken, token, tokenSpellingsOf } from '../support/token-spellings.ts'
import { policyFor } from './imap/imap-wire.ts'

const types: readonly AccountType[] = ['IMAP', 'IMAPS', 'IMAPTLS', 'POP3', 'POP3S', 'POP3TLS']
const inBody = 'the-body-is-nobodys-business'
const message = Buffer.from(`From: a@example.org\r\nSubject: hello\r\n\r\n${inBody}\r\n`)

interface Wanted {
  readonly type: AccountType
  readonly password: string
  /** If set, logs in with this token instead of the password. */
  readonly accessToken?: string
  readonly quirks?: Partial<Quirks>
  readonly faults?: readonly Fault[]
}

/** Runs one session with everything recorded: open, list, retrieve, remove, close. */
const recorded = async ({ type, password, accessToken, quirks = {}, faults = [] }: Wanted) => {
  const user = { name: 'alice', password, tokens: [token] }
  const server = await startMailServer({ users: [user], quirks, faults })
  onTestFinished(() => server.stop())
  server.user('alice').inbox.appendAll([message])
  const settings: MailboxSettings = {
    type,
    host: 'localhost',
    port: server.port(type),
    folder: 'INBOX',
    credential:
      accessToken === undefined
        ? { method: 'password', username: 'alice', password }
        : { method: 'oauth2', username: 'alice', accessToken },
    customCa: server.caPem,
  }
  const parts: ConversationPart[] = []
  const transcript = new ConversationRecorder({
    runId: 'r1',
    before: { parts: 0, bytes: 0, cut: false },
    writer: { write: async (part) => void parts.push(part) },
    redact: redaction([secretOf(settings.credential)], '(credential)'),
    now: () => new Date(),
  })
  const heard: string[] = []
  const observer = {
    connected: () => heard.push('connected'),
    secured: () => heard.push('secured'),
    loggedIn: (mechanism: string) => heard.push(mechanism),
  }
  try {
    const signal = new AbortController().signal
    const policy = policyFor(settings.port, { allowClearTextOnLoopback: true })
    const mailbox = await openMailbox(settings, policy, signal, { observer, transcript })
    const messages = await listAll(mailbox)
    for await (const _ of mailbox.retrieve(messages));
    await mailbox.remove(messages)
    await mailbox.close()
  } catch {
    // Some servers in these tests refuse the login on purpose. The lines until then are what counts.
  }
  await transcript.end()
  return { lines: parts.flatMap(({ lines }) => lines.map(({ by, text }) => `${by}: ${text}`)), heard }
}

const formsOf = (password: string): string[] => [
  password,
  Buffer.from(password).toString('base64'),
  Buffer.from(`\0alice\0${password}`).toString('base64'),
  Buffer.from(`alice\0alice\0${password}`).toString('base64'),
]

const expectNoSecret = (lines: readonly string[], password: string) => {
  for (const form of formsOf(password)) expect(lines.filter((line) => line.includes(form))).toEqual([])
  expect(lines.filter((line) => line.includes(inBody))).toEqual([])
}

describe('a recorded conversation', () => {
  it.each(types)(
    'a recorded conversation over %s contains commands and responses, but no password and no mail',
    async (type) => {
      const password = 'tr0ub4dor & "3\\" quoted'
      const { lines, heard } = await recorded({ type, password })
      expectNoSecret(lines, password)
      const commands = type.startsWith('IMAP')
        ? ['LOGIN', 'SELECT', 'FETCH', 'EXPUNGE', 'LOGOUT']
        : ['CAPA', 'USER alice', 'PASS (credential)', 'UIDL', 'LIST', 'RETR 1', 'DELE 1', 'QUIT']
      for (const command of commands)
        expect([command, lines.some((line) => line.startsWith('postmaster: ') && line.includes(command))]).toEqual([
          command,
          true,
        ])
      expect(lines.filter((line) => line.startsWith('server: ')).length).toBeGreaterThan(commands.length - 2)
      const secured = type === 'IMAP' || type === 'POP3' ? [] : ['secured']
      expect(heard).toEqual(['connected', ...secured, type.startsWith('IMAP') ? 'LOGIN' : 'USER'])
    },
  )

  it.each<AccountType>(['IMAPS', 'POP3S'])(
    'a recorded conversation over %s shows the size of each message in place of the message',
    async (type) => {
      const { lines } = await recorded({ type, password: 'pw' })
      const answer = type === 'IMAPS' ? /^server: .*FETCH .*BODY\[\].*\((\d+) bytes\)/ : /^server: \((\d+) bytes\)$/
      const sizes = lines.flatMap((line) => answer.exec(line)?.[1] ?? [])
      expect(sizes).toContain(String(message.length))
      expect(lines.filter((line) => line.includes('literal'))).toEqual([])
    },
  )

  it.each<[AccountType, command: string, before: string]>([
    ['IMAP', 'LOGIN', '* BYE'],
    ['POP3', 'PASS', '-ERR'],
  ])(
    'a recorded conversation over %s hides a password that the server repeats when it refuses it',
    async (type, command, before) => {
      const password = 'correct horse battery'
      const reply = `${before} ${formsOf(password).join(' ')}\r\n`
      const { lines } = await recorded({ type, password, faults: [replyTo(command, reply)] })
      expectNoSecret(lines, password)
      expect(lines.some((line) => line.startsWith('server: ') && line.includes('(credential)'))).toBe(true)
    },
  )

  it('a recorded conversation hides a password that can be sent only over SASL', async () => {
    const password = 'пароль-ключ'
    const { lines, heard } = await recorded({ type: 'IMAPS', password })
    expectNoSecret(lines, password)
    expect(heard.at(-1)).toMatch(/^AUTH=/)
    expect(lines.some((line) => line.includes('(credential)'))).toBe(true)
  })

  it.each(['IMAPS', 'POP3S'] as const)(
    'a recorded conversation hides the password of a SASL LOGIN (%s)',
    async (type) => {
      const password = 'correct horse battery'
      const quirks = { saslLogin: true, without: ['USER', 'AUTH=PLAIN'], extraCapabilities: ['LOGINDISABLED'] }
      const { lines, heard } = await recorded({ type, password, quirks })
      expectNoSecret(lines, password)
      expect(heard.at(-1)).toBe('AUTH=LOGIN')
      expect(lines.filter((line) => line === 'postmaster: (credential)')).toHaveLength(2)
    },
  )

  const ways: readonly Partial<Quirks>[] = [
    { tokenMechanisms: ['XOAUTH2'] },
    { tokenMechanisms: ['OAUTHBEARER'] },
    { tokenMechanisms: ['XOAUTH2'], without: ['SASL-IR'], pop3TokenForm: 'one-line' },
    { tokenMechanisms: ['OAUTHBEARER'], without: ['SASL-IR'], pop3TokenForm: 'one-line' },
  ]

  it.each(types)('a recorded conversation over %s shows that a token was sent, but never the token', async (type) => {
    for (const quirks of ways) {
      const { lines, heard } = await recorded({ type, password: 'unused', accessToken: token, quirks })
      expectNoToken(lines)
      const sent = lines.filter((line) => /^postmaster: .*(\(credential\)|value hidden)/.test(line))
      expect(sent).toHaveLength(1)
      expect(lines.some((line) => /^postmaster: .*AUTH(ENTICATE)? (XOAUTH2|OAUTHBEARER)/.test(line))).toBe(true)
      expect(heard.at(-1)).toMatch(/^AUTH=(XOAUTH2|OAUTHBEARER)$/)
    }
  })

  it.each<AccountType>(['IMAPS', 'POP3S'])(
    'a recorded conversation over %s hides a token that the server repeats',
    async (type) => {
      const quirks = { tokenMechanisms: ['XOAUTH2'] } as const
      for (const spelling of tokenSpellingsOf('alice')) {
        for (const repeating of [
          refuseToken({ challenges: [spelling], text: spelling }),
          refuseToken({ challenges: [{ status: 'invalid_token', error_description: spelling }] }),
          type === 'IMAPS' ? byeAt('AUTHENTICATE', spelling) : replyTo('AUTH', spelling),
        ]) {
          const { lines } = await recorded({
            type,
            password: 'unused',
            accessToken: token,
            quirks,
            faults: [repeating],
          })
          expectNoToken(lines)
          expect(lines.length).toBeGreaterThan(3)
        }
      }
    },
  )

  it('a recorded conversation escapes control characters from the server', async () => {
    const reply = Buffer.from('-ERR \u001b[2J\u0007gone\u202e\r\n')
    const { lines } = await recorded({ type: 'POP3', password: 'pw', faults: [replyTo('PASS', reply)] })
    expect(lines).toContain('server: -ERR \\x1b[2J\\x07gone\\u{202e}')
  })
})
