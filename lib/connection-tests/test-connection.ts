import type { AccountBody } from '../accounts/input/account-forms.ts'
import { parseAccountInput } from '../accounts/input/account-input.ts'
import { settingsOf } from '../accounts/input/account-settings.ts'
import type { OAuth2Rules } from '../accounts/input/oauth2-rules.ts'
import { withoutPasswordFor } from '../accounts/input/password-again.ts'
import type { AccountReader } from '../accounts/store/account-store.ts'
import { readAccount } from '../accounts/store/account-store.ts'
import type { ConnectionTest } from '../mailbox/probe/connection-test.ts'
import { type LoginServices, loginOfAccount, loginOfChange } from './test-login.ts'
import { type ProbeServices, tryLogin } from './try-login.ts'

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
