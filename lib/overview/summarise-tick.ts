import type { AccountRemovals } from '../accounts/store/account-removals.ts'
import type { AccountStore } from '../accounts/store/account-store.ts'
import type { AccountStatusStore } from '../schedule/account-status-store.ts'
import type { TickReport } from '../schedule/tick/dispatch-tick.ts'
import type { Clock } from '../text/clock.ts'
import { currentError } from './failing-now.ts'
import type { AccountCounts, OverviewStore } from './overview-store.ts'

export interface SummariseTickServices {
  readonly accounts: Pick<AccountStore, 'listed' | 'readMany'>
  readonly removals: Pick<AccountRemovals, 'since'>
  readonly statuses: Pick<AccountStatusStore, 'failing'>
  readonly overview: Pick<OverviewStore, 'readTick' | 'writeTick'>
  readonly now: Clock
}

/** DynamoDB limits a page to 1 MB anyway, which is about 2,500 accounts. */
const accountsPerPage = 5_000
/** In milliseconds. Indexes lag behind the rows, and a removal is noted before it happens. */
const overlap = 2 * 60_000

/** What a tick found out about the accounts, for the metrics. */
export interface TickFigures {
  readonly failing: number
  /** How many accounts are not fetched until a person consents again. Accounts that were never connected do not count. */
  readonly reauthorizationNeeded: number
  /** When the account that has failed longest began to fail (ISO). Absent if none is failing. */
  readonly longestFailingSince?: string
}

/**
 * Writes what the overview shows of a tick. The accounts are counted again only if some were changed or removed since
 * the last count. The failing ones have an index of their own.
 */
export const summariseTick = async (
  services: SummariseTickServices,
  { slot, changed, due, refused }: Pick<TickReport, 'slot' | 'changed' | 'due' | 'refused'>,
): Promise<TickFigures> => {
  const { removals, overview, now } = services
  const writtenAt = now().toISOString()
  const before = await overview.readTick()
  const since = before && new Date(Date.parse(before.writtenAt) - overlap).toISOString()
  const isOutdated = changed > 0 || since === undefined || (await removals.since(since)).length > 0
  const totals = before && !isOutdated ? totalsIn(before.accounts) : await countAccounts(services)
  const { awaitingConsent, ...figures } = await countFailing(services)
  const accounts = { ...totals, failing: figures.failing, awaitingConsent }
  await overview.writeTick({ writtenAt, slot, accountsDue: due, accountsQueued: due - refused, accounts })
  return figures
}

type Totals = Pick<AccountCounts, 'total' | 'valid' | 'notCollected'>

const totalsIn = ({ total, valid, notCollected }: AccountCounts): Totals => ({ total, valid, notCollected })

const countAccounts = async ({ accounts }: SummariseTickServices): Promise<Totals> => {
  let [total, valid] = [0, 0]
  let after: string | undefined
  do {
    const page = await accounts.listed(accountsPerPage, after)
    total += page.accounts.length
    valid += page.accounts.filter(({ validity }) => validity === 'valid').length
    after = page.next
  } while (after !== undefined)
  return { total, valid, notCollected: total - valid }
}

/** Accounts that were deleted, switched off or changed after their latest run do not count as failing. */
const countFailing = async ({
  accounts,
  statuses,
}: SummariseTickServices): Promise<TickFigures & Pick<AccountCounts, 'awaitingConsent'>> => {
  let [failing, awaitingConsent, reauthorizationNeeded] = [0, 0, 0]
  let longestFailingSince: string | undefined
  for await (const page of statuses.failing()) {
    const statusOf = new Map(page.map((status) => [status.accountId, status]))
    for (const account of await accounts.readMany([...statusOf.keys()])) {
      const status = statusOf.get(account.accountId)
      const lastError = status && currentError(status, account)
      if (!lastError) continue
      const isTried = status.nextFetchAt !== undefined
      if (!isTried) awaitingConsent += 1
      if (lastError.code === neverConnected) continue
      failing += 1
      if (!isTried) reauthorizationNeeded += 1
      const { since = lastError.at } = lastError
      if (longestFailingSince === undefined || since < longestFailingSince) longestFailingSince = since
    }
  }
  return {
    failing,
    awaitingConsent,
    reauthorizationNeeded,
    ...(longestFailingSince !== undefined && { longestFailingSince }),
  }
}

/** An account that waits for its first consent does not fail. */
const neverConnected = 'consent-missing'
