import type { ListOptions, ListPosition } from '../tables/list-by-kind.ts'
import type { Replaced } from '../tables/named-rows.ts'
import { builtInQueue, type Queue, type SystemAddress } from './queue.ts'
import type { DefaultQueueSetting } from './queue-rows.ts'

/** The built-in queue as returned by the store. It has no row, so its dates have no meaning. */
export const builtInQueueRecord: Queue = {
  ...builtInQueue,
  validity: 'valid',
  comment: '',
  version: 1,
  createdAt: '1970-01-01T00:00:00.000Z',
  createdBy: 'postmaster',
  changedAt: '1970-01-01T00:00:00.000Z',
  changedBy: 'postmaster',
}

/** Stores queues. The built-in queue can be read, but it is not in any list and cannot be written. */
export interface QueueStore {
  read(queueId: string): Promise<Queue | undefined>
  /** @returns the queues in no particular order, without missing ones */
  readMany(queueIds: readonly string[]): Promise<Queue[]>
  /** Lists queues by name. */
  list(options: ListOptions): Promise<{ queues: Queue[]; next?: ListPosition }>
  /** @returns false if the name is taken */
  create(queue: Queue): Promise<boolean>
  replace(queue: Queue, previous: Queue): Promise<Replaced>
  /** @returns false if the version has changed */
  remove(queue: Queue): Promise<boolean>
}

/** Stores system addresses. The key is the address in lower case. */
export interface SystemAddressStore {
  read(address: string): Promise<SystemAddress | undefined>
  /** Lists system addresses in the order of their text. */
  list(options: ListOptions): Promise<{ addresses: SystemAddress[]; next?: ListPosition }>
  ofQueue(queueId: string, limit: number): Promise<SystemAddress[]>
  /** @returns false if the address already exists */
  create(address: SystemAddress): Promise<boolean>
  /** @returns false if the version is no longer `expected` */
  replace(address: SystemAddress, expected: number): Promise<boolean>
  remove(address: string, expected: number): Promise<boolean>
}

export interface DefaultQueueStore {
  /** @returns undefined if no default queue was set; the built-in queue is then the default */
  read(): Promise<DefaultQueueSetting | undefined>
  write(setting: DefaultQueueSetting): Promise<void>
}

/** Finds the mail accounts that dispatch to a queue, whatever their validity. */
export interface AccountsOfQueue {
  accountsOf(queueId: string, limit: number): Promise<{ host: string; username: string }[]>
}
