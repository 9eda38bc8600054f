import type { Account } from '../account.ts'
import type { AccountServices } from '../account-services.ts'
import type { AccountStatus } from '../account-status.ts'
import { mailboxKeyOf } from '../mailbox-key.ts'
import type { AccountReader } from '../store/account-store.ts'
import { type AccountView, accountViewOf } from './account-view.ts'

export interface ViewServices extends Pick<AccountServices, 'queues' | 'statuses' | 'connections' | 'now'> {
  readonly accounts: Pick<AccountReader, 'readMany'>
}

/** @returns the accounts with the names of their queues, their status and their connection, in the given order */
export const viewAccounts = async (accounts: readonly Account[], services: ViewServices): Promise<AccountView[]> => {
  const now = services.now()
  const [queueNames, statuses, oauth2Of] = await Promise.all([
    readQueueNames(accounts, services),
    services.statuses.readMany(accounts.map(({ accountId }) => accountId)),
    services.connections.readMany(accounts, now),
  ])
  const statusOf = new Map(statuses.map((status) => [status.accountId, status]))
  const rivalsOf = await readRivals(accounts, statusOf, services)
  return accounts.map((account) => {
    const { accountId } = account
    const queueName = queueNames.get(queueIdOf(account) ?? '')
    const rivals = rivalsOf.get(accountId) ?? []
    const oauth2 = oauth2Of.get(accountId)
    return accountViewOf(account, { queueName, status: statusOf.get(accountId), oauth2, rivals }, now)
  })
}

const queueIdOf = ({ dispatching }: Account) => (dispatching.by === 'queue' ? dispatching.queueId : undefined)

const readQueueNames = async (accounts: readonly Account[], { queues }: ViewServices): Promise<Map<string, string>> => {
  const ids = new Set(accounts.map(queueIdOf).filter((queueId) => queueId !== undefined))
  const found = ids.size === 0 ? [] : await queues.readMany([...ids])
  return new Map(found.map(({ queueId, name }) => [queueId, name]))
}

/** @returns for each account's id, the other valid accounts that collect the same mailbox */
const readRivals = async (
  accounts: readonly Account[],
  statusOf: ReadonlyMap<string, AccountStatus>,
  services: ViewServices,
): Promise<Map<string, Account[]>> => {
  const named = (accountId: string) => statusOf.get(accountId)?.sameMailbox ?? []
  const ids = new Set(accounts.flatMap(({ accountId }) => named(accountId)))
  if (ids.size === 0) return new Map()
  const known = new Map((await services.accounts.readMany([...ids])).map((account) => [account.accountId, account]))
  const rivals = (account: Account) =>
    named(account.accountId)
      .flatMap((accountId) => known.get(accountId) ?? [])
      .filter((other) => other.validity === 'valid' && mailboxKeyOf(other) === mailboxKeyOf(account))
  return new Map(accounts.map((account) => [account.accountId, rivals(account)]))
}
