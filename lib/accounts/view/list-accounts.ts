import type { Account } from '../account.ts'
import type { AccountOAuth2 } from '../account-oauth2.ts'
import type { AccountServices } from '../account-services.ts'
import type { AccountHealth } from '../health/account-health.ts'
import { type ListPosition, positionOf } from '../store/account-store.ts'
import type { AccountView } from './account-view.ts'
import { matchesFilter } from './filter-accounts.ts'
import { type ViewServices, viewAccounts } from './view-accounts.ts'

export interface AccountListRequest {
  /** 1 to 100. */
  readonly limit: number
  readonly after?: ListPosition
  /** A text to search for, ignoring case. */
  readonly filter?: string
  readonly validity?: Account['validity']
  readonly health?: AccountHealth['state']
  readonly oauth2?: AccountOAuth2['state']
}

export interface AccountList {
  readonly items: AccountView[]
  readonly next?: ListPosition
}

/** The number of rows that each step of a search examines: as many as fit into one DynamoDB response of 1 MB. */
const searchStep = 500

/**
 * Returns one page of accounts, sorted by host and username. With a filter, it continues until the page is full. With
 * the maximum of 10,000 accounts and no match, this takes 20 steps.
 */
export const listAccounts = async (
  request: AccountListRequest,
  services: ViewServices & Pick<AccountServices, 'accounts'>,
): Promise<AccountList> => {
  const { limit, filter, validity, health, oauth2 } = request
  const lookingAtViews = filter !== undefined || health !== undefined || oauth2 !== undefined
  const searching = lookingAtViews || validity !== undefined
  const found: Account[] = []
  let position: ListPosition | undefined = request.after
  do {
    const step = await services.accounts.page({
      limit: searching ? searchStep : limit,
      ...(position && { after: position }),
    })
    const candidates = step.accounts.filter((account) => validity === undefined || account.validity === validity)
    found.push(...(lookingAtViews ? await matchingAccounts(candidates, request, services) : candidates))
    position = step.next
  } while (position && found.length < limit)

  const page = found.slice(0, limit)
  const last = page.at(-1)
  // The next page starts after this page's last row and finds the surplus matches again.
  const next = found.length > limit && last ? positionOf(last) : position
  return { items: await viewAccounts(page, services), ...(next && { next }) }
}

const matchingAccounts = async (
  candidates: readonly Account[],
  { filter, health, oauth2 }: AccountListRequest,
  services: ViewServices,
): Promise<Account[]> => {
  const views = await viewAccounts(candidates, services)
  const matches = (view: AccountView) =>
    (health === undefined || view.health.state === health) &&
    (oauth2 === undefined || view.oauth2?.state === oauth2) &&
    (filter === undefined || matchesFilter(view, filter))
  const matching = new Set(views.filter(matches).map(({ accountId }) => accountId))
  return candidates.filter(({ accountId }) => matching.has(accountId))
}
