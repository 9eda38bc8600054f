import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import { dueAt, lookAgainAfter, lookAgainAt } from './account-status-store.ts'
import type { DispatchServices } from './dispatch-services.ts'
import { eachAlone, type OnFailed } from './each-alone.ts'

/** The change index is eventually consistent and clocks differ: what changed this long before the cursor is looked at again. */
const overlap = 2 * 60_000

/**
 * Brings the due index up to date with the accounts the API changed since the last tick: new and repaired accounts become due in this
 * slot, accounts that must not be fetched are only looked at again after a day. Doing it twice changes nothing.
 * @param slot of the tick, milliseconds since the epoch: a rule may fire late in it, and what is due "now" would then wait for the next
 * @returns how many accounts it looked at
 */
export const takeOverChanges = async (
  services: DispatchServices,
  slot: number,
  onFailed: OnFailed,
): Promise<number> => {
  const { accounts, statuses, now } = services
  const began = now()
  const cursor = await statuses.readChangeCursor()
  const since = cursor === undefined ? new Date(0) : new Date(Date.parse(cursor) - overlap)
  let count = 0
  let upTo = new Date(began).toISOString()
  for await (const accountIds of accounts.changedSince(since.toISOString())) {
    const changed = await accounts.readMany(accountIds)
    const known = new Map((await statuses.readMany(accountIds)).map((status) => [status.accountId, status]))
    const take = (account: Account) => takeOver(services, account, known.get(account.accountId), slot)
    const failed = new Set<string>()
    await eachAlone(changed, take, (accountId, error) => {
      failed.add(accountId)
      onFailed(accountId, error)
    })
    // The next tick reads the changes that could not be taken over again, and everything behind them.
    for (const { accountId, changedAt } of changed) if (failed.has(accountId) && changedAt < upTo) upTo = changedAt
    count += changed.length - failed.size
  }
  await statuses.writeChangeCursor(upTo)
  return count
}

const takeOver = async (
  { statuses }: DispatchServices,
  account: Account,
  status: AccountStatus | undefined,
  slot: number,
) => {
  const { accountId } = account
  const dueSince = new Date(slot).toISOString()
  const dueNow = dueAt(accountId, dueSince)
  if (account.validity !== 'valid') {
    const lookAgain = lookAgainAt(accountId, new Date(slot + lookAgainAfter).toISOString())
    if (status?.nextFetchAt !== undefined) await statuses.change(accountId, lookAgain)
    return
  }
  if (!status) return await statuses.ensure(accountId, dueNow)
  if (waitsForConsent(status) && (status.lastRun?.startedAt ?? '') > account.changedAt) return
  const changedSinceFailure = status.lastError !== undefined && status.lastError.at < account.changedAt
  const mayBeEarlier = changedSinceFailure && (status.nextFetchAt ?? '') > dueSince
  if (status.nextFetchAt === undefined || mayBeEarlier) await statuses.change(accountId, dueNow)
}

/** Its latest run failed and there is no next one: see `recordFailure`. An account that was not valid has no run behind its change. */
const waitsForConsent = ({ lastError, nextFetchAt }: AccountStatus): boolean =>
  lastError !== undefined && nextFetchAt === undefined
