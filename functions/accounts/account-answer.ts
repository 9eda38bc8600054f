import type { Account } from '../../lib/accounts/account.ts'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import type { SavedAccount } from '../../lib/accounts/change-account.ts'
import { viewAccounts } from '../../lib/accounts/view/account-view.ts'
import type { Actor } from '../../lib/audit/audit-entry.ts'
import type { FetchSavedAccount } from '../../lib/schedule/fetch-saved-account.ts'
import { etagOf } from '../shared/http/versioned-resource.ts'

/** The response with one account and its ETag. */
export const accountAnswer = async (status: number, account: Account, services: AccountServices) => {
  const [view] = await viewAccounts([account], services)
  return { status, body: view, headers: { etag: etagOf(account.version) } }
}

/** The response after an account was saved, with the fetch that this started. */
export const savedAnswer = async (
  status: number,
  saved: SavedAccount,
  by: Actor,
  services: AccountServices & { readonly fetchSaved: FetchSavedAccount },
) => {
  const fetch = await services.fetchSaved(saved, by)
  const { body, headers } = await accountAnswer(status, saved.account, services)
  return { status, body: { ...body, ...(fetch && { fetch }) }, headers }
}
