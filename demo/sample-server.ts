import { randomBytes } from 'node:crypto'
import type { AccountType } from '../lib/mailbox/account-type.ts'
import { dovecotAvailable, startDovecot } from '../test/mail-server/dovecot/dovecot.ts'
import { startMailServer } from '../test/mail-server/server.ts'
import { takesTokensOf } from '../test/mail-server/token-faults.ts'
import type { OAuth2Server } from '../test/oauth2-server/server.ts'
import { sampleMail } from './sample-mail.ts'
import { consentedMailbox, sampleMailboxes } from './sample-mailboxes.ts'

/** The sample mail server: a real Dovecot if it is installed, otherwise the small server from this repository. */
export interface SampleServer {
  /** Shown in the terminal. */
  readonly name: string
  readonly host: string
  /** All ports on which it listens. */
  readonly ports: readonly number[]
  readonly password: string
  readonly caPem: string
  port(type: AccountType): number
  /** The number of messages that are now in the user's INBOX. */
  count(user: string): Promise<number>
  stop(): Promise<void>
}

/** @param signIn the sign-in service whose access tokens the server accepts in addition to passwords */
export const startSampleServer = async (signIn: OAuth2Server): Promise<SampleServer> => {
  const password = randomBytes(12).toString('base64url')
  const users = [...sampleMailboxes, consentedMailbox].map(({ user }) => ({ name: user, password }))
  const { available, reason } = dovecotAvailable()
  return available ? await onDovecot(reason, users, password, signIn) : await onOwnServer(users, password, signIn)
}

type Users = ReadonlyArray<{ readonly name: string; readonly password: string }>

const portsOf = (port: (type: AccountType) => number) => [...new Set(sampleMailboxes.map(({ type }) => port(type)))]

const onDovecot = async (name: string, users: Users, password: string, signIn: OAuth2Server): Promise<SampleServer> => {
  const server = await startDovecot({ users, oauth2: signIn })
  for (const { name: user } of users) await server.deliver(user, sampleMail[user]?.() ?? [])
  return {
    name,
    host: 'localhost',
    password,
    caPem: server.caPem,
    ports: portsOf((type) => server.port(type)),
    port: (type) => server.port(type),
    count: (user) => server.count(user),
    stop: () => server.stop(),
  }
}

const onOwnServer = async (users: Users, password: string, signIn: OAuth2Server): Promise<SampleServer> => {
  const quirks = { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'] } as const
  const server = await startMailServer({ users, quirks, faults: [takesTokensOf(signIn)] })
  for (const { name: user } of users) server.user(user).inbox.appendAll(sampleMail[user]?.() ?? [])
  return {
    name: 'the small mail server from this repository (to use a real one, install dovecot-imapd and dovecot-pop3d)',
    host: 'localhost',
    password,
    caPem: server.caPem,
    ports: portsOf((type) => server.port(type)),
    port: (type) => server.port(type),
    count: async (user) => server.user(user).inbox.messages.length,
    stop: () => server.stop(),
  }
}
