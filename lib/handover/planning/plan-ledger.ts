import type { Message, MessageId } from '../../messages/message.ts'

export interface PlannedMessage {
  readonly message: Message
  /** Whether planning has not finished. Messages stored before hand-over existed never have this mark. */
  readonly unplanned: boolean
  /** The destinations for which the message was planned. Absent until it is decided. */
  readonly plannedFor?: readonly string[] | undefined
}

/** What the messages table knows about the planning of deliveries. */
export interface PlanLedger {
  read(messageId: MessageId): Promise<PlannedMessage | undefined>
  readMany(messageIds: readonly MessageId[]): Promise<PlannedMessage[]>
  /**
   * Decides once for which destinations the message is planned. A decision without destinations finishes the planning.
   * @returns the decision that applies, which may be an earlier one
   */
  decide(messageId: MessageId, destinationIds: readonly string[], at: string): Promise<readonly string[]>
  /** Adds a destination to a decision, for a replay or a redirection. */
  add(messageId: MessageId, destinationId: string): Promise<void>
  /** Removes the mark `unplanned`. */
  finish(messageId: MessageId): Promise<void>
  /**
   * @returns the earlier messages of the conversation whose planning has not finished, oldest first. The index that finds
   * them may lag briefly behind a write.
   */
  unplannedAncestors(message: Message): Promise<MessageId[]>
  /** @returns the messages stored before this time whose planning has not finished, page by page */
  unplanned(before: string): AsyncIterable<MessageId[]>
  /** @returns the messages stored between two times (both inclusive), oldest first, page by page */
  storedBetween(from: string, to: string): AsyncIterable<PlannedMessage[]>
}
