import type { Leased } from '../../../lib/handover/agents/agent-protocol.ts'
import type { StartedProcess } from '../host/process-group.ts'

/** Why a mail was not handed over. */
export interface Failure {
  /** `destination`: the ticket system or this host fails, so that its other mail would fail as well. */
  readonly scope: 'message' | 'destination'
  readonly permanent: boolean
  /** Whether the ticket system may have the mail anyway. */
  readonly inDoubt: boolean
  /** Present if the ticket system itself answered, and neither the agent nor the host decided. */
  readonly answered?: true
  readonly code: string
  readonly detail: string
  readonly remedy: string
}

export type Verdict =
  | { readonly result: 'delivered'; readonly ticket?: string; readonly note?: string }
  | { readonly result: 'failed'; readonly failure: Failure }

/** A mail that was fetched completely. */
export interface Parcel {
  readonly leased: Leased
  /** The path of the raw mail. */
  readonly file: string
}

/** The agent's side of the ticket system. */
export interface Receiver {
  /** Whether a mail that may have arrived can be handed over again without creating a second ticket. */
  readonly repeatable: boolean
  /** @returns why this delivery must not be tried at all */
  refusal?(leased: Leased): Failure | undefined
  deliver(parcel: Parcel, onStarted: (started: StartedProcess) => void): Promise<Verdict>
  /** Ends what is running, without waiting. */
  endAtOnce?(): void
}

export const failed = (failure: Failure): Verdict => ({ result: 'failed', failure })
