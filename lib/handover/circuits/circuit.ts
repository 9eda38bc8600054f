import type { Reason } from '../../reasons/reason.ts'

/**
 * An open circuit: the destination itself fails, so its deliveries wait in order and do not use up attempts. There is no
 * circuit while the destination works.
 */
export interface Circuit {
  readonly openedAt: string
  readonly nextProbeAt: string
  /** The number of probes that failed. */
  readonly probes: number
  /** Present once the destination has failed for 24 hours, or asked to be suspended. */
  readonly suspendedAt?: string | undefined
  /** When admins were notified of the suspension. */
  readonly noticedAt?: string | undefined
  readonly reason: Reason
  readonly revision: number
}

export interface Circuits {
  read(destinationId: string): Promise<Circuit | undefined>
  /** Opens the circuit, or records a failed probe in an open one. */
  open(destinationId: string, why: Reason, at: string, suspend: boolean): Promise<Circuit>
  /** @returns whether the caller may send the one probe that is due; `next` is when the following one is due */
  takeProbe(destinationId: string, read: Circuit, next: string): Promise<boolean>
  /** @returns whether a circuit was open */
  close(destinationId: string): Promise<boolean>
}

/** The latest figures of a destination, written by the sweep and shown with the destination. */
export interface DestinationFigures {
  readonly at: string
  /** Deliveries that have not ended and are not quarantined. Counted up to 1,000. */
  readonly open: number
  readonly oldestOpenAt?: string | undefined
  readonly inDoubt: number
  readonly quarantined: number
  /** Pull destinations only: since when no agent has asked for deliveries. Absent if one asked within 15 minutes. */
  readonly agentSilentSince?: string | undefined
}
