import type { Circuit } from '../../../../lib/handover/circuits/circuit.ts'
import type { Destination } from '../../../../lib/handover/destinations/destination.ts'
import { type Delivery, leftLane } from '../../../../lib/handover/ledger/delivery.ts'
import type { Marker } from '../../../../lib/handover/ledger/open-lanes.ts'
import type { WakeJob } from '../../../../lib/handover/planning/wake.ts'
import type { Message } from '../../../../lib/messages/message.ts'

export interface MessageRow {
  readonly message: Message
  readonly unplanned: boolean
  readonly plannedFor?: readonly string[]
}

/** What the indexes of the tables contain. They are behind the tables. */
export interface Indexes {
  readonly due: readonly { readonly deliveryId: string; readonly destinationId: string; readonly dueAt: string }[]
  readonly messages: ReadonlyMap<string, MessageRow>
  readonly destinations: readonly Destination[]
}

const indexesKept = 6

/** The tables in memory, and what the verdict needs to know about their history. */
export class Memory {
  time = Date.parse('2026-03-02T09:00:00.000Z')
  /** Counts the effects. */
  stepCount = 0
  readonly messages = new Map<string, MessageRow>()
  readonly rows = new Map<string, Delivery>()
  readonly lanes = new Map<string, Map<string, Marker>>()
  readonly circuits = new Map<string, Circuit>()
  readonly destinations = new Map<string, Destination>()
  readonly tagged = new Set<string>()
  readonly wakes: WakeJob[] = []
  /** All messages of the model are newer than this. */
  balancedUntil = '2026-03-02T07:00:00.000Z'
  #indexes: Indexes[] = []

  /** The deliveries, and the step at which their marker or row was first written. */
  readonly known = new Map<string, { readonly lane: string; readonly place: string; readonly since: number }>()
  /** The deliveries that ended or were quarantined at some time. A person may bring them back, out of order. */
  readonly everLeft = new Set<string>()
  /** The deliveries that a person retried, redirected, handled or replayed. */
  readonly touched = new Set<string>()
  /**
   * The deliveries that a person added by a replay or a redirection. A worker that looks at the lane between the marker
   * and the row may remove the marker, and until the sweep writes it again, later mail overtakes the delivery.
   */
  readonly added = new Set<string>()
  /** The destinations that the messages had to be planned for, when that was decided, and by a person later. */
  readonly decisions = new Map<string, Set<string>>()
  readonly violations: string[] = []
  /** Every step, if the run is traced. */
  trace: string[] | undefined

  get at(): string {
    return new Date(this.time).toISOString()
  }

  pass(seconds: number): void {
    this.time += seconds * 1000
    this.index()
  }

  /** Brings one more version of the indexes up to date. */
  index(): void {
    const due = [...this.rows.values()].flatMap(({ deliveryId, destinationId, dueAt }) =>
      dueAt === undefined ? [] : [{ deliveryId, destinationId, dueAt }],
    )
    const current = { due, messages: new Map(this.messages), destinations: [...this.destinations.values()] }
    this.#indexes = [...this.#indexes, current].slice(-indexesKept)
  }

  /** @param age from 0 (up to date) to below 1 (as far behind as the model allows) */
  indexes(age: number): Indexes {
    const found = this.#indexes.at(-1 - Math.floor(age * this.#indexes.length))
    if (!found) throw new Error('The model has no index yet')
    return found
  }

  openLane(lane: string): Map<string, Marker> {
    const markers = this.lanes.get(lane) ?? new Map<string, Marker>()
    this.lanes.set(lane, markers)
    return markers
  }

  know({ lane, place, deliveryId }: Marker): void {
    if (!this.known.has(deliveryId)) this.known.set(deliveryId, { lane, place, since: this.stepCount })
  }

  write(next: Delivery): void {
    this.rows.set(next.deliveryId, next)
    if (leftLane(next)) this.everLeft.add(next.deliveryId)
  }
}
