import type { Message } from '../../messages/message.ts'
import type { Destination } from '../destinations/destination.ts'
import type { HandoverServices } from '../handover-services.ts'
import type { Delivery, Outcome } from '../ledger/delivery.ts'
import type { WakeQueue } from '../planning/wake.ts'
import type { Adapter } from './adapter.ts'

export interface LaneServices extends HandoverServices {
  readonly adapters: Readonly<Record<'webhook', Adapter>>
  readonly wakes: WakeQueue
  /** Opens the mail as the destination receives it. @returns undefined if the raw mail has expired */
  readonly openMail: (
    message: Message,
    destination: Destination,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<Buffer> | undefined>
  readonly onAttempt: (attempt: LaneAttempt) => void
  /** Called with an error that an adapter threw. */
  readonly onDefect: (error: unknown, deliveryId: string) => void
}

export interface LaneAttempt {
  /** The delivery after the attempt. */
  readonly delivery: Delivery
  readonly outcome: Outcome
  readonly milliseconds: number
}
