import type { ListOptions, ListPosition } from '../tables/list-by-kind.ts'
import type { Replaced } from '../tables/named-rows.ts'
import type { DefaultQueueSetting } from './dispatching-rows.ts'
import { builtInQueue, type Queue, type SystemAddress } from './queue.ts'

/** The built-in queue as the store answers it: it has no row, so its dates say nothing. */
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

/** Queues by id and name. The built-in queue can be read, but is in no list and cannot be written. */
export interface QueueStore {
  read(queueId: string): Promise<Queue | undefined>
  /** In no particular order; missing ones are left out. */
  readMany(queueIds: readonly string[]): Promise<Queue[]>
  /** By name. */
  list(options: ListOptions): Promise<{ queues: Queue[]; next?: ListPosition }>
  /** False when the name is taken. */
  create(queue: Queue): Promise<boolean>
  replace(queue: Queue, previous: Queue): Promise<Replaced>
  /** False when it has another version by now. */
  remove(queue: Queue): Promise<boolean>
}

/** System addresses; their own lower-case text is the key. */
export interface SystemAddressStore {
  read(address: string): Promise<SystemAddress | undefined>
  /** By address. */
  list(options: ListOptions): Promise<{ addresses: SystemAddress[]; next?: ListPosition }>
  ofQueue(queueId: string, limit: number): Promise<SystemAddress[]>
  /** False when there is one. */
  create(address: SystemAddress): Promise<boolean>
  /** False when it no longer has version `expected`. */
  replace(address: SystemAddress, expected: number): Promise<boolean>
  remove(address: string, expected: number): Promise<boolean>
}

export interface DefaultQueueStore {
  /** Undefined until somebody sets one: the built-in queue is the default then. */
  read(): Promise<DefaultQueueSetting | undefined>
  write(setting: DefaultQueueSetting): Promise<void>
}

/** The mail accounts that are dispatched by this queue, whatever their validity. */
export interface AccountsOfQueue {
  accountsOf(queueId: string, limit: number): Promise<{ host: string; username: string }[]>
}
