import type { Account, AccountId } from './account.ts'
import type { AccountInput } from './account-input.ts'
import type { AccountServices } from './account-services.ts'

type CredentialReference = Account['credential']

/**
 * What the row is to say of the credential; a password that was sent is stored first, in a version that only the new row names.
 * @param current undefined for a new account
 */
export const writeCredential = async (
  accountId: AccountId,
  input: AccountInput,
  current: CredentialReference | undefined,
  { secrets }: Pick<AccountServices, 'secrets'>,
): Promise<CredentialReference> => {
  if (input.authentication === 'oauth2') return { method: 'oauth2', profileId: input.profileId }
  if (input.password !== undefined)
    return { method: 'password', secretVersion: await secrets.putPassword(accountId, input.password) }
  if (current?.method !== 'password') throw new Error('An account passed all rules without a password')
  return current
}

/**
 * Once the row no longer says so: what the account logged in with goes. If this is interrupted, the daily sweep finds the password; tokens
 * stay, encrypted, until the account is deleted or connected again.
 */
export const forgetCredential = async (
  accountId: AccountId,
  before: CredentialReference,
  after: CredentialReference | undefined,
  { secrets, connections }: Pick<AccountServices, 'secrets' | 'connections'>,
): Promise<void> => {
  if (before.method === after?.method) return
  if (before.method === 'password') await secrets.deleteWithRecovery(accountId)
  else await connections.forget(accountId)
}
