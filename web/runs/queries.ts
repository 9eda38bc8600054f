import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import type { components } from '../api/schema.d.ts'
import { accountName } from '../shared/words/account-name.ts'
import type { RunFilter } from './filter.ts'

export type Run = components['schemas']['Run']
export type RunState = Run['state']

export const isOver = (run: Run): boolean => run.state !== 'queued' && run.state !== 'running'

/** A list of live things is renewed this often, in milliseconds. Longer lists are not, because all pages are read again. */
const listInterval = 10_000

export const runsQuery = ({ since, ...filter }: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', since, filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/runs', {
          params: {
            query: {
              ...filter,
              from: new Date(Date.now() - since).toISOString(),
              next: pageParam === '' ? undefined : pageParam,
            },
          },
        }),
      ),
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 1 ? false : listInterval),
  })

/** A run is live for its first seconds, and then changes more slowly. In milliseconds. */
const fastInterval = 1_000
const slowInterval = 3_000
const fastFor = 60_000

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: ['runs', runId],
    queryFn: () => bodyOf(api.GET('/runs/{runId}', { params: { path: { runId } } })),
    refetchInterval: ({ state: { data } }) => {
      if (!data || isOver(data)) return false
      return Date.now() - Date.parse(data.askedAt) < fastFor ? fastInterval : slowInterval
    },
  })

export const runMessagesQuery = (runId: string, isLive: boolean) =>
  infiniteQueryOptions({
    queryKey: ['runs', runId, 'messages'],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      bodyOf(
        api.GET('/runs/{runId}/messages', {
          params: { path: { runId }, query: { next: pageParam === '' ? undefined : pageParam } },
        }),
      ),
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => (isLive && (state.data?.pages.length ?? 0) <= 1 ? slowInterval : false),
  })

export const readConversation = (runId: string, after: number) =>
  bodyOf(api.GET('/runs/{runId}/conversation', { params: { path: { runId }, query: { after } } }))

/** @returns the name of the account as it was when the run began */
export const accountNameOf = ({ accountId, accountMailbox, accountUsername, accountHost }: Run): string =>
  accountUsername === undefined || accountHost === undefined
    ? accountId
    : accountName({ mailbox: accountMailbox, username: accountUsername, host: accountHost })
