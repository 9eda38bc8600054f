import type { Account } from './account.ts'
import type { AccountServices } from './account-services.ts'
import { type AccountView, accountViewOf } from './account-view.ts'

export type ViewServices = Pick<AccountServices, 'queues' | 'statuses' | 'connections' | 'now'>

/** Accounts with their queues' names, their status and how they are connected, in the given order. */
export const viewAccounts = async (accounts: readonly Account[], services: ViewServices): Promise<AccountView[]> => {
  const now = services.now()
  const [queueNames, statuses, oauth2Of] = await Promise.all([
    readQueueNames(accounts, services),
    services.statuses.readMany(accounts.map(({ accountId }) => accountId)),
    services.connections.readMany(accounts, now),
  ])
  const statusOf = new Map(statuses.map((status) => [status.accountId, status]))
  return accounts.map((account) => {
    const { accountId } = account
    const queueName = queueNames.get(queueIdOf(account) ?? '')
    return accountViewOf(account, { queueName, status: statusOf.get(accountId), oauth2: oauth2Of.get(accountId) }, now)
  })
}

const queueIdOf = ({ dispatching }: Account) => (dispatching.by === 'queue' ? dispatching.queueId : undefined)

const readQueueNames = async (accounts: readonly Account[], { queues }: ViewServices): Promise<Map<string, string>> => {
  const ids = new Set(accounts.map(queueIdOf).filter((queueId) => queueId !== undefined))
  const found = ids.size === 0 ? [] : await queues.readMany([...ids])
  return new Map(found.map(({ queueId, name }) => [queueId, name]))
}
