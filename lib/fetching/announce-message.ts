import type { Message } from '../messages/message.ts'
import { errorNameOf } from './failures.ts'
import type { FetchContext } from './part.ts'

/**
 * Announces a stored message and marks it as announced.
 *
 * @returns false if the topic did not confirm. The message then stays on the server, and the next run or the dispatch
 *   function's sweep announces it again with the same ID.
 */
export const announceMessage = async ({ services, log }: FetchContext, row: Message): Promise<boolean> => {
  try {
    await services.announcer.announce(row)
    await services.ledger.markAnnounced(row.messageId, new Date(services.now()).toISOString())
  } catch (error) {
    const detail = `The announcement was not confirmed (${errorNameOf(error)}). Postmaster will send it again.`
    log.event('announcement-failed', detail, row.messageId)
    return false
  }
  log.count('announced')
  return true
}
