import type { Account, AccountId } from './account.ts'
import type { AccountInput } from './account-input.ts'
import type { AccountServices } from './account-services.ts'

type CredentialReference = Account['credential']

/**
 * What the row is to say of the credential; a password that was sent is stored first, in a version that only the new
 * row names.
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
 * Ends what the account logged in with, once the row no longer says so. If this is interrupted, the daily sweep finds
 * the password; the function that ends grants finds a consent whose account does not exist or logs in with a password.
 */
export const forgetCredential = async (
  accountId: AccountId,
  before: CredentialReference,
  after: CredentialReference | undefined,
  { secrets, connections, now }: Pick<AccountServices, 'secrets' | 'connections' | 'now'>,
): Promise<void> => {
  if (before.method === after?.method) return
  if (before.method === 'password') await secrets.deleteWithRecovery(accountId)
  else await connections.endConsent(accountId, now())
}
