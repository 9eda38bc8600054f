import type { Message } from '../messages/message.ts'
import type { FetchContext } from './fetch-context.ts'
import { errorNameOf } from './fetch-errors.ts'

/**
 * Announces a stored message and marks it. False when the topic did not confirm: the message then stays on the server, and the next
 * run or dispatch's sweep announces it again under the same id.
 */
export const announceMessage = async ({ services, log }: FetchContext, row: Message): Promise<boolean> => {
  try {
    await services.announcer.announce(row)
    await services.ledger.markAnnounced(row.messageId, new Date(services.now()).toISOString())
  } catch (error) {
    const words = `The announcement was not confirmed (${errorNameOf(error)}); it will be repeated.`
    log.event('announcement-failed', words, row.messageId)
    return false
  }
  log.count('announced')
  return true
}
