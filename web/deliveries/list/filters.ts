import { limitsOf, type RecentTime, readTimeRange, type TimeRange } from '../../shared/filters/time-range.ts'
import { queryWith } from '../../shared/navigation/address-query.ts'
import type { DeliveryState } from '../delivery.ts'

/** `open` stands for every state in which Postmaster still acts. */
export const stateFilters = [
  'open',
  'pending',
  'delivering',
  'waiting',
  'in-doubt',
  'quarantined',
  'delivered',
  'handled',
] as const satisfies readonly ('open' | DeliveryState)[]
export type StateFilter = (typeof stateFilters)[number]

/** The time that the list covers if none is chosen. */
export const usualTime: RecentTime = '31d'

/** An empty text means that the filter is not set. */
export interface DeliveryFilters {
  readonly destination: string
  readonly state: StateFilter | ''
  readonly time: TimeRange
  /** A ticket number, or a message's id. */
  readonly find: string
}

export const noFilters: DeliveryFilters = { destination: '', state: '', time: '', find: '' }

/** @returns the filters in an address, without what is not understood */
export const filtersOf = (params: URLSearchParams): DeliveryFilters => ({
  destination: params.get('destination') ?? '',
  state: stateFilters.find((state) => state === params.get('state')) ?? '',
  time: readTimeRange(params.get('time') ?? ''),
  find: (params.get('find') ?? '').trim(),
})

/** @returns the parameters with these filters instead of their own */
export const withFilters = (params: URLSearchParams, filters: DeliveryFilters): URLSearchParams =>
  queryWith(params, { ...filters })

export const isFiltered = (filters: DeliveryFilters): boolean => Object.values(filters).some((value) => value !== '')

/** The API combines a ticket or a message with no other filter. */
export const isLookUp = ({ find }: DeliveryFilters): boolean => find !== ''

/** Whether the time restricts the list. Deliveries that have not ended are few, so all of them are listed. */
export const hasTime = ({ state, find }: DeliveryFilters): boolean =>
  find === '' && (state === '' || state === 'delivered' || state === 'handled')

/** The filters as the API accepts them. */
export interface DeliveryQuery {
  readonly destinationId?: string
  readonly state?: StateFilter
  readonly from?: string
  readonly to?: string
  readonly ticket?: string
  readonly messageId?: string
}

/** @param now the current time in milliseconds */
export const queryOf = (filters: DeliveryFilters, now: number): DeliveryQuery => {
  const { destination, state, time, find } = filters
  if (/^[0-9a-f]{64}$/.test(find)) return { messageId: find }
  if (find !== '') return { ticket: find }
  return {
    ...(destination !== '' && { destinationId: destination }),
    ...(state !== '' && { state }),
    ...(hasTime(filters) && limitsOf(time, usualTime, now)),
  }
}
