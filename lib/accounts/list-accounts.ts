import type { Account } from './account.ts'
import type { AccountHealth } from './account-health.ts'
import type { AccountOAuth2 } from './account-oauth2.ts'
import type { AccountServices } from './account-services.ts'
import type { ListPosition } from './account-store.ts'
import type { AccountView } from './account-view.ts'
import { matchesFilter } from './filter-accounts.ts'
import { type ViewServices, viewAccounts } from './view-accounts.ts'

export interface AccountListRequest {
  /** 1 to 100. */
  readonly limit: number
  readonly after?: ListPosition
  /** Text found, in any case, in any shown field. */
  readonly filter?: string
  readonly validity?: Account['validity']
  readonly health?: AccountHealth['state']
  readonly oauth2?: AccountOAuth2['state']
}

export interface AccountList {
  readonly items: AccountView[]
  readonly next?: ListPosition
}

/** Rows looked at per step of a search: as many as DynamoDB hands over in one 1 MB answer. */
const searchStep = 500

/**
 * One page of the accounts, sorted by host and username. With a filter it looks on until the page is full; at the ceiling of
 * 10,000 accounts, when nothing matches, that is 20 steps.
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
  // What was found beyond the page is found again from its last row on.
  const next = found.length > limit && last ? services.accounts.positionOf(last) : position
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
