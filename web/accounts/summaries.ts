import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { asProblem } from '../api/problems.ts'
import type { components } from '../api/schema.d.ts'

export type AccountSummary = components['schemas']['AccountSummary']

/** All accounts as the page knows them. */
export interface AccountSummaries {
  readonly accounts: ReadonlyMap<string, AccountSummary>
  /** Where the next request for changes begins. */
  readonly cursor: string
  /** False while the first pages are being loaded. */
  readonly isComplete: boolean
}

const queryKey = ['accounts', 'summaries'] as const
/** More than a screen shows, and small enough to arrive quickly over a slow line. */
const firstPageSize = 100
/** The API's limit. 10,000 accounts are eleven requests. */
const pageSize = 1_000
const nothing: AccountSummaries = { accounts: new Map(), cursor: '', isComplete: false }

/**
 * A short line of every account. All of them are loaded once, even 10,000. Afterwards, each refresh loads only what has
 * changed.
 */
export const accountSummaries = queryOptions({
  queryKey,
  queryFn: ({ client }) => refreshed(client),
  staleTime: 5_000,
  refetchInterval: 5_000,
  gcTime: Number.POSITIVE_INFINITY,
  // Comparing all accounts with each other would cost more than showing the 50 of a page.
  structuralSharing: false,
})

const refreshed = async (client: QueryClient): Promise<AccountSummaries> => {
  const known = client.getQueryData<AccountSummaries>(queryKey)
  if (!known?.isComplete) return await loadAll(client)
  try {
    return await follow(known)
  } catch (thrown) {
    // A tab has slept for longer than a cursor is valid.
    if (asProblem(thrown).code !== 'cursor-expired') throw thrown
    return await loadAll(client)
  }
}

/** Shows every page as soon as it is there. */
const loadAll = (client: QueryClient): Promise<AccountSummaries> =>
  follow(nothing, (sofar) => client.setQueryData<AccountSummaries>(queryKey, sofar))

const follow = async (
  known: AccountSummaries,
  onProgress?: (sofar: AccountSummaries) => void,
): Promise<AccountSummaries> => {
  const changedSince = known.isComplete ? known.cursor : undefined
  let { accounts, cursor } = known
  let next: string | undefined
  let limit = known.isComplete ? pageSize : firstPageSize
  do {
    const page = await bodyOf(api.GET('/account-summaries', { params: { query: { limit, changedSince, next } } }))
    // If nothing has changed, the map stays the same, so that no screen derives anything again.
    if (page.items.length > 0 || page.removed.length > 0) {
      const changed = new Map(accounts)
      for (const account of page.items) changed.set(account.accountId, account)
      for (const accountId of page.removed) changed.delete(accountId)
      accounts = changed
    }
    cursor = page.cursor
    next = page.next
    limit = pageSize
    if (next !== undefined) onProgress?.({ accounts, cursor, isComplete: false })
  } while (next !== undefined)
  return { accounts, cursor, isComplete: true }
}
