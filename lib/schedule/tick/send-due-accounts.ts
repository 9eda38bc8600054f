import { createHash } from 'node:crypto'
import type { Account } from '../../accounts/account.ts'
import type { AskedRun } from '../../runs/run.ts'
import { endRefusedRun } from '../../runs/run-store.ts'
import { checkAgainAfter, checkAgainAt } from '../account-status-store.ts'
import { periodOf } from '../ended-run.ts'
import type { FetchJob } from '../fetch-queue.ts'
import { type DispatchServices, eachAlone, type OnFailed } from './dispatch-services.ts'

/**
 * Requests a run of every account that is due by `slot` plus half a period. Measuring from the slot rather than from
 * the end of the last run keeps a ten-minute interval at ten minutes.
 *
 * @returns how many runs were requested, and how many the queue refused. The accounts of refused runs stay due for the
 *   next tick.
 */
export const sendDueAccounts = async (
  services: DispatchServices,
  slot: number,
  onFailed: OnFailed,
): Promise<{ readonly due: number; readonly refused: number }> => {
  const { runs, queue, statuses, now } = services
  const until = new Date(slot + periodOf(services.tickMinutes) / 2).toISOString()
  let due = 0
  let refused = 0
  for await (const accountIds of statuses.due(until)) {
    const fetchable = await onlyFetchable(
      services,
      accountIds,
      new Date(slot + checkAgainAfter).toISOString(),
      onFailed,
    )
    const asked = await eachAlone(fetchable, ({ accountId }) => askForRun(services, accountId, slot), onFailed)
    const refusedJobs = new Set((await queue.send(asked.map(jobOf))).map(({ runId }) => runId))
    const refusedRuns = asked.filter(({ runId }) => refusedJobs.has(runId))
    await eachAlone(refusedRuns, (run) => endRefusedRun(runs, run, now()), onFailed)
    due += asked.length
    refused += refusedRuns.length
  }
  return { due, refused }
}

/**
 * Removes deleted accounts from the due index and postpones those that are not valid. Unreadable accounts stay in the
 * index until they are repaired.
 */
const onlyFetchable = async (
  { accounts, statuses }: DispatchServices,
  accountIds: readonly string[],
  checkAgain: string,
  onFailed: OnFailed,
): Promise<Account[]> => {
  const found = await accounts.readMany(accountIds)
  const readable = new Set(found.map(({ accountId }) => accountId))
  const others = accountIds.filter((accountId) => !readable.has(accountId))
  const existing = await accounts.existing(others)
  const gone = others.filter((accountId) => !existing.has(accountId)).map((accountId) => ({ accountId }))
  await eachAlone(gone, ({ accountId }) => statuses.remove(accountId), onFailed)
  const isValid = ({ validity }: Account) => validity === 'valid'
  const putOff = ({ accountId }: Account) => statuses.change(accountId, checkAgainAt(accountId, checkAgain))
  await eachAlone(
    found.filter((account) => !isValid(account)),
    putOff,
    onFailed,
  )
  return found.filter(isValid)
}

/**
 * Derives the run's ID from account and slot. EventBridge may deliver a tick more than once, and a second delivery must
 * not request another run.
 */
const askForRun = async ({ runs, now }: DispatchServices, accountId: string, time: number): Promise<TickRun> => {
  const slot = new Date(time).toISOString()
  const runId = createHash('sha256')
    .update(JSON.stringify([accountId, slot]))
    .digest('hex')
    .slice(0, 26)
  const askedAt = now().toISOString()
  const run: TickRun = { runId, accountId, trigger: 'schedule', slot, askedAt, askedBy: 'schedule' }
  await runs.ask(run)
  return run
}

type TickRun = AskedRun & { readonly slot: string }

const jobOf = ({ accountId, runId, slot }: TickRun): FetchJob => ({ kind: 'tick', accountId, runId, slot })
