import pLimit from 'p-limit'
import type { Account } from '../accounts/account.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import { writesSideBySide } from '../tables/tables.ts'
import { dueAt, lookAgainAfter, lookAgainAt } from './account-status-store.ts'
import type { DispatchServices } from './dispatch-services.ts'

/** The change index is eventually consistent and clocks differ: what changed this long before the cursor is looked at again. */
const overlap = 2 * 60_000

/**
 * Brings the due index up to date with the accounts the API changed since the last tick: new and repaired accounts become due in this
 * slot, accounts that must not be fetched are only looked at again after a day. Doing it twice changes nothing.
 * @param slot of the tick, milliseconds since the epoch: a rule may fire late in it, and what is due "now" would then wait for the next
 * @returns how many accounts it looked at
 */
export const takeOverChanges = async (services: DispatchServices, slot: number): Promise<number> => {
  const { accounts, statuses, now } = services
  const began = now()
  const cursor = await statuses.readChangeCursor()
  const since = cursor === undefined ? new Date(0) : new Date(Date.parse(cursor) - overlap)
  const side = pLimit(writesSideBySide)
  let count = 0
  for await (const accountIds of accounts.changedSince(since.toISOString())) {
    const changed = await accounts.readMany(accountIds)
    const known = new Map((await statuses.readMany(accountIds)).map((status) => [status.accountId, status]))
    await side.map(changed, (account) => takeOver(services, account, known.get(account.accountId), slot))
    count += changed.length
  }
  await statuses.writeChangeCursor(new Date(began).toISOString())
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
