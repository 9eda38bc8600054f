import * as z from 'zod'
import type { MessageId } from '../../lib/messages/message.ts'
import type { MessageView } from '../../lib/messages/view/message-view.ts'
import { type PartPath, partPathSchema } from '../../lib/messages/view/sorted-parts.ts'
import type { ViewQuestion } from '../../lib/messages/view/view-message.ts'

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

/** A request to the reading thread. */
export const readingRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('view'),
    messageId: z.string(),
    attachment: partPathSchema.optional(),
    fields: z.boolean(),
    html: z.enum(['none', 'sanitised', 'source']),
    remoteContent: z.boolean(),
  }),
  z.object({ kind: z.literal('link'), messageId: z.string(), path: partPathSchema }),
])
export type ReadingRequest = z.infer<typeof readingRequestSchema>

/**
 * Errors lose their class between threads, so only their fields are sent. The message of a defect is not sent, because
 * it may quote mail.
 */
export const readingAnswerSchema = z.union([
  z.strictObject({ result: z.unknown() }),
  z.strictObject({
    problem: z.object({
      code: z.enum(['not-found', 'message-erased', 'raw-mail-expired', 'attachment-unreadable']),
      detail: z.string(),
    }),
  }),
  z.strictObject({ defect: z.object({ name: z.string(), code: z.string().optional(), frames: z.string() }) }),
])
export type ReadingAnswer = z.infer<typeof readingAnswerSchema>

/** A defect of the reading thread, without the original message. */
export class ReadingDefect extends Error {
  override readonly name: string
  readonly code: string | undefined

  constructor({ name, code, frames }: Extract<ReadingAnswer, { defect: unknown }>['defect']) {
    super('The reading thread failed because of a defect')
    this.name = name
    this.code = code
    this.stack = frames
  }
}
