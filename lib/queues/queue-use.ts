import * as z from 'zod'
import { accountNameOf } from '../accounts/account-mailbox.ts'
import { ProblemError } from '../reasons/problem.ts'
import { TableStore } from '../tables/table-store.ts'
import { namedList, namedUsers } from '../text/names.ts'
import type { DefaultQueueStore } from './default-queue.ts'
import type { Queue } from './queue.ts'
import { namedReceivers, type QueueReceivers } from './queue-receivers.ts'
import type { SystemAddressStore } from './system-address-store.ts'

/** The only attributes of the accounts table that are read here. */
const accountOfQueueSchema = z.object({ queueId: z.string().optional(), host: z.string(), username: z.string() })

/** Finds the mail accounts that dispatch to a queue, whatever their validity. */
export class AccountsOfQueue extends TableStore {
  async accountsOf(queueId: string, limit: number): Promise<{ host: string; username: string }[]> {
    const page = await this.table.query({ index: 'by-queue', partition: ['queueId', queueId], limit })
    const rows = (await this.table.rowsOf(page)).map((row) => accountOfQueueSchema.parse(row))
    // The index is eventually consistent.
    return rows.filter((row) => row.queueId === queueId).map(({ host, username }) => ({ host, username }))
  }
}

interface QueueUsers {
  readonly accountsOfQueue: AccountsOfQueue
  readonly addresses: SystemAddressStore
  readonly defaultQueue: DefaultQueueStore
  readonly receivers: QueueReceivers
}

/**
 * Refuses to delete a queue in use. This is not a lock. An account saved at the same moment may still refer to the
 * queue. Dispatching then uses the default queue and reports it.
 * @throws ProblemError `queue-in-use`, which lists the accounts, system addresses, destinations and the
 * default-queue setting that use the queue
 */
export const refuseWhenInUse = async (
  { accountsOfQueue, addresses, defaultQueue, receivers }: QueueUsers,
  { queueId, name }: Queue,
): Promise<void> => {
  const [accounts, systemAddresses, setting, destinations] = await Promise.all([
    accountsOfQueue.accountsOf(queueId, namedUsers + 1),
    addresses.ofQueue(queueId, namedUsers + 1),
    defaultQueue.read(),
    receivers.all(),
  ])
  const uses = [
    ...usedBy('mail accounts', accounts.map(accountNameOf)),
    ...usedBy(
      'system addresses',
      systemAddresses.map(({ address }) => address),
    ),
    ...usedBy('destinations', namedReceivers(queueId, destinations)),
    ...(setting?.queueId === queueId ? ['as the default queue'] : []),
  ]
  if (uses.length > 0) throw new ProblemError('queue-in-use', `${name} is used ${uses.join('; ')}.`)
}

const usedBy = (kind: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`by the ${kind} ${namedList(names)}`]
