import type { Account, AccountId } from '../accounts/account.ts'
import { accountNameOf } from '../accounts/account-mailbox.ts'
import type { AccountConnections } from '../accounts/account-oauth2.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import { accountHealthOf } from '../accounts/health/account-health.ts'
import type { AccountReader } from '../accounts/store/account-store.ts'
import type { AccountStatusStore } from '../schedule/account-status-store.ts'
import type { Clock } from '../text/clock.ts'
import { type FailingAccount, type Overview, shownItems } from './overview.ts'

export interface FailingServices {
  readonly accounts: Pick<AccountReader, 'readMany'>
  readonly statuses: Pick<AccountStatusStore, 'failing'>
  readonly connections: Pick<AccountConnections, 'readMany'>
  readonly now: Clock
}

/** DynamoDB's batch: enough for the list even if many of these accounts were deleted or changed since they failed. */
const statusesPerPage = 100
const mostPages = 3

/**
 * Finds the accounts that are failing now, the longest failing first. A run changes the index when it ends, so that an
 * account that has recovered is not in it.
 * @param counted how many there were at the latest tick, for the case that there are too many to read
 */
export const failingAccounts = async (services: FailingServices, counted: number): Promise<Overview['failing']> => {
  const found: FailingAccount[] = []
  let pages = 0
  for await (const statuses of services.statuses.failing(statusesPerPage)) {
    found.push(...(await failingAmong(services, statuses)))
    pages += 1
    if (pages === mostPages) return listOf(found, Math.max(found.length, counted))
  }
  return listOf(found, found.length)
}

const listOf = (found: readonly FailingAccount[], total: number) => ({ total, items: found.slice(0, shownItems) })

const failingAmong = async (
  services: FailingServices,
  statuses: readonly AccountStatus[],
): Promise<FailingAccount[]> => {
  const now = services.now()
  const found = await services.accounts.readMany(statuses.map(({ accountId }) => accountId))
  const accounts = new Map(found.map((account) => [account.accountId, account]))
  const usesOAuth2 = found.some(({ credential }) => credential.method === 'oauth2')
  const connections = usesOAuth2 ? await services.connections.readMany(found, now) : new Map<AccountId, undefined>()
  return statuses.flatMap((status) => {
    const account = accounts.get(status.accountId)
    if (!account) return []
    const {
      state,
      since,
      code,
      remedy,
      nextTryAt,
      detail,
      cause = detail,
    } = accountHealthOf(status, account, now, {
      oauth2: connections.get(account.accountId),
    })
    if (state !== 'failing') return []
    return [
      {
        ...namedFields(account),
        failingSince: since ?? status.lastError?.since ?? status.lastError?.at ?? now.toISOString(),
        code: code ?? '',
        detail: cause,
        remedy: remedy ?? '',
        ...(nextTryAt !== undefined && { nextTryAt }),
      },
    ]
  })
}

/** The fields with which people recognise an account. */
export const namedFields = (account: Pick<Account, 'accountId' | 'username' | 'mailbox' | 'host' | 'type'>) => ({
  accountId: account.accountId,
  name: accountNameOf(account),
  username: account.username,
  host: account.host,
  type: account.type,
})
