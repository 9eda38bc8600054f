import * as z from 'zod'
import type { Message, MessageId } from './message.ts'

/**
 * The filters of a list. `unparsed` selects messages whose header could not be read, in any of the other three states.
 */
export const messageFilters = ['stored', 'announced', 'ignored', 'unparsed'] as const
export type MessageFilter = (typeof messageFilters)[number]

/** The index that a list walks. `time` covers every message of the deployment. */
export type MessageScope =
  | { readonly by: 'queue'; readonly queueId: string }
  | { readonly by: 'account'; readonly accountId: string }
  | { readonly by: 'run'; readonly runId: string }
  | { readonly by: 'time' }

/** Where a list continues: after the last message examined, or at the start of a day. */
export const messageCursorSchema = z.strictObject({
  /** Only for lists by queue and by time. */
  day: z.iso.date().optional(),
  after: z.strictObject({ storedAt: z.iso.datetime(), messageId: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
})
export type MessageCursor = z.infer<typeof messageCursorSchema>

export interface MessageQuery {
  readonly scope: MessageScope
  /** Both are inclusive, in ISO 8601 UTC with milliseconds, and compared with the time of storing. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly filter?: MessageFilter | undefined
  readonly limit: number
  readonly cursor?: MessageCursor | undefined
}

export interface MessagePage {
  readonly messages: Message[]
  /**
   * Present if there may be more. A page can be short, or even empty, and still have a `next`, because the work of one
   * call is bounded.
   */
  readonly next?: MessageCursor
}

/** The stored messages as people and pulling consumers read them. */
export interface MessageCatalog {
  read(messageId: MessageId): Promise<Message | undefined>
  /** @returns the messages with this Message-ID header, newest first. The angle brackets are optional. */
  byMessageIdHeader(messageIdHeader: string, limit: number): Promise<Message[]>
  /**
   * Lists messages, newest first. Lists by queue and by time cover the last 31 days unless `from` is given. The others
   * are not limited in time.
   * @throws ProblemError `invalid-request` for a cursor that does not belong to the query
   */
  list(query: MessageQuery): Promise<MessagePage>
}
