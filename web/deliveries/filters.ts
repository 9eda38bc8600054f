import type { DeliveryState } from './delivery.ts'

export const deliveryStates = [
  'pending',
  'delivering',
  'waiting',
  'in-doubt',
  'quarantined',
  'delivered',
  'handled',
] as const satisfies readonly DeliveryState[]

/** `open` stands for every state in which Postmaster still acts. */
export const stateFilters = ['open', ...deliveryStates] as const
export type StateFilter = (typeof stateFilters)[number]

export const isStateFilter = (text: string): text is StateFilter => stateFilters.some((state) => state === text)

const day = 24 * 60 * 60_000
export const periods = { day, week: 7 * day, month: 31 * day } as const
export type Period = keyof typeof periods

export const isPeriod = (text: string): text is Period => Object.hasOwn(periods, text)

/** The filters as the address contains them. An empty text means that the filter is not set. */
export interface ChosenFilters {
  readonly destination: string
  readonly state: string
  readonly period: string
  /** A ticket number, or a message's id. */
  readonly find: string
}

/** The filters as the API accepts them. */
export interface DeliveryQuery {
  readonly destinationId?: string
  readonly state?: StateFilter
  readonly from?: string
  readonly ticket?: string
  readonly messageId?: string
}

/**
 * A ticket or a message is looked up in all destinations and at all times, because the API combines neither with other
 * filters.
 * @param now the current time in milliseconds
 */
export const queryOf = ({ destination, state, period, find }: ChosenFilters, now: number): DeliveryQuery => {
  const text = find.trim()
  if (/^[0-9a-f]{64}$/.test(text)) return { messageId: text }
  if (text !== '') return { ticket: text }
  return {
    ...(destination !== '' && { destinationId: destination }),
    ...(isStateFilter(state) && { state }),
    ...(isPeriod(period) && { from: new Date(now - periods[period]).toISOString() }),
  }
}

/** Whether the API lists deliveries of any time if no period is chosen. For ended ones, it lists the last 31 days. */
export const coversAllTime = (state: string): boolean =>
  isStateFilter(state) && state !== 'delivered' && state !== 'handled'
