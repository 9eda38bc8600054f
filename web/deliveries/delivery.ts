import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { components } from '../api/schema.d.ts'

export type Delivery = components['schemas']['Delivery']
export type DeliveryState = Delivery['state']
export type Attempt = Delivery['attempts'][number]

/** What a person can do with a delivery. */
export type DeliveryAction = 'retry' | 'redirect' | 'handle' | 'replay'

const decidable: readonly DeliveryAction[] = ['retry', 'redirect', 'handle']
const actions: Readonly<Record<DeliveryState, readonly DeliveryAction[]>> = {
  pending: decidable,
  delivering: [],
  waiting: decidable,
  'in-doubt': decidable,
  quarantined: decidable,
  delivered: ['replay'],
  handled: ['replay'],
}

/** @returns what a person can do in this state, the most likely first */
export const actionsIn = (state: DeliveryState): readonly DeliveryAction[] => actions[state]

export const isEnded = (state: DeliveryState): boolean => state === 'delivered' || state === 'handled'

/**
 * Whether an attempt now could create a second ticket. A retry of another delivery only does earlier what Postmaster does
 * later, so it needs no question.
 */
export const mayDouble = ({ state, possiblyDoubled }: Pick<Delivery, 'state' | 'possiblyDoubled'>): boolean =>
  state === 'in-doubt' || possiblyDoubled === true

export const indicators: Readonly<Record<DeliveryState, StatusIndicatorProps.Type>> = {
  pending: 'pending',
  delivering: 'in-progress',
  delivered: 'success',
  waiting: 'warning',
  'in-doubt': 'warning',
  quarantined: 'error',
  handled: 'stopped',
}

/** How often a delivery is read again, in milliseconds, or never once it has ended. */
export const refreshAfter = (state: DeliveryState | undefined): number | false => {
  if (state === undefined || isEnded(state)) return false
  return state === 'pending' || state === 'delivering' ? 2_000 : 10_000
}
