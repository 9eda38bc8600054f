import { hash } from 'node:crypto'
import type { Account } from '../../accounts/account.ts'
import { endRefusedRun } from '../../runs/run-store.ts'
import { batchesOf } from '../../tables/items.ts'
import { checkAgainAfter, checkAgainAt } from '../account-status-store.ts'
import { periodOf } from '../ended-run.ts'
import { runOfTick, type TickJob } from '../fetch-queue.ts'
import { type DispatchServices, eachAlone, type OnFailed } from './dispatch-services.ts'

/** Few calls, because DynamoDB reads 100 rows at a time, and jobs start before the last accounts are read. */
const accountsPerStep = 1000

/**
 * Sends a job for every account that is due by `slot` plus half a period. Measuring from the slot rather than from the
 * end of the last run keeps a ten-minute interval at ten minutes. The run has no row until it has something to show. A
 * tick that is never taken shows in the account's status, which says that the account is overdue.
 *
 * @returns how many jobs were sent, and how many the queue refused. The accounts of refused runs stay due for the
 *   next tick.
 */
export const sendDueAccounts = async (
  services: DispatchServices,
  slot: number,
  onFailed: OnFailed,
): Promise<{ readonly due: number; readonly refused: number }> => {
  const until = new Date(slot + periodOf(services.tickMinutes) / 2).toISOString()
  const checkAgain = new Date(slot + checkAgainAfter).toISOString()
  const shown: string[] = []
  for await (const accountIds of services.statuses.due(until)) shown.push(...accountIds)
  let due = 0
  let refused = 0
  for (const accountIds of batchesOf(shown, accountsPerStep)) {
    const fetchable = await onlyFetchable(services, accountIds, { until, checkAgain }, onFailed)
    const jobs = fetchable.map(({ accountId }) => tickJobOf(accountId, slot))
    const refusedJobs = (await services.queue.send(jobs)).filter((job) => job.kind === 'tick')
    await eachAlone(refusedJobs, (job) => endRefusedRun(services.runs, runOfTick(job), services.now()), onFailed)
    due += jobs.length
    refused += refusedJobs.length
  }
  return { due, refused }
}

/**
 * Leaves out the accounts that are due only later. Removes deleted accounts from the due index and postpones those that
 * are not valid. Unreadable accounts stay in the index until they are repaired.
 */
const onlyFetchable = async (
  { accounts, statuses }: DispatchServices,
  accountIds: readonly string[],
  { until, checkAgain }: { readonly until: string; readonly checkAgain: string },
  onFailed: OnFailed,
): Promise<Account[]> => {
  const [found, known] = await Promise.all([accounts.readMany(accountIds), statuses.readMany(accountIds)])
  const nextOf = new Map(known.map(({ accountId, nextFetchAt = '' }) => [accountId, nextFetchAt]))
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
  return found.filter((account) => isValid(account) && (nextOf.get(account.accountId) ?? '') <= until)
}

/**
 * Derives the run's ID from account and slot. EventBridge may deliver a tick more than once, and a second delivery must
 * not request another run.
 */
const tickJobOf = (accountId: string, time: number): TickJob => {
  const slot = new Date(time).toISOString()
  const runId = hash('sha256', JSON.stringify([accountId, slot])).slice(0, 26)
  return { kind: 'tick', accountId, runId, slot }
}
