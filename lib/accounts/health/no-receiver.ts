import type { Reason } from '../../reasons/reason.ts'

/** How many programs received mail at the latest tick. */
export interface CountedReceivers {
  readonly destinations: number
  readonly subscriptions: number
}

/** The port to the count of the latest tick, implemented in lib/overview. */
export interface ReceiverCounts {
  /** @returns undefined before the first tick has counted them */
  readReceivers(): Promise<CountedReceivers | undefined>
}

/** True only if the receivers were counted. */
export const isReceivedByNone = (counted: CountedReceivers | undefined): boolean =>
  counted !== undefined && counted.destinations + counted.subscriptions === 0

export const noReceiver: Reason = {
  code: 'no-receiver',
  detail:
    'No valid destination and no subscriber of the announcement topic receives mail, so Postmaster stores it but hands it over to no one.',
  remedy:
    'Add a destination for your ticket system, make one valid, or subscribe your program to the announcement topic and confirm the subscription. Postmaster counts them at every tick.',
}
