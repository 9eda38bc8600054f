import { applyAccountChanges } from './apply-account-changes.ts'
import { checkMailboxes } from './check-mailboxes.ts'
import { closeLostRuns } from './close-lost-runs.ts'
import type { DispatchServices, OnFailed } from './dispatch-services.ts'
import { sendDueAccounts } from './send-due-accounts.ts'
import { sweepUnannounced } from './sweep-unannounced.ts'

export interface TickReport {
  readonly slot: string
  readonly changed: number
  readonly due: number
  readonly refused: number
  readonly announced: number
  readonly announcementsFailed: number
  readonly lostRuns: number
  /** One list of account IDs for each shared mailbox. Empty unless this tick performed the daily check. */
  readonly sharedMailboxes: readonly (readonly string[])[]
  /** The steps that failed at least partly, each at most once. */
  readonly failedSteps: readonly FailedStep[]
}

export interface FailedStep {
  readonly step:
    | 'changes'
    | 'due accounts'
    | 'announcements'
    | 'lost runs'
    | 'mailbox claims'
    | 'overview'
    | 'receivers'
    | 'notices'
  /** The first error. */
  readonly error: unknown
  /** The accounts for which the step failed. Empty if the step ended early. */
  readonly accountIds: readonly string[]
}

/**
 * Executes one tick of the schedule. The steps that people wait for come first, and the sweeps use the remaining time.
 * A failed step does not stop other steps, and a failed account does not stop other accounts. The caller reports
 * `failedSteps`, and the next tick repeats the failed work.
 *
 * @param time the event's own time (ISO). It is the slot without rounding, because rounding would skip ticks at some
 *   phases of the rule.
 * @param mayGoOn returns false when the function has almost run out of time
 */
export const dispatchTick = async (
  services: DispatchServices,
  time: string,
  mayGoOn: () => boolean,
): Promise<TickReport> => {
  const slot = Date.parse(time)
  const failedSteps: FailedStep[] = []
  const attempt = async <T>(step: FailedStep['step'], work: (onFailed: OnFailed) => Promise<T>, nothing: T) => {
    const failures: { accountId?: string; error: unknown }[] = []
    const result = await work((accountId, error) => failures.push({ accountId, error })).catch((error: unknown) => {
      failures.unshift({ error })
      return nothing
    })
    const [first] = failures
    const accountIds = failures.flatMap(({ accountId }) => accountId ?? [])
    if (first) failedSteps.push({ step, error: first.error, accountIds })
    return result
  }
  const changed = await attempt('changes', (onFailed) => applyAccountChanges(services, slot, onFailed), 0)
  const sent = await attempt('due accounts', (onFailed) => sendDueAccounts(services, slot, onFailed), noneSent)
  const swept = await attempt('announcements', () => sweepUnannounced(services, mayGoOn), noneSwept)
  const lostRuns = await attempt('lost runs', (onFailed) => closeLostRuns(services, mayGoOn, onFailed), 0)
  const sharedMailboxes = await attempt('mailbox claims', (onFailed) => checkMailboxes(services, mayGoOn, onFailed), [])
  const { announced, failed: announcementsFailed } = swept
  return {
    slot: new Date(slot).toISOString(),
    changed,
    ...sent,
    announced,
    announcementsFailed,
    lostRuns,
    sharedMailboxes,
    failedSteps,
  }
}

const noneSent = { due: 0, refused: 0 }
const noneSwept = { announced: 0, failed: 0 }
