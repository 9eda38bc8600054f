import type { Message } from '../messages/message.ts'
import type { FetchContext } from './fetch-context.ts'

/**
 * Announces a stored message and marks it. False when the topic did not confirm: the message then stays on the server, and the next
 * run or dispatch's sweep announces it again under the same id.
 */
export const announceMessage = async ({ services, log }: FetchContext, row: Message): Promise<boolean> => {
  try {
    await services.announcer.announce(row)
    await services.ledger.markAnnounced(row.messageId, new Date(services.now()).toISOString())
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown'
    log.event(
      'announcement-failed',
      `The announcement was not confirmed (${name}); it will be repeated.`,
      row.messageId,
    )
    return false
  }
  log.count('announced')
  return true
}
