import type { AccountBody } from '../accounts/input/account-forms.ts'
import { type AccountInput, parseAccountInput } from '../accounts/input/account-input.ts'
import { settingsOf } from '../accounts/input/account-settings.ts'
import type { OAuth2Rules } from '../accounts/input/oauth2-rules.ts'
import type { ConnectionTest } from '../mailbox/probe/connection-test.ts'
import type { LoginNotTried } from '../mailbox/probe/probe-mailbox.ts'
import { passwordLogin } from './test-login.ts'
import { giveReceipt, type ReceiptServices, type TestReceipts } from './test-receipts.ts'
import type { TestedLogin } from './tested-login.ts'
import { consentComesLater, notLoggedIn } from './token-login.ts'
import { type ProbeServices, tryLogin } from './try-login.ts'

/** None of these services gives access to a stored secret. */
export interface InputTestServices extends ProbeServices, OAuth2Rules, ReceiptServices {
  readonly receipts: Pick<TestReceipts, 'put'>
}

/**
 * Tests an account before it is created, without saving it. The caller chooses the host, so the test must not use
 * stored secrets.
 * @throws ProblemError `invalid-request`
 */
export const testInput = async (
  body: AccountBody,
  services: InputTestServices,
): Promise<ConnectionTest & { readonly receipt?: string }> => {
  const { profiles, allowClearTextOnLoopback } = services
  const rules = { profiles, allowClearTextOnLoopback, withoutPassword: () => 'is missing' }
  const input = await parseAccountInput(body, rules)
  const result = await tryLogin(settingsOf(input), await loginOf(input, services), services)
  return result.passed ? { ...result, receipt: await receiptFor(input, result, services) } : result
}

const loginOf = async (input: AccountInput, { profiles }: InputTestServices): Promise<TestedLogin> => {
  if (input.authentication === 'password') return passwordLogin(input.username, input.password)
  const profile = await profiles.read(input.profileId)
  const later = profile?.grant === 'client_credentials' ? tokenComesLater : consentComesLater
  return notLoggedIn(settingsOf(input), later)
}

const tokenComesLater: LoginNotTried = {
  state: 'skipped',
  code: 'not-saved',
  detail: 'The login was skipped. Postmaster uses the profile’s client secret only for saved accounts.',
  remedy: 'Save the account. Then test it with `postmaster accounts test ACCOUNT`.',
}

const receiptFor = (input: AccountInput, { waiting }: ConnectionTest, services: InputTestServices): Promise<string> => {
  const { count = 0, oldestAt } = waiting ?? {}
  return giveReceipt(input, { count, ...(oldestAt !== undefined && { oldestAt }) }, services)
}
