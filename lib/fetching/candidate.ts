import type { ListedMessage } from '../mailbox/mailbox.ts'
import type { Message } from '../messages/message.ts'

/** A listed message whose bytes must be read. */
export interface Candidate {
  readonly message: ListedMessage
  /** Undefined if the server has no stable UIDL. The ID is then derived from the bytes. */
  readonly messageId: string | undefined
  /**
   * The stored message with this ID, if the listed one looks different or reappeared. Only the hash can identify it.
   */
  readonly known?: Message
  /** A run crashed or broke off while it processed this message. It is read alone, after the others. */
  readonly suspect: boolean
}

/** A listed message that is already stored and may leave the server. */
export interface Departing {
  readonly message: ListedMessage
  readonly messageId: string
  /**
   * POP3: the ID of this message's row under an earlier UIDL. Both rows are marked when the message leaves the server.
   */
  readonly original?: string | undefined
}
