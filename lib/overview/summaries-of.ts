import type { AccountId, ListedAccount } from '../accounts/account.ts'
import type { AccountConnections } from '../accounts/account-oauth2.ts'
import type { AccountQueues } from '../accounts/account-services.ts'
import type { AccountStatus } from '../accounts/account-status.ts'
import { type AccountHealth, accountHealthOf } from '../accounts/health/account-health.ts'
import type { ReceiverCounts } from '../accounts/health/no-receiver.ts'
import type { AccountReader } from '../accounts/store/account-store.ts'
import { queueIdOf, readQueueNames, readRivals } from '../accounts/view/account-view.ts'
import { runStates } from '../runs/run.ts'
import type { Clock } from '../text/clock.ts'
import type { AccountSummary } from './account-summary.ts'

export interface SummaryServices {
  readonly accounts: Pick<AccountReader, 'readMany'>
  readonly queues: AccountQueues
  readonly connections: Pick<AccountConnections, 'readMany'>
  readonly overview: ReceiverCounts
  readonly now: Clock
}

/** What is known about accounts besides their settings, by id. */
export interface Known {
  readonly statuses: ReadonlyMap<AccountId, AccountStatus>
  readonly runs: ReadonlyMap<AccountId, AccountSummary['run']>
}

/** @returns the summaries in the given order */
export const summariesOf = async (
  services: SummaryServices,
  accounts: readonly ListedAccount[],
  { statuses, runs }: Known,
): Promise<AccountSummary[]> => {
  const now = services.now()
  const usesOAuth2 = accounts.some(({ credential }) => credential.method === 'oauth2')
  const [queueNames, connections, rivalsOf, receivers] = await Promise.all([
    readQueueNames(accounts, services),
    usesOAuth2 ? services.connections.readMany(accounts, now) : undefined,
    readRivals(accounts, statuses, services),
    accounts.length === 0 ? undefined : services.overview.readReceivers(),
  ])
  return accounts.map((account) => {
    const { accountId, credential, dispatching, version, createdAt: _made, changedAt: _changed, ...shown } = account
    const status = statuses.get(accountId)
    const oauth2 = connections?.get(accountId)
    const health = accountHealthOf(status, account, now, { oauth2, rivals: rivalsOf.get(accountId) ?? [], receivers })
    const queueName = queueNames.get(queueIdOf(account) ?? '')
    const run = runs.get(accountId)
    const lastRun = lastRunOf(status)
    return {
      accountId,
      ...shown,
      etag: `"${version}"`,
      authentication: credential.method,
      dispatching: { ...dispatching, ...(dispatching.by === 'queue' && queueName !== undefined && { queueName }) },
      ...(oauth2 && { oauth2: connectionOf(oauth2) }),
      health: shownHealthOf(health),
      ...(run && { run }),
      ...(lastRun && { lastRun }),
      ...(status?.oldestWaitingAt !== undefined && { oldestWaitingAt: status.oldestWaitingAt }),
    }
  })
}

const connectionOf = ({ profileId, profileName, state }: NonNullable<AccountSummary['oauth2']>) => ({
  profileId,
  ...(profileName !== undefined && { profileName }),
  state,
})

/** The most urgent of several warnings is the first one. */
const shownHealthOf = ({ state, detail, cause, code, remedy, since, nextTryAt, warnings }: AccountHealth) => {
  const shownCode = code ?? warnings?.[0]?.code
  return {
    state,
    detail,
    ...(cause !== undefined && { cause }),
    ...(shownCode !== undefined && { code: shownCode }),
    ...(remedy !== undefined && { remedy }),
    ...(since !== undefined && { since }),
    ...(nextTryAt !== undefined && { nextTryAt }),
  }
}

const lastRunOf = (status: AccountStatus | undefined): AccountSummary['lastRun'] => {
  const { runId, state, endedAt, stored } = status?.lastRun ?? {}
  const known = runStates.find((one) => one === state)
  if (runId === undefined || known === undefined || endedAt === undefined) return undefined
  return { runId, state: known, endedAt, stored: stored ?? 0 }
}
