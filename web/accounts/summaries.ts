import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { asProblem } from '../api/problems.ts'
import type { components } from '../api/schema.d.ts'

export type AccountSummary = components['schemas']['AccountSummary']

interface AccountSummaries {
  readonly accounts: ReadonlyMap<string, AccountSummary>
  /** Where the next request for changes begins. */
  readonly cursor: string
}

const queryKey = ['accounts', 'summaries'] as const

/**
 * A short line of every account. All of them are loaded once, even 10,000. Afterwards, each refresh loads only what has
 * changed.
 */
export const accountSummaries = queryOptions({
  queryKey,
  queryFn: ({ client }) => refreshed(client),
  staleTime: 10_000,
  refetchInterval: 15_000,
  gcTime: Number.POSITIVE_INFINITY,
})

const refreshed = async (client: QueryClient): Promise<AccountSummaries> => {
  const known = client.getQueryData<AccountSummaries>(queryKey)
  if (!known) return await follow({ accounts: new Map(), cursor: '' }, undefined)
  try {
    return await follow(known, known.cursor)
  } catch (thrown) {
    if (asProblem(thrown).code !== 'cursor-expired') throw thrown
    return await follow({ accounts: new Map(), cursor: '' }, undefined)
  }
}

const follow = async (known: AccountSummaries, changedSince: string | undefined): Promise<AccountSummaries> => {
  let { accounts } = known
  let next: string | undefined
  let cursor = known.cursor
  do {
    const page = await bodyOf(api.GET('/account-summaries', { params: { query: { changedSince, next } } }))
    // If nothing has changed, the map stays the same, so that no screen derives anything anew.
    if (page.items.length > 0 || page.removed.length > 0) {
      const changed = new Map(accounts)
      for (const account of page.items) changed.set(account.accountId, account)
      for (const accountId of page.removed) changed.delete(accountId)
      accounts = changed
    }
    cursor = page.cursor
    next = page.next
  } while (next !== undefined)
  return { accounts, cursor }
}
