import type { Account, AccountId } from './account.ts'
import type { AccountServices } from './account-services.ts'
import type { AccountInput } from './input/account-input.ts'

type CredentialReference = Account['credential']

/**
 * Stores a new password in a version to which only the new row refers.
 * @param current undefined for a new account
 * @returns the reference to the credential for the new row
 */
export const writeCredential = async (
  accountId: AccountId,
  input: AccountInput,
  current: CredentialReference | undefined,
  { secrets }: Pick<AccountServices, 'secrets'>,
): Promise<CredentialReference> => {
  if (input.authentication === 'oauth2') return { method: 'oauth2', profileId: input.profileId }
  if (input.password !== undefined)
    return { method: 'password', secretVersion: await secrets.put(accountId, input.password) }
  if (current?.method !== 'password') throw new Error('An account without a password passed all rules')
  return current
}

/**
 * Deletes the previous password or ends the previous consent after the row has stopped referring to it. If this is
 * interrupted, the daily sweep finds the password. The function that ends grants finds a consent whose account does not
 * exist or logs in with a password.
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
