import { expect, onTestFinished } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'
import type { Mailbox, MailboxSettings, MailPolicy } from '../../../lib/mailbox/mailbox.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import type { Fault } from '../../mail-server/faults.ts'
import type { MailServerOptions } from '../../mail-server/options.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'

export const user = { name: 'alice', password: 'tr0ub4dor' }

/** A server with one account that is stopped at the end of the test. */
export const serverWith = async (
  options: Omit<Partial<MailServerOptions>, 'faults'> = {},
  ...faults: Fault[]
): Promise<MailServer> => {
  const server = await startMailServer({ users: [user], ...options, faults })
  onTestFinished(() => server.stop())
  return server
}

export const settingsFor = (
  server: MailServer,
  type: AccountType = 'IMAP',
  change: Partial<MailboxSettings> = {},
): MailboxSettings => ({
  type,
  host: 'localhost',
  port: server.port(type),
  folder: 'INBOX',
  credential: { method: 'password', username: user.name, password: user.password },
  customCa: server.caPem,
  ...change,
})

/** Limits that are not reached even on a busy machine. */
export const policyFor = (port: number, change: Partial<MailPolicy> = {}): MailPolicy => ({
  allowPrivateAddresses: true,
  allowClearTextOnLoopback: false,
  extraPorts: [port],
  connectTimeout: 15_000,
  silenceTimeout: 15_000,
  ...change,
})

/** Limits that are short enough for tests that wait for a silent server. */
export const hasty: Partial<MailPolicy> = { connectTimeout: 1000, silenceTimeout: 1000 }

export const openAt = async (settings: MailboxSettings, change: Partial<MailPolicy> = {}): Promise<Mailbox> => {
  const mailbox = await openImapMailbox(settings, policyFor(settings.port, change), new AbortController().signal)
  onTestFinished(async () => void (await mailbox.close()))
  return mailbox
}

/** @returns the error that `work` ends with, which must come before any limit of `policyFor` ends it */
export const failureOf = async (work: Promise<unknown>): Promise<MailboxError> => {
  const started = performance.now()
  const error = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(MailboxError)
  expect(performance.now() - started).toBeLessThan(14_000)
  if (!(error instanceof MailboxError)) throw error
  expect(JSON.stringify([error.message, error.serverWords, error.cause, error.stack])).not.toContain(user.password)
  return error
}
