import type { Account } from './account.ts'
import type { AccountStatus } from './account-status.ts'

/** The account as the API shows it: no password, and nothing that names where the secret lies. */
export const accountViewOf = (account: Account, queueName: string | undefined, status: AccountStatus | undefined) => {
  const { credential, dispatching, mailboxEpoch: _epoch, version: _version, ...shown } = account
  return {
    ...shown,
    authentication: credential.method,
    dispatching: { ...dispatching, ...(dispatching.by === 'queue' && queueName !== undefined && { queueName }) },
    status: statusViewOf(status),
  }
}
export type AccountView = ReturnType<typeof accountViewOf>

const statusViewOf = (status: AccountStatus | undefined) => ({
  ...(status?.lastRun && { lastRun: status.lastRun }),
  ...(status?.lastSuccessAt && { lastSuccessAt: status.lastSuccessAt }),
  ...(status?.lastError && { lastError: status.lastError }),
  ...(status?.nextFetchAt && { nextFetchAt: status.nextFetchAt }),
  ...(status?.oldestWaitingAt && { oldestWaitingAt: status.oldestWaitingAt }),
})
