import * as z from 'zod'
import { accountTypes } from '../accounts/account-type.ts'
import { messageHeaderSchema } from './message-header.ts'

/** Why a message lies in its queue: a stable code and one sentence for people. */
export const dispatchReasonCodes = [
  'account-queue',
  'recipient',
  'default-queue',
  'control-header',
  'account-queue-invalid',
  'unparsed',
] as const
export const dispatchReasonSchema = z.object({ code: z.enum(dispatchReasonCodes), words: z.string() })
export type DispatchReason = z.infer<typeof dispatchReasonSchema>

/** `stored`: durable, not yet confirmed by the topic. `announced`: confirmed. `ignored`: stored on request of a trusted control header, never announced. */
export const messageStates = ['stored', 'announced', 'ignored'] as const

/** `present`: still there; `deleted` and `moved`: confirmed by the server; `kept`: left there on purpose. */
export const serverStates = ['present', 'deleted', 'moved', 'kept'] as const

/**
 * A header as its message's row keeps it: control headers are in `control` and `ignoredControl` alone, so that a row of many stays within
 * DynamoDB's 400 KB. `truncated` names those two as well.
 */
export const storedHeaderSchema = messageHeaderSchema.omit({ controlHeaders: true })
export type StoredHeader = z.infer<typeof storedHeaderSchema>

/** One row of the messages table: everything known of one stored mail. The announcement is made from it alone. Times are ISO 8601. */
export const messageSchema = z.object({
  messageId: z.string().regex(/^[0-9a-f]{64}$/),
  accountId: z.string(),
  accountType: z.enum(accountTypes),
  runId: z.string(),
  /** Where it came from; with the account these make the message id. */
  source: z.object({
    mailboxEpoch: z.int(),
    folder: z.string().optional(),
    uidValidity: z.string().optional(),
    uid: z.string(),
    internalDate: z.string().optional(),
    listedSize: z.int(),
  }),
  /** Bytes as stored. */
  size: z.int(),
  sha256: z.string(),
  /** The message id whose raw mail this one repeats: same bytes met again after the mailbox's identity changed. It is never announced. */
  sameAs: z.string().optional(),
  queueId: z.string(),
  queueName: z.string(),
  reason: dispatchReasonSchema,
  trusted: z.boolean(),
  state: z.enum(messageStates),
  /** False: the header could not be read; design word `unparsed`. */
  parsed: z.boolean(),
  header: storedHeaderSchema.optional(),
  /** Control headers honoured, lower-case name without prefix → value; empty for untrusted accounts. */
  control: z.record(z.string(), z.string()),
  /** Names of control headers an untrusted sender wrote, or a trusted one wrote in vain, with the reason. */
  ignoredControl: z.array(z.object({ name: z.string(), why: z.string() })),
  server: z.enum(serverStates),
  storedAt: z.string(),
  announcedAt: z.string().optional(),
  /** When the server confirmed the delete or move. */
  removedAt: z.string().optional(),
})
export type Message = z.infer<typeof messageSchema>
export type MessageId = Message['messageId']

/** Raw mail by message id. Putting the same id again replaces the bytes by equal bytes. */
export interface RawStore {
  /** Resolves when the bytes are durable. Streams above 5 MiB go up in parts; a broken stream leaves nothing behind. */
  put(messageId: MessageId, bytes: Buffer | AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>
  /** A link that works for 300 seconds, or undefined when the raw mail has expired. */
  downloadLink(messageId: MessageId): Promise<string | undefined>
}

/** What fetch and dispatch write of messages. */
export interface MessageLedger {
  readMany(messageIds: readonly MessageId[]): Promise<Message[]>
  /** Writes the row unless one exists; resolves to the row that is there afterwards. */
  create(message: Message): Promise<Message>
  markAnnounced(messageId: MessageId, at: string): Promise<void>
  markServer(
    messageIds: readonly MessageId[],
    server: 'deleted' | 'moved' | 'kept' | 'present',
    at: string,
  ): Promise<void>
  /** The first message of this account with these bytes, other than `except`. */
  findByContent(accountId: string, sha256: string, except: MessageId): Promise<Message | undefined>
  /** Rows stored before `before` whose announcement was never confirmed. */
  unannounced(before: string): AsyncIterable<Message[]>
}

/** Tells the ticket system. Resolves per message; a rejected one stays unannounced and is swept later under the same id. */
export interface Announcer {
  announce(message: Message): Promise<void>
}
