import { type Query, queryOptions } from '@tanstack/react-query'
import { api, bodyOf, done, versionedBodyOf } from '../api/client.ts'
import { endReadsOf, isAbout, queryClient } from '../api/query-client.ts'
import { isOver } from '../runs/queries.ts'
import type { Account } from './account-types.ts'

const listRefresh = 15_000
const liveRefresh = 1_500

/** @param signal ends the request when the screen that needs it is left */
export const readAccount = (accountId: string, signal: AbortSignal | null = null) =>
  versionedBodyOf(api.GET('/accounts/{accountId}', { params: { path: { accountId } }, signal }))

export const accountQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['accounts', accountId],
    queryFn: ({ signal }) => readAccount(accountId, signal),
    refetchInterval: listRefresh,
  })

/** The account's latest runs. They are read more often while one of them is going on. */
export const lastRunsQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['runs', { accountId, latest: true }],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/accounts/{accountId}/runs', { params: { path: { accountId }, query: { limit: 10 } }, signal })),
    refetchInterval: ({ state }) => (state.data?.items.every(isOver) === false ? liveRefresh : listRefresh),
  })

/** @param debug whether the conversation with the mail server is recorded */
export const fetchNow = (accountId: string, debug: boolean) =>
  bodyOf(api.POST('/accounts/{accountId}/fetch', { params: { path: { accountId } }, body: { debug } }))

export const testStoredAccount = (accountId: string) =>
  bodyOf(api.POST('/accounts/{accountId}/test', { params: { path: { accountId } } }))

/** `*` overwrites any version, because the other settings do not matter here. */
const anyVersion = { 'If-Match': '*' }

export const setValidity = (accountId: string, validity: Account['validity']) =>
  bodyOf(
    api.PATCH('/accounts/{accountId}', {
      params: { path: { accountId }, header: anyVersion },
      body: { validity },
    }),
  )

export const deleteAccount = async (accountId: string): Promise<void> => {
  await endReadsOf(accountId)
  await done(api.DELETE('/accounts/{accountId}', { params: { path: { accountId }, header: anyVersion } }))
}

/**
 * Reads everything about accounts and their runs afresh, in the background.
 * @param deleted the id of an account that no longer exists, about which nothing can be read
 */
export const accountsChanged = (deleted?: string): void => {
  const predicate = (query: Query): boolean => deleted === undefined || !isAbout(deleted)(query)
  void queryClient.invalidateQueries({ queryKey: ['accounts'], predicate })
  void queryClient.invalidateQueries({ queryKey: ['runs'], predicate })
}
