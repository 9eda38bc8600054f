import type { Account } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { type AccountView, accountViewOf } from './account-view.ts'

type ViewServices = Pick<AccountServices, 'queues' | 'statuses' | 'now'>

/** Accounts with their queues' names and their status, in the given order. */
export const viewAccounts = async (accounts: readonly Account[], services: ViewServices): Promise<AccountView[]> => {
  const [queueNames, statuses] = await Promise.all([
    readQueueNames(accounts, services),
    services.statuses.readMany(accounts.map(({ accountId }) => accountId)),
  ])
  const statusOf = new Map(statuses.map((status) => [status.accountId, status]))
  const now = services.now()
  return accounts.map((account) =>
    accountViewOf(account, queueNames.get(queueIdOf(account) ?? ''), statusOf.get(account.accountId), now),
  )
}

const queueIdOf = ({ dispatching }: Account) => (dispatching.by === 'queue' ? dispatching.queueId : undefined)

const readQueueNames = async (accounts: readonly Account[], { queues }: ViewServices): Promise<Map<string, string>> => {
  const ids = new Set(accounts.map(queueIdOf).filter((queueId) => queueId !== undefined))
  const found = ids.size === 0 ? [] : await queues.readMany([...ids])
  return new Map(found.map(({ queueId, name }) => [queueId, name]))
}
