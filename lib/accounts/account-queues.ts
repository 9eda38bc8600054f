import type { validities } from './account.ts'

/** A queue, valid or not, as the form and the view of an account need it. */
export interface AccountQueue {
  readonly queueId: string
  readonly name: string
  readonly validity: (typeof validities)[number]
}

/** Reads the current queues without caching, so that an admin can choose a queue that was just created. */
export interface AccountQueues {
  readMany(queueIds: readonly string[]): Promise<AccountQueue[]>
}

/** @returns the field's error if the queue cannot be chosen; undefined if it can */
export const wrongQueue = async (queueId: string, queues: AccountQueues): Promise<string | undefined> => {
  const [queue] = await queues.readMany([queueId])
  if (!queue) return 'is not the id of a queue'
  return queue.validity === 'valid' ? undefined : `is the id of a queue that is ${queue.validity}`
}
