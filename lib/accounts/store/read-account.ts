import { ProblemError } from '../../reasons/problem.ts'
import type { Account, AccountId, AccountReader } from '../account.ts'

/** @throws ProblemError `not-found` */
export const readAccount = async (
  accountId: AccountId,
  { accounts }: { readonly accounts: Pick<AccountReader, 'read'> },
): Promise<Account> => {
  const account = await accounts.read(accountId)
  if (!account) throw new ProblemError('not-found', 'There is no account with this id.')
  return account
}
