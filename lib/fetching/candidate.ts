import type { ListedMessage } from '../mailbox/mailbox.ts'
import type { Message } from '../messages/message.ts'

/** A listed message whose bytes have to be read. */
export interface Candidate {
  readonly message: ListedMessage
  /** Undefined where the server has no stable UIDL: the id then follows from the bytes. */
  readonly messageId: string | undefined
  /** A message we know under this id, but which looks different or was deleted before: only its hash tells. */
  readonly known?: Message
  /** It was being read when a run died: it is read alone, after the others. */
  readonly suspect: boolean
}

/** A listed message that is already stored and may leave the server. */
export interface Departing {
  readonly message: ListedMessage
  readonly messageId: string
  /** POP3: the row of this message under an earlier UIDL, which leaves the server with it. */
  readonly original?: string | undefined
}
