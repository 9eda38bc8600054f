import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/account-mailbox.ts'
import type { MailboxSettings } from '../../mailbox/mailbox.ts'
import type { ConnectionTest } from '../../mailbox/probe/connection-test.ts'
import type { ProbeLimits } from '../../mailbox/probe/probe-progress.ts'
import type { Reason } from '../../reasons/reason.ts'
import { factsOf } from '../../reasons/step-log.ts'
import type { TokenUse } from '../findings/login-rules.ts'
import { findingOfClaims, findingOfLogin } from '../findings/mail-server-refusals.ts'
import { oauth2Finding } from '../findings/oauth2-findings.ts'
import type { ExaminationLog } from './examination.ts'

export type ProbeWithin = (
  settings: MailboxSettings,
  limits: ProbeLimits,
  signal: AbortSignal,
) => Promise<ConnectionTest>

export interface MailServerAnswer {
  /** True if the mail server accepted the token, even if a later step failed. */
  readonly letIn: boolean
  readonly conclusion: Reason
}

/** Logs in to the account's mailbox as a fetch would. The mailbox does not change. */
export const tryMailServer = async (
  account: Account,
  accessToken: string,
  use: TokenUse,
  log: ExaminationLog,
  probe: (settings: MailboxSettings) => Promise<ConnectionTest>,
): Promise<MailServerAnswer> => {
  const { type, host, port, folder = 'INBOX', customCa } = account
  const username = mailboxUserOf(account)
  const credential = { method: 'oauth2' as const, username, accessToken }
  const { steps, waiting } = await probe({ type, host, port, folder, customCa, credential })
  const failed = steps.find(({ state }) => state === 'failed')
  const where = { host, port }
  if (!failed) {
    const facts = factsOf({ ...where, messages: waiting?.count })
    log.passed('mail-server', `${host} opened the mailbox ${username}.`, facts)
    return { letIn: true, conclusion: oauth2Finding('connected') }
  }
  const { code = 'unknown', detail, remedy = '', facts } = failed
  const failure = { code, detail, remedy }
  log.failed('mail-server', { ...failure, facts: factsOf({ ...facts, ...where, failedAt: failed.step }) })
  const letIn = steps.some(({ step, state }) => step === 'login' && state === 'passed')
  const finding = findingOfLogin({ ...use, code, detail }) ?? (letIn ? undefined : findingOfClaims(use))
  return { letIn, conclusion: finding ?? failure }
}
