import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'

/**
 * @returns why the latest run of an account failed. An account that was changed or switched off since then does not
 *   fail.
 */
export const currentError = (
  { lastError }: Pick<AccountStatus, 'lastError'>,
  { validity, changedAt }: Pick<Account, 'validity' | 'changedAt'>,
): AccountStatus['lastError'] =>
  validity === 'valid' && lastError && lastError.at >= changedAt ? lastError : undefined
