import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import { writesSideBySide } from '../tables/tables.ts'
import { lookAgainAfter, lookAgainAt } from './account-status-store.ts'
import type { DispatchServices } from './dispatch-services.ts'
import { periodOf } from './fetch-interval.ts'
import type { FetchJob } from './fetch-job.ts'

/**
 * Asks for one run of every account that is due at `slot` plus half a period: measuring from the slot and not from the end of the
 * last run keeps a ten-minute account at ten minutes.
 * @returns how many runs were asked for, and how many the queue refused (they stay due and come with the next tick)
 */
export const sendDueAccounts = async (
  services: DispatchServices,
  slot: number,
): Promise<{ readonly due: number; readonly refused: number }> => {
  const until = new Date(slot + periodOf(services.tickMinutes) / 2).toISOString()
  const side = pLimit(writesSideBySide)
  let due = 0
  let refused = 0
  for await (const accountIds of services.statuses.due(until)) {
    const fetchable = await onlyFetchable(services, accountIds, new Date(slot + lookAgainAfter).toISOString())
    const jobs = await side.map(fetchable, (accountId) => askForRun(services, accountId, new Date(slot).toISOString()))
    refused += (await services.queue.send(jobs)).length
    due += jobs.length
  }
  return { due, refused }
}

/** Removes deleted accounts from the due index and puts off those that are not valid. What cannot be read stays, and waits for its repair. */
const onlyFetchable = async (
  { accounts, statuses }: DispatchServices,
  accountIds: readonly string[],
  lookAgain: string,
) => {
  const found = new Map((await accounts.readMany(accountIds)).map((account) => [account.accountId, account]))
  const existing = await accounts.existing(accountIds.filter((accountId) => !found.has(accountId)))
  const fetchable: string[] = []
  for (const accountId of accountIds) {
    const account = found.get(accountId)
    if (!account) {
      if (!existing.has(accountId)) await statuses.remove(accountId)
    } else if (account.validity !== 'valid') await statuses.change(accountId, lookAgainAt(accountId, lookAgain))
    else fetchable.push(accountId)
  }
  return fetchable
}

/** EventBridge delivers a tick at least once: the run's id follows from account and slot, so a second delivery asks for nothing new. */
const askForRun = async ({ runs, now }: DispatchServices, accountId: string, slot: string): Promise<FetchJob> => {
  const runId = createHash('sha256')
    .update(JSON.stringify([accountId, slot]))
    .digest('hex')
    .slice(0, 26)
  await runs.ask({
    runId,
    accountId,
    trigger: 'schedule',
    slot,
    askedAt: new Date(now()).toISOString(),
    askedBy: 'schedule',
  })
  return { kind: 'tick', accountId, runId, slot }
}
