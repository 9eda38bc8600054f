import type { Account } from '../accounts/account.ts'
import type { AccountInput } from '../accounts/input/account-input.ts'
import { mailboxErrorCatalogue } from '../mailbox/mailbox-error.ts'
import type { PasswordReader } from '../secrets/secret-store.ts'
import type { TestedLogin } from './tested-login.ts'
import { consentedLogin, type TokenServices, tokenLogin } from './token-login.ts'

export interface LoginServices extends TokenServices {
  readonly secrets: PasswordReader
}

export const loginOfAccount = async (account: Account, services: LoginServices): Promise<TestedLogin> =>
  account.credential.method === 'oauth2'
    ? await tokenLogin(account, account, services)
    : passwordLogin(account.username, await storedPassword(account, services))

/** @param account the stored account, if the test is about a change */
export const loginOfChange = async (
  input: AccountInput,
  account: Account,
  services: LoginServices,
): Promise<TestedLogin> =>
  input.authentication === 'oauth2'
    ? await consentedLogin(input, account, services)
    : passwordLogin(input.username, input.password ?? (await storedPassword(account, services)))

const storedPassword = async (account: Account, { secrets }: LoginServices) =>
  account.credential.method === 'password'
    ? await secrets.readPassword(account.accountId, account.credential.secretVersion)
    : undefined

export const passwordLogin = (username: string, password: string | undefined): TestedLogin => {
  if (password !== undefined) return { credential: { method: 'password', username, password } }
  const { detail, remedy } = mailboxErrorCatalogue['credential-missing']
  return {
    credential: { method: 'password', username, password: '' },
    withoutLogin: { state: 'failed', code: 'credential-missing', detail, remedy },
  }
}
