import type { DispatchServices } from './dispatch-services.ts'
import { slotOf } from './fetch-interval.ts'
import { sendDueAccounts } from './send-due-accounts.ts'
import { closeLostRuns, sweepUnannounced } from './sweep.ts'
import { takeOverChanges } from './take-over-changes.ts'

export interface TickReport {
  readonly slot: string
  readonly changed: number
  readonly due: number
  readonly refused: number
  readonly announced: number
  readonly announcementsFailed: number
  readonly lostRuns: number
}

/**
 * One tick of the schedule. What people wait for comes first; the sweeps take what time is left.
 * @param time the event's own time, ISO: a late delivery still belongs to its slot
 * @param mayGoOn false when the function's time is nearly used up
 */
export const dispatchTick = async (
  services: DispatchServices,
  time: string,
  mayGoOn: () => boolean,
): Promise<TickReport> => {
  const slot = slotOf(Date.parse(time), services.tickMinutes)
  const changed = await takeOverChanges(services, slot)
  const { due, refused } = await sendDueAccounts(services, slot)
  const { announced, failed } = await sweepUnannounced(services, mayGoOn)
  const lostRuns = await closeLostRuns(services, mayGoOn)
  const report = { changed, due, refused, announced, announcementsFailed: failed, lostRuns }
  return { slot: new Date(slot).toISOString(), ...report }
}
