import type { Message } from '../../messages/message.ts'
import type { Destination } from '../destinations/destination.ts'
import type { Delivery } from '../ledger/delivery.ts'
import type { Idempotency, Outcome } from '../ledger/outcome.ts'

/** A message, and everything that an adapter needs to hand it over. */
export interface Parcel {
  readonly delivery: Delivery
  readonly message: Message
  /** The receiver's name for the message's queue. */
  readonly queueName: string
  /** Opens the cleaned raw mail. @returns undefined if the mail has expired */
  raw(signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined>
}

/** Sends deliveries to one kind of destination. */
export interface Adapter {
  readonly idempotency: Idempotency
  deliver(parcel: Parcel, destination: Destination, signal: AbortSignal): Promise<Outcome>
  /** Required for `lookup`. */
  lookup?(parcel: Parcel, destination: Destination, signal: AbortSignal): Promise<'there' | 'not-there' | 'unknown'>
  /** Sends a harmless sample. The transcript contains no secret. */
  test(destination: Destination, signal: AbortSignal): Promise<TestResult>
}

export interface TestResult {
  readonly outcome: Outcome
  readonly transcript: readonly string[]
}
