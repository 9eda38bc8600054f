import { planMessage } from '../planning/plan-message.ts'
import type { OnFailed, RepairServices } from './sweep-services.ts'

/** SQS sends an announcement up to three times within this time, in milliseconds. */
const plannedAfter = 10 * 60_000
/** The time after which an unplanned message counts as missing, in milliseconds: five sweeps could have planned it. */
const missingAfter = 15 * 60_000
/** Planning takes about 50 ms, so this takes 25 s at most and leaves time for the deliveries that are due. */
const mostPlanned = 500

export interface UnplannedSweep {
  readonly planned: number
  /** The messages that were announced 15 minutes ago and that no earlier sweep planned. */
  readonly overdue: number
}

/**
 * Plans the messages whose announcement was lost, or whose planning failed. A message that was not announced is left to
 * the sweep of announcements.
 */
export const sweepUnplanned = async (
  services: RepairServices,
  mayGoOn: () => boolean,
  onFailed: OnFailed,
): Promise<UnplannedSweep> => {
  const { plans, now } = services
  const before = (pause: number) => new Date(now().getTime() - pause).toISOString()
  let [planned, overdue, tried] = [0, 0, 0]
  for await (const messageIds of plans.unplanned(before(plannedAfter))) {
    for (const { message, unplanned } of await plans.readMany(messageIds)) {
      const { messageId, state, announcedAt } = message
      if (!unplanned || state !== 'announced' || announcedAt === undefined) continue
      if (announcedAt > before(plannedAfter)) continue
      if (announcedAt < before(missingAfter)) overdue += 1
      if (!mayGoOn() || tried === mostPlanned) continue
      tried += 1
      try {
        await planMessage(services, messageId)
        planned += 1
      } catch (error) {
        onFailed(error)
      }
    }
    if (!mayGoOn() || tried === mostPlanned) break
  }
  return { planned, overdue }
}
