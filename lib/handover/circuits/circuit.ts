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

export interface Circuits {
  read(destinationId: string): Promise<Circuit | undefined>
  /** Opens the circuit. If it is already open, records why the destination still fails. */
  open(destinationId: string, why: DestinationFailure, at: string, suspend: boolean): Promise<Circuit>
  /**
   * Takes the probe that is due, and counts it.
   * @param next when the following probe is due (see `probeAfter`)
   * @returns whether the caller may send the probe; false if another caller took it
   */
  takeProbe(destinationId: string, read: Circuit, next: string): Promise<boolean>
  /** Makes the next probe due now, because a person expects the destination to work. Does nothing without a circuit. */
  probeNow(destinationId: string, at: string): Promise<void>
  /** @returns whether a circuit was open */
  close(destinationId: string): Promise<boolean>
}
