import type { Account } from '../../lib/accounts/account.ts'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import { viewAccounts } from '../../lib/accounts/view-accounts.ts'
import { etagOf } from '../shared/http/etag.ts'

/** One account with its ETag. */
export const accountAnswer = async (status: number, account: Account, services: AccountServices) => {
  const [view] = await viewAccounts([account], services)
  return { status, body: view, headers: { etag: etagOf(account.version) } }
}
