import type { AccountBody } from '../accounts/input/account-input-schema.ts'
import type { OAuth2Rules } from '../accounts/input/oauth2-rules.ts'
import { type AccountInput, parseAccountInput, settingsOf } from '../accounts/input/parse-account-input.ts'
import { withoutPasswordFor } from '../accounts/input/password-again.ts'
import { type AccountReader, readAccount } from '../accounts/store/account-store.ts'
import type { ConnectionTest } from '../mailbox/probe/connection-test.ts'
import type { LoginNotTried } from '../mailbox/probe/probe-mailbox.ts'
import { giveReceipt, type ReceiptServices, type TestReceipts } from './test-receipts.ts'
import {
  consentComesLater,
  type LoginServices,
  loginOfAccount,
  loginOfChange,
  notLoggedIn,
  passwordLogin,
} from './tested-login.ts'
import { type ProbeServices, type TestedLogin, tryLogin } from './try-login.ts'

export interface ConnectionTestServices extends LoginServices, OAuth2Rules, ProbeServices {
  readonly accounts: Pick<AccountReader, 'read'>
}

/** Tests an account as it is stored. @throws ProblemError `not-found` */
export const testAccount = async (accountId: string, services: ConnectionTestServices): Promise<ConnectionTest> => {
  const account = await readAccount(accountId, services)
  return await tryLogin(account, await loginOfAccount(account, services), services)
}

/**
 * Tests the account that a PUT of `body` would store, without saving anything. The test uses the stored secret only if
 * the changed account would keep it.
 * @throws ProblemError `invalid-request`, `not-found`
 */
export const testChange = async (
  accountId: string,
  body: AccountBody,
  services: ConnectionTestServices,
): Promise<ConnectionTest> => {
  const account = await readAccount(accountId, services)
  const { profiles, allowClearTextOnLoopback } = services
  const withoutPassword = withoutPasswordFor(account)
  const input = await parseAccountInput(body, { profiles, allowClearTextOnLoopback, withoutPassword })
  return await tryLogin(settingsOf(input), await loginOfChange(input, account, services), services)
}

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

export const testDescription =
  'Resolves the host name, checks the address, connects, encrypts, logs in, opens the folder and counts the waiting mail. A failed step contains its ' +
  'cause and its remedy. The test does not change anything on the mail server: it opens the folder read-only and does not read messages. The test ends within 15 seconds, but getting a token may take longer.'
