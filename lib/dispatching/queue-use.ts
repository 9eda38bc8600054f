import { mailboxUserOf } from '../accounts/mailbox-key.ts'
import { ProblemError } from '../problems/problem.ts'
import type { DispatchingServices } from './dispatching-services.ts'
import type { Queue } from './queue.ts'

/** Enough to start working on; the rest is told as "and more". */
const namedUsers = 5

/**
 * Not a lock: an account saved in the same moment may still name the queue, and dispatching then falls back to the
 * default queue and says so.
 * @throws ProblemError `queue-in-use` naming accounts, system addresses and the default-queue setting that use it
 */
export const refuseWhenInUse = async (
  { accountsOfQueue, addresses, defaultQueue }: DispatchingServices,
  { queueId, name }: Queue,
): Promise<void> => {
  const [accounts, systemAddresses, setting] = await Promise.all([
    accountsOfQueue.accountsOf(queueId, namedUsers + 1),
    addresses.ofQueue(queueId, namedUsers + 1),
    defaultQueue.read(),
  ])
  const uses = [
    ...named(
      'mail accounts',
      accounts.map((account) => `${mailboxUserOf(account)} on ${account.host}`),
    ),
    ...named(
      'system addresses',
      systemAddresses.map(({ address }) => address),
    ),
    ...(setting?.queueId === queueId ? ['as the default queue'] : []),
  ]
  if (uses.length > 0) throw new ProblemError('queue-in-use', `${name} is used ${uses.join('; ')}.`)
}

const named = (kind: string, users: readonly string[]): string[] => {
  if (users.length === 0) return []
  const more = users.length > namedUsers ? ' and more' : ''
  return [`by the ${kind} ${users.slice(0, namedUsers).join(', ')}${more}`]
}
