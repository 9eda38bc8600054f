import * as z from 'zod'

/** The body of a message on the delivery queue. */
export const wakeSchema = z.object({
  destinationId: z.string().min(1),
  lane: z.string().min(1),
  /** The delivery that causes the wake, its revision, and the sweep's slot, which make the deduplication id unique. */
  deliveryId: z.string().min(1),
  revision: z.int(),
  minute: z.string().optional(),
  /** Whether this is the one attempt that an open circuit allows. */
  probe: z.literal(true).optional(),
})

/** Wakes a lane. It carries no work: the worker takes the lane's oldest open delivery from the table. */
export type Wake = Readonly<z.infer<typeof wakeSchema>>

/** A wake, and the number of message groups of its destination. */
export interface WakeJob {
  readonly wake: Wake
  readonly concurrency: number
}

export interface WakeQueue {
  /** @returns the wakes that the queue did not accept. The sweep sends them again. */
  send(jobs: readonly WakeJob[]): Promise<readonly Wake[]>
}
