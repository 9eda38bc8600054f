import * as z from 'zod'
import type { Message, MessageId } from './message.ts'

/** What a list can be narrowed to. `unparsed` cuts across the other three: messages whose header could not be read. */
export const messageFilters = ['stored', 'announced', 'ignored', 'unparsed'] as const
export type MessageFilter = (typeof messageFilters)[number]

/** Which index a list walks. `time` is every message of the deployment. */
export type MessageScope =
  | { readonly by: 'queue'; readonly queueId: string }
  | { readonly by: 'account'; readonly accountId: string }
  | { readonly by: 'run'; readonly runId: string }
  | { readonly by: 'time' }

/** Where a list goes on: after the last message looked at, or at the start of a day. */
export const messageCursorSchema = z.strictObject({
  /** Lists by queue and by time only. */
  day: z.iso.date().optional(),
  after: z.strictObject({ storedAt: z.iso.datetime(), messageId: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
})
export type MessageCursor = z.infer<typeof messageCursorSchema>

export interface MessageQuery {
  readonly scope: MessageScope
  /** Both inclusive, ISO 8601 in UTC with milliseconds, compared with the time of storing. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly filter?: MessageFilter | undefined
  readonly limit: number
  readonly cursor?: MessageCursor | undefined
}

export interface MessagePage {
  readonly messages: Message[]
  /** There may be more. A page can be short, even empty, and still have a `next`: the work of one call is bounded. */
  readonly next?: MessageCursor
}

/** What people and pulling consumers read of the messages. */
export interface MessageCatalog {
  read(messageId: MessageId): Promise<Message | undefined>
  /** Messages with this Message-ID header, newest first; with or without its angle brackets. */
  byMessageIdHeader(messageIdHeader: string, limit: number): Promise<Message[]>
  /**
   * Newest first. Lists by queue and by time look back 31 days unless `from` says otherwise; the others have no bound.
   * @throws ProblemError `invalid-request` for a cursor that does not belong to the query
   */
  list(query: MessageQuery): Promise<MessagePage>
}
