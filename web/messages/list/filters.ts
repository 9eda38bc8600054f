import type { paths } from '../../api/schema.d.ts'
import { type RecentTime, readTimeRange, type TimeRange } from '../../shared/filters/time-range.ts'
import { queryWith } from '../../shared/navigation/address-query.ts'

export type MessageState = NonNullable<NonNullable<paths['/messages']['get']['parameters']['query']>['state']>

export const messageStates: readonly MessageState[] = ['announced', 'stored', 'ignored', 'erased', 'unparsed']

/** The API also covers 31 days unless it is asked for another time. */
export const usualTime: RecentTime = '31d'

/** What the list is restricted to. An empty text restricts nothing. */
export interface MessageFilters {
  readonly queueId: string
  readonly accountId: string
  readonly state: MessageState | ''
  readonly time: TimeRange
}

export const noFilters: MessageFilters = { queueId: '', accountId: '', state: '', time: '' }

/** @returns the filters in an address. What is not understood restricts nothing. */
export const filtersOf = (params: URLSearchParams): MessageFilters => ({
  queueId: params.get('queue') ?? '',
  accountId: params.get('account') ?? '',
  state: messageStates.find((state) => state === params.get('state')) ?? '',
  time: readTimeRange(params.get('time') ?? ''),
})

/** @returns the address with these filters. Other parameters stay. */
export const withFilters = (params: URLSearchParams, filters: MessageFilters): URLSearchParams => {
  const { queueId: queue, accountId: account, state, time } = filters
  return queryWith(params, { queue, account, state, time })
}

/** @returns whether anything besides the time restricts the list */
export const isRestricted = ({ queueId, accountId, state }: MessageFilters): boolean =>
  queueId !== '' || accountId !== '' || state !== ''

/** @returns whether anything restricts the list, including a time that is not the usual one */
export const isFiltered = (filters: MessageFilters): boolean => isRestricted(filters) || filters.time !== ''
