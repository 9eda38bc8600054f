import type { Account } from '../account.ts'
import type { AccountOAuth2 } from '../account-oauth2.ts'
import type { AccountServices } from '../account-services.ts'
import type { AccountHealth } from '../health/account-health.ts'
import { type ListPosition, positionOf } from '../store/account-store.ts'
import { type AccountView, type ViewServices, viewAccounts } from './account-view.ts'

export interface AccountListRequest {
  /** 1 to 100. */
  readonly limit: number
  readonly after?: ListPosition | undefined
  /** A text to search for, ignoring case. */
  readonly filter?: string | undefined
  readonly validity?: Account['validity'] | undefined
  readonly health?: AccountHealth['state'] | undefined
  readonly oauth2?: AccountOAuth2['state'] | undefined
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

/**
 * Whether a displayed value contains the text, ignoring case. It skips certificates, because their text is not useful
 * for a search. It also skips health and the state of OAuth2, because they have their own parameters and their
 * sentences would match too many accounts.
 */
const matchesFilter = (
  { customCa: _certificates, health: _health, oauth2, ...shown }: AccountView,
  filter: string,
): boolean => {
  const wanted = filter.toLowerCase()
  const { profileId, profileName, consentedBy, requestedBy } = oauth2 ?? {}
  return textsOf({ ...shown, profileId, profileName, consentedBy, requestedBy }).some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf)
  return value === undefined ? [] : [String(value)]
}
