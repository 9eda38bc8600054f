import type { Message } from '../../messages/message.ts'
import type { Delivery } from '../ledger/delivery.ts'
import type { Idempotency } from './adapter.ts'

/** How a lane's oldest open delivery is leased. */
export interface TakeOptions {
  /** The length of the lease. */
  readonly seconds: number
  readonly idempotency: Idempotency
  /** Asks the receiver whether a delivery in doubt arrived. Required for `lookup`. */
  readonly lookUp?: ((delivery: Delivery, message: Message) => Promise<'there' | 'not-there' | 'unknown'>) | undefined
}

/**
 * A leased delivery, or why the lane has none. `empty`: nothing is open. `held`: another worker has a lease, until
 * `dueAt`. `not-due`: the next attempt is at `dueAt`. `unplanned`: planning has not finished, and wakes the lane itself.
 */
export type Head =
  | { readonly taken: Delivery; readonly message: Message }
  | { readonly stop: 'empty' | 'held' | 'not-due' | 'unplanned'; readonly dueAt?: string | undefined }
