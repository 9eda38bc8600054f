import * as z from 'zod'
import { accountTypes } from '../mailbox/account-type.ts'
import { exampleIds, personField, subField, timeField } from '../requests/documented-fields.ts'
import { automaticMailSchema } from './automatic-mail.ts'
import { messageHeaderSchema } from './message-header.ts'

/** The reasons why a message is in its queue. Each consists of a stable code and a sentence for people. */
export const dispatchReasonCodes = [
  'account-queue',
  'recipient',
  'default-queue',
  'control-header',
  'account-queue-invalid',
  'unparsed',
] as const
export const dispatchReasonSchema = z.object({
  code: z.enum(dispatchReasonCodes).meta({ description: 'A stable code for programs.', examples: ['recipient'] }),
  detail: z.string().meta({
    description: 'The reason as a sentence.',
    examples: ['To: support@example.com is the system address of queue Support.'],
  }),
})
export type DispatchReason = z.infer<typeof dispatchReasonSchema>

export const messageStates = ['stored', 'announced', 'ignored', 'erased'] as const
export const serverStates = ['present', 'deleted', 'moved', 'kept'] as const

/**
 * The header as stored in the message's row. Control headers are stored only in `control` and `ignoredControl`, so that
 * a row with many of them stays within DynamoDB's 400 KB. `truncated` may also contain those two names. The evidence
 * that the mail is automatic is stored in `automatic`.
 */
export const storedHeaderSchema = messageHeaderSchema.omit({
  controlHeaders: true,
  automaticSigns: true,
  senders: true,
})
export type StoredHeader = z.infer<typeof storedHeaderSchema>

/**
 * One row of the messages table: everything known about one stored message. The announcement is built from it alone.
 * Times are ISO 8601.
 */
export const messageSchema = z.object({
  messageId: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({
      description: 'The message’s id. It stays the same however often the message is found.',
      examples: [exampleIds.message],
    }),
  accountId: z
    .string()
    .meta({ description: 'The account from which the message was fetched.', examples: [exampleIds.account] }),
  accountType: z
    .enum(accountTypes)
    .meta({ description: 'The account’s type when the message was stored.', examples: ['IMAPS'] }),
  runId: z.string().meta({ description: 'The run that stored the message.', examples: [exampleIds.run] }),
  /** The message id is derived from the account and these fields. */
  source: z
    .object({
      mailboxEpoch: z.int().meta({
        description: 'A number that increases when the account’s protocol, host or user name changes.',
        examples: [1],
      }),
      folder: z
        .string()
        .meta({ description: 'The folder (IMAP only).', examples: ['INBOX'] })
        .optional(),
      uidValidity: z
        .string()
        .meta({ description: 'The folder’s UIDVALIDITY (IMAP only).', examples: ['1740816000'] })
        .optional(),
      uid: z.string().meta({ description: 'The UID (IMAP) or the UIDL (POP3).', examples: ['4711'] }),
      internalDate: timeField(
        'When the server received the message (IMAP only).',
        '2026-03-02T08:09:12.000Z',
      ).optional(),
      listedSize: z.int().meta({ description: 'The size in bytes, as listed by the server.', examples: [15_360] }),
    })
    .meta({ description: 'Where the message was on the mail server.' }),
  size: z.int().meta({ description: 'The size as stored, in bytes.', examples: [15_360] }),
  sha256: z.string().meta({
    description: 'The SHA-256 of the stored bytes, in lower-case hexadecimal.',
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  }),
  sameAs: z
    .string()
    .meta({
      description:
        'The id of an earlier message with the same bytes. It is present if the message was found again after the ' +
        'mailbox’s identity changed. Such a repeat is never announced.',
      examples: ['c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2'],
    })
    .optional(),
  queueId: z
    .string()
    .meta({ description: 'The queue to which the message was dispatched.', examples: [exampleIds.queue] }),
  queueName: z.string().meta({ description: 'The queue’s name at that time.', examples: ['Support'] }),
  reason: dispatchReasonSchema.meta({ description: 'Why the message is in this queue.' }),
  trusted: z
    .boolean()
    .meta({ description: 'Whether the account was trusted when the message was stored.', examples: [false] }),
  state: z.enum(messageStates).meta({
    description:
      '`stored`: the message is durable, and its announcement is not recorded yet. `announced`: the topic ' +
      'confirmed the announcement. ' +
      '`ignored`: the message is never announced because a trusted control header asked for that. `erased`: an admin ' +
      'erased the content of the message.',
    examples: ['announced'],
  }),
  /** False for a message that is called `unparsed` elsewhere. */
  parsed: z.boolean().meta({ description: 'Whether the header could be read.', examples: [true] }),
  header: storedHeaderSchema
    .meta({ description: 'The decoded fields of the header. All values are printable and limited in length.' })
    .optional(),
  control: z.record(z.string(), z.string()).meta({
    description:
      'The honoured control headers, keyed by lower-case name without the prefix. It is empty for accounts that are ' +
      'not trusted.',
    examples: [{}],
  }),
  ignoredControl: z
    .array(
      z.object({
        name: z.string().meta({ description: 'The name, in lower case.', examples: ['x-otobo-priority'] }),
        why: z.string().meta({ description: 'The reason as a sentence.', examples: ['The account is not trusted.'] }),
      }),
    )
    .meta({ description: 'The control headers that were not honoured.' }),
  automatic: automaticMailSchema
    .meta({
      description:
        'The kind of automatic mail, and the evidence. It is absent if there is no sign of automatic mail. A mail is ' +
        'automatic only if `kind` is present.',
    })
    .optional(),
  server: z.enum(serverStates).meta({
    description:
      '`present`: the message is on the server, as far as Postmaster knows. `deleted`, `moved`: the server confirmed it. `kept`: the ' +
      'message was left there on purpose.',
    examples: ['deleted'],
  }),
  storedAt: timeField('When the message was durably stored.'),
  erased: z
    .object({
      at: timeField('When the message was erased.', '2026-03-09T10:00:00.000Z'),
      by: personField('The person who erased it.'),
      bySub: subField('the person who erased it'),
    })
    .meta({
      description:
        'Who erased the message, and when. What is left of the message prevents that it is stored again. It contains ' +
        'nothing of its content except the SHA-256.',
    })
    .optional(),
  recoveredAt: timeField(
    'When this record was written again from the raw mail, because it was lost.',
    '2026-03-09T14:02:11.000Z',
  ).optional(),
  announcedAt: timeField('When the topic confirmed the announcement.', '2026-03-02T08:10:04.391Z').optional(),
  removedAt: timeField('When the server confirmed the delete or move.', '2026-03-02T08:10:05.102Z').optional(),
})
export type Message = z.infer<typeof messageSchema>
export type MessageId = Message['messageId']

/** Raw mail, keyed by message id. Nothing overwrites it. */
export interface RawStore {
  /**
   * Stores raw mail unless some is stored under this id. Resolves when the bytes are durable. Streams of 5 MiB or more
   * are uploaded in parts. A stream that fails leaves nothing behind.
   * @param origin is stored with the mail, so that a lost row can be written again
   * @returns `exists` if raw mail is already stored under this id. A stream was then read to its end.
   */
  put(
    messageId: MessageId,
    bytes: Buffer | AsyncIterable<Buffer>,
    signal: AbortSignal,
    origin?: Pick<Message, 'accountId' | 'accountType' | 'runId' | 'source' | 'storedAt'>,
  ): Promise<'stored' | 'exists'>
  /** @returns the raw mail as a stream, or undefined if none is stored */
  open(messageId: MessageId, signal: AbortSignal): Promise<AsyncIterable<Buffer> | undefined>
}

/** Says that a message was announced. */
export interface AnnouncedMark {
  readonly messageId: MessageId
  /** When the topic confirmed the announcement. */
  readonly at: string
  /** When the row may expire if its message is not seen again (epoch seconds). Absent if it must not expire. */
  readonly expiresAt?: number | undefined
}

/** The message rows as fetching and dispatching read and write them. */
export interface MessageLedger {
  readMany(messageIds: readonly MessageId[]): Promise<Message[]>
  /**
   * Reads the rows of messages that the server lists, and renews their expiry (see `expiryOfListed`).
   * @param at the ISO time of the listing
   */
  readListed(messageIds: readonly MessageId[], at: string): Promise<Message[]>
  /**
   * Writes the row unless one exists.
   * @returns the row that exists afterwards
   */
  create(message: Message): Promise<Message>
  markAnnounced(mark: AnnouncedMark): Promise<void>
  /** @param announced the marks to write together with this one, by message */
  markServer(
    messageIds: readonly MessageId[],
    server: 'deleted' | 'moved' | 'kept',
    at: string,
    announced?: ReadonlyMap<MessageId, AnnouncedMark>,
  ): Promise<void>
  /** @returns the first message of this account with these bytes that `accept` accepts */
  findByContent(accountId: string, sha256: string, accept: (message: Message) => boolean): Promise<Message | undefined>
  /** @returns the rows stored before `before` whose announcement has not been confirmed */
  unannounced(before: string): AsyncIterable<Message[]>
}

/**
 * Announces messages to the ticket system. Each promise settles for one message. If it rejects, the message stays
 * unannounced, and a later sweep announces it again under the same id.
 */
export interface Announcer {
  announce(message: Message): Promise<void>
}
