import type { Clock } from '../text/clock.ts'
import type { OverviewStore, TickSummary } from './overview-store.ts'

/**
 * In ticks: 25 minutes at the default rate. The rule may fire late, and a tick takes up to five minutes. From this age
 * on, the overview says that the schedule is not running, and an alarm goes off.
 */
export const overdueAfter = 2.5

/** @returns how many ticks ago the latest tick wrote its summary, as a fraction */
export const tickAgeOf = ({ writtenAt }: Pick<TickSummary, 'writtenAt'>, now: Date, tickMinutes: number): number =>
  (now.getTime() - Date.parse(writtenAt)) / (tickMinutes * 60_000)

export interface LatestTickServices {
  readonly overview: Pick<OverviewStore, 'readTick'>
  readonly tickMinutes: number
  readonly now: Clock
}

/**
 * @param since counts as a tick as long as there is none, so that the age of a new deployment begins at zero and then
 *   grows
 * @returns the age of the latest tick in ticks
 */
export const latestTickAge = async ({ overview, tickMinutes, now }: LatestTickServices, since: Date): Promise<number> =>
  tickAgeOf((await overview.readTick()) ?? { writtenAt: since.toISOString() }, now(), tickMinutes)
