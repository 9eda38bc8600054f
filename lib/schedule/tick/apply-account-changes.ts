import type { Account } from '../../accounts/account.ts'
import { type AccountStatus, listedAsOf } from '../../accounts/account-status.ts'
import { checkAgainAfter, checkAgainAt, dueAt, isScheduled } from '../account-status-store.ts'
import { type DispatchServices, eachAlone, type OnFailed } from './dispatch-services.ts'

/**
 * Changes made up to this many milliseconds before the cursor are read again, because the change index is eventually
 * consistent and clocks differ.
 */
const overlap = 2 * 60_000

/**
 * Updates the due index for the accounts that the API changed since the last tick. New and repaired accounts become due
 * in this slot. Accounts that must not be fetched are checked again after a day. The operation is idempotent.
 *
 * @param slot the tick's slot in milliseconds since the epoch. The rule may fire late, and an account due at the
 *   current time would then wait for the next tick.
 * @returns the number of accounts processed without an error
 */
export const applyAccountChanges = async (
  services: DispatchServices,
  slot: number,
  onFailed: OnFailed,
): Promise<number> => {
  const { accounts, statuses, now } = services
  const began = now().toISOString()
  const cursor = await statuses.readChangeCursor()
  const since = cursor === undefined ? new Date(0) : new Date(Date.parse(cursor) - overlap)
  let count = 0
  let upTo = began
  for await (const accountIds of accounts.changedSince(since.toISOString())) {
    const changed = await accounts.readMany(accountIds)
    const known = new Map((await statuses.readMany(accountIds)).map((status) => [status.accountId, status]))
    const apply = (account: Account) => applyChange(services, account, known.get(account.accountId), slot)
    const failed = new Set<string>()
    await eachAlone(changed, apply, (accountId, error) => {
      failed.add(accountId)
      onFailed(accountId, error)
    })
    // The next tick reads the failed changes and all later changes again.
    for (const { accountId, changedAt } of changed) if (failed.has(accountId) && changedAt < upTo) upTo = changedAt
    count += changed.length - failed.size
  }
  await statuses.writeChangeCursor(upTo)
  return count
}

const applyChange = async (
  { statuses }: DispatchServices,
  account: Account,
  status: AccountStatus | undefined,
  slot: number,
) => {
  const { accountId } = account
  const dueSince = new Date(slot).toISOString()
  const dueNow = dueAt(accountId, dueSince)
  if (account.validity !== 'valid') {
    const checkAgain = checkAgainAt(accountId, new Date(slot + checkAgainAfter).toISOString())
    // An account that is not fetched does not count as failing.
    const listed = status?.listedAs === 'failing' && listedAsOf(accountId, undefined)
    if (status?.nextFetchAt !== undefined || listed) await statuses.change(accountId, { ...checkAgain, ...listed })
    return
  }
  if (!status) return await statuses.ensure(accountId, dueNow)
  if (waitsForConsent(status) && (status.lastRun?.startedAt ?? '') > account.changedAt) return
  const changedSinceFailure = status.lastError !== undefined && status.lastError.at < account.changedAt
  const mayBeEarlier = changedSinceFailure && (status.nextFetchAt ?? '') > dueSince
  if (!isScheduled(status) || mayBeEarlier) await statuses.change(accountId, dueNow)
}

/** True if the latest run failed and no next run is scheduled. See `recordFailure`. */
const waitsForConsent = ({ lastError, nextFetchAt }: AccountStatus): boolean =>
  lastError !== undefined && nextFetchAt === undefined
