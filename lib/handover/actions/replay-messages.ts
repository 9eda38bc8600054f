import type { Actor } from '../../audit/audit-entry.ts'
import type { MessageId } from '../../messages/message.ts'
import { ProblemError, problemCatalogue } from '../../reasons/problem.ts'
import type { Reason } from '../../reasons/reason.ts'
import type { Delivery } from '../ledger/delivery.ts'
import type { ActionServices } from './change-delivery.ts'
import { replayMessage } from './redirect-and-replay.ts'

/** In milliseconds. The API times out after 30 seconds, and one message can take a few. */
const startWithin = 20_000

/** What became of one message: its delivery, or why there is none. */
export type Replayed = { readonly messageId: MessageId } & (
  | { readonly delivery: Delivery }
  | { readonly problem: Reason }
)

/**
 * Hands messages over to one destination, one after another in the given order. A message whose delivery is open, or
 * that does not exist, does not stop the others. After 20 seconds, the others are answered with `not-tried`.
 * @throws ProblemError `not-found` if the destination does not exist
 */
export const replayMessages = async (
  services: ActionServices,
  { messageIds, destinationId }: { readonly messageIds: readonly MessageId[]; readonly destinationId: string },
  by: Actor,
): Promise<Replayed[]> => {
  if (!(await services.destinations.read(destinationId)))
    throw new ProblemError('not-found', 'There is no destination with this id.')
  const end = services.now().getTime() + startWithin
  const replayed: Replayed[] = []
  for (const messageId of new Set(messageIds))
    replayed.push(
      services.now().getTime() < end
        ? await replayOne(services, { messageId, destinationId }, by)
        : { messageId, problem: notTried },
    )
  return replayed
}

const replayOne = async (...[services, what, by]: Parameters<typeof replayMessage>): Promise<Replayed> => {
  const { messageId } = what
  try {
    return { messageId, delivery: await replayMessage(services, what, by) }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const { code, message: detail } = error
    return { messageId, problem: { code, detail, remedy: problemCatalogue[code].remedy } }
  }
}

const notTried: Reason = {
  code: 'not-tried',
  detail: 'The request ran out of time before it came to this message.',
  remedy: 'Send the message again in another request.',
}
