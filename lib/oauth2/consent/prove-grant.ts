import type { Account } from '../../accounts/account.ts'
import { mailboxUserOf } from '../../accounts/mailbox-key.ts'
import type { MailboxSettings } from '../../mailbox/mailbox.ts'
import type { ConnectionTest, TestedStep } from '../../mailbox/probe/connection-test.ts'

/** What is in the way, as an admin reads it. */
export interface ProofFailure {
  readonly code: string
  readonly words: string
  readonly remedy: string
}

/**
 * What a login with a fresh token showed. `refused`: the mail server looked at the token and said no. `unproven`: it could not be asked, or let the
 * token in and something else is in the way of fetching.
 */
export type Proof =
  | { readonly verdict: 'proven'; readonly waiting?: number | undefined }
  | { readonly verdict: 'refused' | 'unproven'; readonly failure: ProofFailure }

export type Probe = (settings: MailboxSettings) => Promise<ConnectionTest>

/** Logs in to the account's mailbox as a fetch would, and changes nothing there. */
export const proveGrant = async (account: Account, accessToken: string, probe: Probe): Promise<Proof> => {
  const { type, host, port, folder = 'INBOX', customCa } = account
  const credential = { method: 'oauth2' as const, username: mailboxUserOf(account), accessToken }
  const { steps, passed, waiting } = await probe({ type, host, port, folder, customCa, credential })
  const failed = steps.find(({ state }) => state === 'failed')
  if (passed || !failed) return { verdict: 'proven', waiting: waiting?.count }
  return { verdict: judges(failed) ? 'refused' : 'unproven', failure: failureOf(failed) }
}

/** Everything else that stops a login (no connection, no TLS, no OAuth2, too many sessions) says nothing about the token. */
const refusals: ReadonlySet<string> = new Set(['token-refused', 'credentials-rejected', 'mailbox-refused'])

const judges = ({ step, code }: TestedStep): boolean => step === 'login' && refusals.has(code ?? '')

const failureOf = ({ code = 'unknown', words, remedy = '' }: TestedStep): ProofFailure => ({ code, words, remedy })
