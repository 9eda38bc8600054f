import * as z from 'zod'
import { accountTypes } from '../accounts/account-type.ts'
import { exampleIds, timeField } from '../requests/documented-fields.ts'
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
export const dispatchReasonSchema = z.object({
  code: z.enum(dispatchReasonCodes).meta({ description: 'Stable: programs decide by it.', examples: ['recipient'] }),
  words: z
    .string()
    .meta({ description: 'The same in words.', examples: ['To names support@example.com, whose queue is Support.'] }),
})
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
  messageId: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'Always the same for one mail, however often it is met.', examples: [exampleIds.message] }),
  accountId: z.string().meta({ description: 'The account it was fetched from.', examples: [exampleIds.account] }),
  accountType: z.enum(accountTypes).meta({ description: 'The account’s type at that time.', examples: ['IMAPS'] }),
  runId: z.string().meta({ description: 'The run that stored it.', examples: [exampleIds.run] }),
  /** With the account these make the message id. */
  source: z
    .object({
      mailboxEpoch: z.int().meta({
        description: 'Rises when protocol, host or user name of the account change.',
        examples: [1],
      }),
      folder: z
        .string()
        .meta({ description: 'IMAP: the folder.', examples: ['INBOX'] })
        .optional(),
      uidValidity: z
        .string()
        .meta({ description: 'IMAP: UIDVALIDITY.', examples: ['1740816000'] })
        .optional(),
      uid: z.string().meta({ description: 'IMAP: the UID; POP3: the UIDL.', examples: ['4711'] }),
      internalDate: timeField('IMAP: when the server received it.', '2026-03-02T08:09:12.000Z').optional(),
      listedSize: z.int().meta({ description: 'Bytes, as the server announced them.', examples: [15_360] }),
    })
    .meta({ description: 'Where it lay on the mail server.' }),
  size: z.int().meta({ description: 'Bytes as stored.', examples: [15_360] }),
  sha256: z.string().meta({
    description: 'Of the stored bytes, lower-case hexadecimal.',
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  }),
  sameAs: z
    .string()
    .meta({
      description:
        'The message whose bytes this one repeats, met again after the mailbox’s identity changed. It is never announced.',
      examples: ['c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2'],
    })
    .optional(),
  queueId: z.string().meta({ description: 'The queue it was dispatched to.', examples: [exampleIds.queue] }),
  queueName: z.string().meta({ description: 'That queue’s name at the time.', examples: ['Support'] }),
  reason: dispatchReasonSchema.meta({ description: 'Why it lies in this queue.' }),
  trusted: z.boolean().meta({ description: 'Whether the account was trusted.', examples: [false] }),
  state: z.enum(messageStates).meta({
    description:
      '`stored`: durable, not yet confirmed by the topic. `announced`: confirmed. `ignored`: stored and never announced, ' +
      'because a trusted control header asked for it.',
    examples: ['announced'],
  }),
  /** Design word `unparsed`. */
  parsed: z.boolean().meta({ description: 'False: the header could not be read.', examples: [true] }),
  header: storedHeaderSchema
    .meta({ description: 'What was read of the header: decoded, printable and bounded.' })
    .optional(),
  control: z.record(z.string(), z.string()).meta({
    description: 'Control headers honoured, by lower-case name without prefix; empty for untrusted accounts.',
    examples: [{}],
  }),
  ignoredControl: z
    .array(
      z.object({
        name: z.string().meta({ description: 'In lower case.', examples: ['x-otobo-priority'] }),
        why: z.string().meta({ description: 'In words.', examples: ['The account is not trusted.'] }),
      }),
    )
    .meta({ description: 'Control headers that were not honoured.' }),
  server: z.enum(serverStates).meta({
    description: '`present`: still there; `deleted`, `moved`: confirmed by the server; `kept`: left there on purpose.',
    examples: ['deleted'],
  }),
  storedAt: timeField('When its bytes were durable.'),
  announcedAt: timeField('When the topic confirmed the announcement.', '2026-03-02T08:10:04.391Z').optional(),
  removedAt: timeField('When the server confirmed the delete or move.', '2026-03-02T08:10:05.102Z').optional(),
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
  /** The rows of messages the server lists, each of which then lives on: see `expiryOfListed`. `at`: ISO time */
  readListed(messageIds: readonly MessageId[], at: string): Promise<Message[]>
  /** Writes the row unless one exists; resolves to the row that is there afterwards. */
  create(message: Message): Promise<Message>
  markAnnounced(messageId: MessageId, at: string): Promise<void>
  markServer(messageIds: readonly MessageId[], server: 'deleted' | 'moved' | 'kept', at: string): Promise<void>
  /** The first message of this account with these bytes that `accept` takes. */
  findByContent(accountId: string, sha256: string, accept: (message: Message) => boolean): Promise<Message | undefined>
  /** Rows stored before `before` whose announcement was never confirmed. */
  unannounced(before: string): AsyncIterable<Message[]>
}

/** Tells the ticket system. Resolves per message; a rejected one stays unannounced and is swept later under the same id. */
export interface Announcer {
  announce(message: Message): Promise<void>
}
