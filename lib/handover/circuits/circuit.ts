import type { Reason } from '../../reasons/reason.ts'

/**
 * An open circuit: the destination itself fails, so its deliveries wait in order and do not use up attempts. There is no
 * circuit while the destination works.
 */
export interface Circuit {
  readonly openedAt: string
  readonly nextProbeAt: string
  /** The number of probes that began. A probe that succeeds closes the circuit. */
  readonly probes: number
  /** Present once the destination has failed for 24 hours, or asked to be suspended. */
  readonly suspendedAt?: string | undefined
  readonly reason: Reason
  readonly revision: number
}

/** A failure of the destination itself. An `Outcome` is one. */
export interface DestinationFailure extends Reason {
  /** The earliest ISO time of the next probe, if the destination named one. */
  readonly retryAfter?: string | undefined
}
