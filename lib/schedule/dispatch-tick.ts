import { closeLostRuns } from './close-lost-runs.ts'
import type { DispatchServices } from './dispatch-services.ts'
import { sendDueAccounts } from './send-due-accounts.ts'
import { sweepUnannounced } from './sweep-unannounced.ts'
import { takeOverChanges } from './take-over-changes.ts'

export interface TickReport {
  readonly slot: string
  readonly changed: number
  readonly due: number
  readonly refused: number
  readonly announced: number
  readonly announcementsFailed: number
  readonly lostRuns: number
  /** Steps that met an error; the others were done all the same. */
  readonly failedSteps: readonly FailedStep[]
}

export interface FailedStep {
  readonly step: 'changes' | 'due accounts' | 'announcements' | 'lost runs'
  readonly error: unknown
}

/**
 * One tick of the schedule. What people wait for comes first; the sweeps take what time is left. No step keeps another from its work:
 * the caller reports `failedSteps`, and the next tick does again what was left.
 * @param time the event's own time, ISO. It is the slot as it is: rounding it would skip ticks at some phases of the rule
 * @param mayGoOn false when the function's time is nearly used up
 */
export const dispatchTick = async (
  services: DispatchServices,
  time: string,
  mayGoOn: () => boolean,
): Promise<TickReport> => {
  const slot = Date.parse(time)
  const failedSteps: FailedStep[] = []
  const attempt = async <T>(step: FailedStep['step'], work: Promise<T>, nothing: T): Promise<T> => {
    try {
      return await work
    } catch (error) {
      failedSteps.push({ step, error })
      return nothing
    }
  }
  const changed = await attempt('changes', takeOverChanges(services, slot), 0)
  const sent = await attempt('due accounts', sendDueAccounts(services, slot), { due: 0, refused: 0 })
  const swept = await attempt('announcements', sweepUnannounced(services, mayGoOn), { announced: 0, failed: 0 })
  const lostRuns = await attempt('lost runs', closeLostRuns(services, mayGoOn), 0)
  const { announced, failed: announcementsFailed } = swept
  return { slot: new Date(slot).toISOString(), changed, ...sent, announced, announcementsFailed, lostRuns, failedSteps }
}
