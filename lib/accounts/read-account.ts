import { ProblemError } from '../problems/problem.ts'
import type { Account, AccountId } from './account.ts'
import type { AccountServices } from './account-services.ts'

/** @throws ProblemError `not-found` */
export const readAccount = async (
  accountId: AccountId,
  { accounts }: Pick<AccountServices, 'accounts'>,
): Promise<Account> => {
  const account = await accounts.read(accountId)
  if (!account) throw new ProblemError('not-found', 'There is no account with this id.')
  return account
}
