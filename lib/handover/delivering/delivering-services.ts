import type { MessageId } from '../../messages/message.ts'
import type { Clock } from '../../text/clock.ts'
import type { Circuits } from '../circuits/dynamo-circuits.ts'
import type { DeliveryLedger } from '../ledger/delivery-ledger.ts'
import type { OpenLanes } from '../ledger/open-lanes.ts'
import type { PlanLedger } from '../planning/dynamo-plan-ledger.ts'

/**
 * The services for leasing, settling and finishing. Their callers have checked that the destination can receive mail.
 */
export interface DeliveringServices {
  readonly ledger: DeliveryLedger
  readonly lanes: OpenLanes
  readonly plans: Pick<PlanLedger, 'read'>
  readonly circuits: Circuits
  /** Marks the raw mail of messages whose last delivery ended, so that it may expire. */
  readonly retention: { markEnded(messageId: MessageId): Promise<void> }
  readonly now: Clock
  /** Returns a new lease token that cannot be guessed. */
  readonly newLease: () => string
  /** Returns a number from 0 to below 1, for jitter. */
  readonly random: () => number
}
