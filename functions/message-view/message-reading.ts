import type { MessageId } from '../../lib/messages/message.ts'
import type { AttachmentStore } from '../../lib/messages/store/s3-raw-store.ts'
import type { MessageView } from '../../lib/messages/view/message-view.ts'
import { linkToAttachment, type ReadingServices } from '../../lib/messages/view/read-mail.ts'
import type { PartPath } from '../../lib/messages/view/sorted-parts.ts'
import { type ViewQuestion, viewMessage } from '../../lib/messages/view/view-message.ts'

/** The operations of this function on a stored message. */
export interface MessageReading {
  /** @throws ProblemError `not-found`, `raw-mail-expired`, `attachment-unreadable` */
  view(question: ViewQuestion): Promise<MessageView>
  /**
   * @returns a link to one attachment
   * @throws ProblemError as `view` does
   */
  link(messageId: MessageId, path: PartPath): Promise<string>
}

/** Reads messages on the thread that calls it. A message can block that thread for as long as a parser takes. */
export const messageReading = (
  services: ReadingServices & { readonly attachments: AttachmentStore },
): MessageReading => ({
  view: (question) => viewMessage(services, question),
  link: (messageId, path) => linkToAttachment(services, messageId, path),
})
