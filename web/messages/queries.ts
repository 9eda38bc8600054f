import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import type { paths } from '../api/schema.d.ts'
import { limitsOf } from '../shared/filters/time-range.ts'
import { type MessageFilters, usualTime } from './list/filters.ts'
import type { Explanation, Message } from './types.ts'

const pageSize = 50
/** The API's work per request is bounded, so a page can be short. The list looks further back at most this often. */
const mostRequests = 4
/** A list that is longer than this many pages is renewed only on request. */
const mostRenewedPages = 2
const renewal = 20_000

interface PageStart {
  /** The limits of the time when the first page was loaded. All pages use them, because the position refers to them. */
  readonly limits: ReturnType<typeof limitsOf>
  readonly next: string | undefined
}

export const messageList = ({ time, queueId, accountId, state }: MessageFilters) =>
  infiniteQueryOptions({
    queryKey: ['messages', 'list', { time, queueId, accountId, state }],
    initialPageParam: undefined as PageStart | undefined,
    queryFn: async ({ pageParam }) => {
      const limits = pageParam?.limits ?? limitsOf(time, usualTime, Date.now())
      const chosen = {
        ...(queueId !== '' && { queueId }),
        ...(accountId !== '' && { accountId }),
        ...(state !== '' && { state }),
      }
      const items: Message[] = []
      let next = pageParam?.next
      for (let requests = 0; requests < mostRequests; requests += 1) {
        const query = { limit: pageSize - items.length, next, ...limits, ...chosen }
        const page = await bodyOf(api.GET('/messages', { params: { query } }))
        items.push(...page.items)
        next = page.next
        if (next === undefined || items.length >= pageSize) break
      }
      return { items, limits, next }
    },
    getNextPageParam: ({ limits, next }) => (next === undefined ? undefined : { limits, next }),
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) <= mostRenewedPages ? renewal : false),
  })

export const messageQuery = (messageId: string) =>
  queryOptions({
    queryKey: ['messages', messageId],
    queryFn: () => bodyOf(api.GET('/messages/{messageId}', { params: { path: { messageId } } })),
  })

/** How often a history that is not finished is renewed. */
const followed = 3_000

export const explanationQuery = (messageId: string) =>
  queryOptions({
    queryKey: ['messages', messageId, 'explanation'],
    queryFn: () => bodyOf(api.GET('/messages/{messageId}/explanation', { params: { path: { messageId } } })),
    refetchInterval: ({ state: { data } }) => (data && isGoingOn(data) ? followed : false),
  })

const isGoingOn = ({ steps }: Explanation): boolean =>
  steps.some(({ code, at }) => code === 'handover-pending' || (code === 'not-announced' && at === undefined))

/** The contents of stored mail never change. */
const staleTime = Number.POSITIVE_INFINITY

/** The text, the fields of the header and the attachments. @param attachment the index of an attached message */
export const textQuery = (messageId: string, attachment: string | undefined) =>
  queryOptions({
    queryKey: ['messages', messageId, 'text', { attachment }],
    queryFn: () => viewOf(messageId, { attachment, fields: 'true' }),
    staleTime,
  })

/** @param attachment the index of an attached message */
export const htmlQuery = (messageId: string, attachment: string | undefined) =>
  queryOptions({
    queryKey: ['messages', messageId, 'html', { attachment }],
    queryFn: () => viewOf(messageId, { attachment, html: 'sanitised' }),
    staleTime,
  })

type ViewQuery = NonNullable<paths['/messages/{messageId}/view']['get']['parameters']['query']>

const viewOf = (messageId: string, query: ViewQuery) =>
  bodyOf(api.GET('/messages/{messageId}/view', { params: { path: { messageId }, query } }))
