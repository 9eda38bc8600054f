/** Wakes a lane. It carries no work: the worker takes the lane's oldest open delivery from the table. */
export interface Wake {
  readonly destinationId: string
  readonly lane: string
  /** The delivery that causes the wake, its revision, and the sweep's minute, which make the deduplication id unique. */
  readonly deliveryId: string
  readonly revision: number
  readonly minute?: string | undefined
  /** Whether this is the one attempt that an open circuit allows. */
  readonly probe?: true | undefined
}

export interface WakeQueue {
  /**
   * @param concurrency the number of message groups of the destination
   * @returns the wakes that the queue did not accept
   */
  send(wakes: readonly { readonly wake: Wake; readonly concurrency: number }[]): Promise<readonly Wake[]>
}
