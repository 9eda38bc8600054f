import * as z from 'zod'
import { TableStore } from '../../tables/table-store.ts'
import { type Message, type MessageId, messageSchema } from '../message.ts'
import { contentKeyOf } from './message-ledger.ts'

const erasableRowSchema = messageSchema.extend({
  unannounced: z.string().optional(),
  unplanned: z.string().optional(),
  plannedFor: z.array(z.string()).optional(),
})

/** A message with what decides whether it can be erased now, and where else its content may be. */
export interface ErasableMessage {
  readonly message: Message
  /** Whether the message still has to be announced, or its deliveries are still being planned. */
  readonly underWay: boolean
  /** The destinations for which the message has deliveries. */
  readonly destinationIds: readonly string[]
}

/** Messages with the same bytes. Nearly always, the first page contains all of them. */
const pageSize = 100

/** The rows of the messages table as erasing reads and changes them. */
export class MessageErasures extends TableStore {
  /**
   * @returns the message and the ones that repeat the same mail, because the mailbox's identity changed. All of them have
   * the same content. The result is empty if there is no message with this id.
   */
  async withRepeats(messageId: MessageId): Promise<ErasableMessage[]> {
    const row = await this.table.get(messageId)
    if (!row) return []
    const { accountId, sha256, sameAs = messageId } = messageSchema.parse(row)
    const found = new Map([[messageId, row]])
    const partition = ['contentKey', contentKeyOf(accountId, sha256)] as const
    for await (const rows of this.table.pages({ index: 'by-content', partition, limit: pageSize }))
      for (const one of await this.table.rowsOf({ rows })) found.set(String(one.messageId), one)
    return [...found.values()]
      .map((one) => erasableRowSchema.parse(one))
      .filter((one) => (one.sameAs ?? one.messageId) === sameAs)
      .map(({ unannounced, unplanned, plannedFor = [], ...message }) => ({
        message,
        underWay: unannounced !== undefined || unplanned !== undefined,
        destinationIds: plannedFor,
      }))
  }

  /**
   * Removes everything from a row that quotes the message. What identifies the message on the mail server stays, and so
   * does the SHA-256, which recognises the message after UIDVALIDITY or all UIDLs have changed. A row that was erased
   * before keeps its first time and person.
   * @returns false if the message is gone, or has to be announced or planned
   */
  async erase(messageId: MessageId, erased: NonNullable<Message['erased']>): Promise<boolean> {
    return await this.table.update(
      messageId,
      {
        text:
          'SET #state = :state, #erased = if_not_exists(#erased, :erased), #reason.#detail = :detail, ' +
          '#control = :control, #ignoredControl = :ignored REMOVE #header, #headerKey, #automatic',
        values: { state: 'erased', erased, detail: 'The message was erased.', control: {}, ignored: [] },
      },
      {
        text: 'attribute_exists(#messageId) AND attribute_not_exists(#unannounced) AND attribute_not_exists(#unplanned)',
      },
    )
  }
}
