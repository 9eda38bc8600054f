import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import type { MailboxSettings } from '../../mailbox/mailbox.ts'
import type { ConnectionTest, TestedStep } from '../../mailbox/probe/connection-test.ts'
import type { Reason } from '../../reasons/reason.ts'
import type { TokenAnswer } from '../authorization/server-answer.ts'
import { findingOfLogin } from '../findings/mail-server-refusals.ts'
import { claimsOf, personOf } from '../findings/token-claims.ts'
import type { OAuth2Finding } from '../oauth2-error.ts'
import { assertTokenDestination, type Setup } from '../setup.ts'

/** The result of a login with new tokens. */
export type Proof =
  | { readonly verdict: 'proven'; readonly waiting?: number | undefined }
  /** The mail server rejected the token. `detail` contains its response. */
  | { readonly verdict: 'refused'; readonly finding: OAuth2Finding; readonly detail: string }
  /** The mail server could not be asked. With `letIn`, it accepted the token but a later step failed. */
  | { readonly verdict: 'unproven'; readonly letIn: boolean; readonly failure: Reason }

export type Probe = (settings: MailboxSettings, signal: AbortSignal) => Promise<ConnectionTest>

/**
 * Logs in to the account's mailbox as a fetch would. The mailbox does not change.
 * @throws OAuth2Error if the account's host may not receive the token
 */
export const proveGrant = async (
  probe: Probe,
  setup: Setup,
  tokens: TokenAnswer,
  signal: AbortSignal,
): Promise<Proof> => {
  assertTokenDestination(setup)
  const { type, host, port, folder = 'INBOX', customCa } = setup.account
  const { accessToken } = tokens
  const credential = { method: 'oauth2' as const, username: mailboxUserOf(setup.account), accessToken }
  const { steps, passed, waiting } = await probe({ type, host, port, folder, customCa, credential }, signal)
  const failed = steps.find(({ state }) => state === 'failed')
  if (passed || !failed) return { verdict: 'proven', waiting: waiting?.count }
  return proofOf(failed, setup, tokens)
}

const proofOf = (
  { step, code = 'unknown', detail, remedy = '' }: TestedStep,
  setup: Setup,
  tokens: TokenAnswer,
): Proof => {
  // If an earlier step than the login failed, the server has not received the token.
  const use = { ...setup, claims: claimsOf(tokens.accessToken), consentedBy: personOf(tokens) }
  const finding = beforeLogin.has(step) ? undefined : findingOfLogin({ ...use, code, detail })
  return finding
    ? { verdict: 'refused', finding, detail }
    : { verdict: 'unproven', letIn: !upToLogin.has(step), failure: { code, detail, remedy } }
}

const beforeLogin: ReadonlySet<TestedStep['step']> = new Set(['resolve', 'address', 'connect', 'tls'])
const upToLogin: ReadonlySet<TestedStep['step']> = new Set([...beforeLogin, 'login'])
