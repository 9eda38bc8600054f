import pLimit from 'p-limit'
import type { AnnouncedMark, Message, MessageId } from '../../messages/message.ts'
import { announcedMarkOf } from '../../messages/store/message-ledger.ts'
import { writesSideBySide } from '../../tables/tables.ts'
import { errorNameOf } from '../failures.ts'
import type { Part } from '../part.ts'

/**
 * Announces the messages of one session. The mark of a new message is written together with that of its removal, which
 * saves a write for each message. A crash in between leaves a row that awaits its announcement, so the next run or the
 * dispatch function's sweep announces the message again with the same ID.
 */
export class Announcements {
  readonly #part: Part
  readonly #outcomes = new Map<MessageId, Promise<boolean>>()
  readonly #unmarked = new Map<MessageId, AnnouncedMark>()

  constructor(part: Part) {
    this.#part = part
  }

  /**
   * Announces a stored message, once in a session.
   *
   * @param options.isNew true if this session stored it. The sweep may look at any other row at any time, so that row is
   *   marked at once.
   * @returns false if the topic did not confirm. The message then stays on the server, and the next run or the sweep
   *   announces it again.
   */
  async announce(row: Message, options: { readonly isNew: boolean }): Promise<boolean> {
    const outcome = this.#outcomes.get(row.messageId) ?? this.#announce(row, options)
    this.#outcomes.set(row.messageId, outcome)
    return await outcome
  }

  async #announce(row: Message, { isNew }: { readonly isNew: boolean }): Promise<boolean> {
    const { services, log } = this.#part
    try {
      await services.announcer.announce(row)
      const mark = announcedMarkOf(row, services.now().toISOString())
      if (isNew) this.#unmarked.set(row.messageId, mark)
      else await services.ledger.markAnnounced(mark)
    } catch (error) {
      const detail = `The announcement was not confirmed (${errorNameOf(error)}). Postmaster will send it again.`
      log.event('announcement-failed', detail, row.messageId)
      return false
    }
    log.count('announced')
    return true
  }

  /** Marks what became of messages on the server and, with the same writes, that they were announced. */
  async markServer(messageIds: readonly MessageId[], server: 'deleted' | 'moved' | 'kept'): Promise<void> {
    const { ledger, now } = this.#part.services
    await ledger.markServer(messageIds, server, now().toISOString(), this.#unmarked)
    for (const messageId of messageIds) this.#unmarked.delete(messageId)
  }

  /** Marks the messages that are still on the server when the session ends, long before the sweep looks at them. */
  async markRest(): Promise<void> {
    const { ledger } = this.#part.services
    await pLimit(writesSideBySide).map(this.#unmarked.values(), (mark) => ledger.markAnnounced(mark))
    this.#unmarked.clear()
  }
}
