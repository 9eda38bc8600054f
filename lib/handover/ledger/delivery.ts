import type { MessageId } from '../../messages/message.ts'
import type { Reason } from '../../reasons/reason.ts'

export const deliveryStates = [
  'pending',
  'delivering',
  'delivered',
  'waiting',
  'in-doubt',
  'quarantined',
  'handled',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** One attempt to hand a message over. */
export interface Attempt {
  readonly at: string
  readonly lease: string
  readonly milliseconds: number
  readonly result: OutcomeResult
  readonly code: string
  /** At most 500 characters, printable. */
  readonly detail: string
  /** Bytes handed over. */
  readonly bytes: number
}

/** What the receiver returned, if anything. */
export interface Remote {
  readonly ticket?: string | undefined
  readonly url?: string | undefined
  readonly result?: string | undefined
}

/** One message for one destination. */
export interface Delivery {
  /** `<destination id>.<message id>` */
  readonly deliveryId: string
  readonly destinationId: string
  readonly messageId: MessageId
  /** See conversation.ts. */
  readonly lane: string
  readonly place: string
  readonly state: DeliveryState
  /** Incremented by every write. A write applies only to the revision that was read. */
  readonly revision: number
  readonly plannedAt: string
  readonly changedAt: string
  /** The attempts that count towards the back-off. A destination's own failures do not. */
  readonly attemptCount: number
  /** The last 20 attempts. */
  readonly attempts: readonly Attempt[]
  readonly firstAttemptAt?: string | undefined
  /** `waiting` and `in-doubt` only. */
  readonly nextAttemptAt?: string | undefined
  /** `delivering` only: the token of the current lease, and its end. */
  readonly lease?: string | undefined
  readonly leaseUntil?: string | undefined
  /** The tokens of the last 20 leases. A late acknowledgement of one of them still counts. */
  readonly leases: readonly string[]
  /** Whether the receiver may have received the message before, although no attempt confirmed it. */
  readonly possiblyDoubled?: true | undefined
  readonly replay?: true | undefined
  /** Why the delivery waits, is in doubt, is quarantined or was handled. */
  readonly reason?: Reason | undefined
  readonly remote?: Remote | undefined
  /** When the sweep looks at the delivery. Absent once nothing remains to be done. */
  readonly dueAt?: string | undefined
}

export const isEnded = ({ state }: Pick<Delivery, 'state'>): boolean => state === 'delivered' || state === 'handled'
/** Whether the delivery no longer holds back its conversation. */
export const leftLane = (delivery: Pick<Delivery, 'state'>): boolean =>
  isEnded(delivery) || delivery.state === 'quarantined'

export const deliveryIdOf = (destinationId: string, messageId: MessageId): string => `${destinationId}.${messageId}`

export type OutcomeResult = 'delivered' | 'temporary' | 'permanent' | 'in-doubt'

/** The result of one attempt. Adapters return it and never throw for expected failures. */
export interface Outcome {
  readonly result: OutcomeResult
  /** Whether a failure concerns this message or the destination itself. */
  readonly scope: 'message' | 'destination'
  readonly code: string
  readonly detail: string
  readonly remedy: string
  readonly bytes: number
  /** The earliest ISO time of the next attempt, at most 24 hours ahead. */
  readonly retryAfter?: string | undefined
  /** Whether the destination asked not to be sent to any more. */
  readonly suspend?: true | undefined
  readonly remote?: Remote | undefined
}

/** The deliveries table. Transitions of a row are pure functions (transitions.ts). */
export interface DeliveryLedger {
  /** Reads with strong consistency. */
  read(deliveryId: string): Promise<Delivery | undefined>
  readMany(deliveryIds: readonly string[]): Promise<Delivery[]>
  /** @returns false if the row exists */
  create(delivery: Delivery): Promise<boolean>
  /**
   * Replaces the row. `next.revision` is `read.revision + 1`.
   * @returns false if the row no longer has the revision of `read`
   */
  replace(read: Delivery, next: Delivery): Promise<boolean>
  /** @returns deliveries of the destination with `dueAt` until this time, re-read from the table, oldest first */
  due(destinationId: string, until: string, limit: number): Promise<Delivery[]>
}

/** Marks an open delivery in its lane. */
export interface Marker {
  readonly lane: string
  readonly place: string
  readonly deliveryId: string
}

export interface OpenLanes {
  /** Writes the marker. A repeated write has no effect. */
  add(marker: Marker): Promise<void>
  /** @returns the oldest open delivery of the lane, read with strong consistency */
  head(lane: string): Promise<Marker | undefined>
  remove(marker: Marker): Promise<void>
}
