import type { validities } from './account.ts'

/** A queue as an account's form and view need it, invalid ones too. */
export interface AccountQueue {
  readonly queueId: string
  readonly name: string
  readonly validity: (typeof validities)[number]
}

/** Reads queues as they are now: an admin who has just made one must be able to choose it. */
export interface AccountQueues {
  readMany(queueIds: readonly string[]): Promise<AccountQueue[]>
}

/** What is wrong with choosing a queue, in words for its field; `undefined` when it may be chosen. */
export const wrongQueue = async (queueId: string, queues: AccountQueues): Promise<string | undefined> => {
  const [queue] = await queues.readMany([queueId])
  if (!queue) return 'is not the id of a queue'
  return queue.validity === 'valid' ? undefined : `is the id of a queue that is ${queue.validity}`
}
