import type { Run } from '../../runs/run.ts'
import { statusOfEndedRun } from '../ended-run.ts'
import { type DispatchServices, eachAlone, type OnFailed } from './dispatch-services.ts'

/**
 * Milliseconds after the start of a run's latest part, or after its request, until the run counts as lost. A part ends
 * within nine minutes. In an overloaded deployment, a queued run may wait longer than this. It then counts as lost too
 * early, but still runs when its job is received.
 */
const lostAfter = 2 * 60 * 60_000

const lost = {
  code: 'lost',
  detail: 'No end of the run was recorded within two hours. Its job was lost, or its process crashed without a trace.',
  remedy:
    'No mail is lost. The next run fetches the mailbox again. If the error recurs, check the dead-letter queue and search the fetch function’s log for this run ID.',
} as const

/**
 * Closes runs that never ended, so that no run stays `running` forever, and records this in their accounts' status.
 *
 * @returns the number of runs closed
 */
export const closeLostRuns = async (
  services: DispatchServices,
  mayGoOn: () => boolean,
  onFailed: OnFailed,
): Promise<number> => {
  const before = new Date(services.now().getTime() - lostAfter).toISOString()
  let count = 0
  for await (const open of services.runs.openBefore(before)) {
    const silent = open.filter((run) => lastSignOf(run) < before)
    count += (await eachAlone(silent, (run) => closeLostRun(services, run), onFailed)).filter(Boolean).length
    if (!mayGoOn()) break
  }
  return count
}

const lastSignOf = ({ partStartedAt, startedAt, askedAt }: Run): string => partStartedAt ?? startedAt ?? askedAt

const closeLostRun = async ({ runs, statuses, now }: DispatchServices, run: Run): Promise<boolean> => {
  const at = now().toISOString()
  const closed: Run = { ...run, state: 'lost', endedAt: at, error: lost }
  if (!(await runs.saveOpen(closed))) return false
  const before = await statuses.read(run.accountId)
  await statuses.change(run.accountId, statusOfEndedRun(closed, before), { unlessRunEndedSince: lastSignOf(run) })
  return true
}
