import { expect, onTestFinished } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import type { MailboxSettings } from '../../../lib/mailbox/mailbox.ts'
import type { ConnectionTest, TestedStep } from '../../../lib/mailbox/probe/connection-test.ts'
import { type ProbeOptions, probeMailbox } from '../../../lib/mailbox/probe/probe-mailbox.ts'
import { probeLimits } from '../../../lib/mailbox/probe/probe-progress.ts'
import type { Fault } from '../../mail-server/faults.ts'
import type { MailServerOptions } from '../../mail-server/options.ts'
import { type MailServer, startMailServer } from '../../mail-server/server.ts'

/** Must never appear in a response. */
export const user = { name: 'alice', password: 'tr0ub4dor-in-no-answer' }

/** Limits that are short enough for tests that wait for a silent server. */
export const hasty = { ...probeLimits, session: 2500, connect: 700, silence: 700, diagnosis: 1000 }

export const serverWith = async (
  options: Omit<Partial<MailServerOptions>, 'faults'> = {},
  ...faults: Fault[]
): Promise<MailServer> => {
  const server = await startMailServer({ users: [user], ...options, faults })
  onTestFinished(() => server.stop())
  return server
}

export const settingsFor = (
  server: { port(type: AccountType): number; readonly caPem: string },
  type: AccountType,
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

/** Tests the settings with a policy that allows every address. */
export const probe = async (settings: MailboxSettings, options: ProbeOptions = {}): Promise<ConnectionTest> => {
  const policy = { allowPrivateAddresses: true, allowClearTextOnLoopback: false, extraPorts: [settings.port] }
  const result = await probeMailbox(settings, policy, new AbortController().signal, options)
  const { credential } = settings
  const secret = credential.method === 'password' ? credential.password : credential.accessToken
  expect(JSON.stringify(result)).not.toContain(secret)
  return result
}

export const failedStep = ({ passed, steps }: ConnectionTest): TestedStep => {
  expect(passed).toBe(false)
  const failed = steps.filter(({ state }) => state === 'failed')
  expect(failed).toHaveLength(1)
  const [first] = failed
  if (!first) throw new Error('no step failed')
  return first
}

export const stepOf = ({ steps }: ConnectionTest, name: TestedStep['step']): TestedStep => {
  const found = steps.find(({ step }) => step === name)
  if (!found) throw new Error(`no step ${name}`)
  return found
}
