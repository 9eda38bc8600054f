import type { Delivery, Outcome } from '../ledger/delivery.ts'

/** The result of one attempt. */
export interface Settlement {
  readonly lease: string
  readonly outcome: Outcome
  readonly startedAt: string
  readonly milliseconds: number
}

/** `unknown-lease`: the delivery never had this lease, or the lease is older than the last 20. */
export type Settled = { readonly delivery: Delivery } | 'unknown-lease' | 'not-found'
