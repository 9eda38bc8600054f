import { describe, expect, it, onTestFinished } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import type { MailboxSettings, MailPolicy } from '../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../lib/mailbox/mailbox-error.ts'
import { openMailbox } from '../../lib/mailbox/open-mailbox.ts'
import { pop3MailboxOpener } from '../../lib/mailbox/pop3/pop3-mailbox.ts'
import { listAll } from '../contracts/mailbox-steps.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { dripFrom, endAt, type Fault } from '../mail-server/faults.ts'
import { startMailServer } from '../mail-server/server.ts'

const user = { name: 'alice', password: 'tr0ub4dor' }
/** The server's shortest response has nine bytes, so a trickled response takes over four times the opening timeout. */
const pause = 200
const hasty = { openingTimeout: 400 }

const serverWith = async (...faults: Fault[]) => {
  const server = await startMailServer({ users: [user], faults })
  onTestFinished(() => server.stop())
  const at = (type: AccountType, change: Partial<MailPolicy> = {}): [MailboxSettings, MailPolicy] => [
    {
      type,
      host: 'localhost',
      port: server.port(type),
      folder: 'INBOX',
      credential: { method: 'password', username: user.name, password: user.password },
      customCa: server.caPem,
    },
    {
      allowPrivateAddresses: true,
      allowClearTextOnLoopback: false,
      extraPorts: [server.port(type)],
      connectTimeout: 15_000,
      silenceTimeout: 15_000,
      ...change,
    },
  ]
  return { server, at }
}

const never = new AbortController().signal

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => 'it succeeded',
    (reason: unknown) => reason,
  )
  return error instanceof MailboxError ? error.code : String(error)
}

const steps: ReadonlyArray<[type: AccountType, from: string]> = [
  ['IMAP', 'GREETING'],
  ['IMAP', 'LOGIN'],
  ['IMAP', 'SELECT'],
  ['IMAPTLS', 'STARTTLS'],
  ['IMAPS', 'SELECT'],
  ['POP3', 'GREETING'],
  ['POP3', 'CAPA'],
  ['POP3', 'PASS'],
  ['POP3TLS', 'STLS'],
  ['POP3S', 'USER'],
]

describe('a server that sends one byte at a time while a mailbox is being opened', () => {
  it.each(steps)(
    'opening a mailbox over %s reports too-slow if the server trickles bytes from %s onwards',
    async (type, from) => {
      const { server, at } = await serverWith(dripFrom(from, pause))
      expect(await codeOf(openMailbox(...at(type, hasty), never))).toBe('too-slow')
      await expect.poll(() => server.openSessions).toBe(0)
    },
  )

  it.each(['IMAP', 'POP3'] as const)(
    'opening a mailbox over %s reports a silent server as server-silent, not as too-slow',
    async (type) => {
      const { at } = await serverWith(endAt('LOGIN', 'hang'))
      expect(await codeOf(openMailbox(...at(type, { silenceTimeout: 400 }), never))).toBe('server-silent')
    },
  )

  it('opening a later POP3 session reports too-slow if the server trickles bytes', async () => {
    const { server, at } = await serverWith()
    server.user('alice').inbox.appendAll(smallMessages(2))
    const mailbox = await pop3MailboxOpener({ pendingPerSession: 1 })(...at('POP3', { openingTimeout: 3000 }), never)
    onTestFinished(async () => void (await mailbox.close()))
    const listed = await listAll(mailbox)
    await mailbox.remove(listed.slice(0, 1))
    await mailbox.commit()
    server.faults = [dripFrom('GREETING', pause)]
    expect(await codeOf(mailbox.remove(listed.slice(1)))).toBe('too-slow')
  })

  it.each(['IMAP', 'POP3'] as const)('an open mailbox over %s is not limited by the opening timeout', async (type) => {
    const { server, at } = await serverWith()
    server.user('alice').inbox.append('x'.repeat(60))
    const mailbox = await openMailbox(...at(type, { openingTimeout: 2000 }), never)
    onTestFinished(async () => void (await mailbox.close()))
    const listed = await listAll(mailbox)
    // More than 60 bytes take longer than the limit for opening.
    server.faults = [dripFrom('*', 40)]
    for await (const { kind } of mailbox.retrieve(listed)) expect(kind).toBe('whole')
  })
})
