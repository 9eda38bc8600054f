import * as z from 'zod'
import { accountTypes } from '../../mailbox/account-type.ts'
import { messageHeaderSchema } from '../message-header.ts'

/**
 * The announcement of one message to consumers. docs/events.schema.json is generated from it, and docs/consuming.md
 * explains it. Within one version, fields may only be added. Any other change requires a new `version`.
 */
export const announcementSchema = z
  .object({
    version: z.literal(1),
    event: z.literal('mail-received'),
    messageId: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('The same in every announcement of a message. Store it and ignore repeats.'),
    raw: z
      .object({
        bucket: z.string().min(1),
        key: z.string().min(1),
        sha256: z.string().describe('The SHA-256 of the raw bytes, in lower-case hexadecimal.'),
        size: z.int().min(0).describe('The size in bytes.'),
      })
      .describe('The S3 object that contains the exact bytes from the mail server.'),
    queue: z.object({ queueId: z.string(), name: z.string() }),
    reason: z
      .object({
        code: z
          .string()
          .describe(
            'The reason code: account-queue, recipient, default-queue, control-header, account-queue-invalid or ' +
              'unparsed. Later versions may add codes.',
          ),
        detail: z.string().describe('The reason as a sentence.'),
      })
      .describe('Why the message is in this queue.'),
    account: z.object({ accountId: z.string(), type: z.enum(accountTypes) }),
    runId: z.string().describe('The fetch run that stored the message.'),
    trusted: z.boolean().describe('Whether control headers in mail from this account are honoured.'),
    parsed: z.boolean().describe('`false` if the header could not be read. In that case, `header` is omitted.'),
    loop: z.boolean().describe('Whether a machine wrote this message. If so, do not answer it automatically.'),
    control: z
      .record(z.string(), z.string())
      .describe(
        'The honoured control headers, keyed by lower-case name without the prefix. Use these values and never read ' +
          'control headers from the raw mail.',
      ),
    ignoredControl: z
      .array(z.object({ name: z.string(), why: z.string() }))
      .describe('The control headers in the raw mail that are not honoured, with their lower-case names.'),
    header: messageHeaderSchema
      .pick({
        from: true,
        to: true,
        cc: true,
        subject: true,
        messageIdHeader: true,
        date: true,
        inReplyTo: true,
        references: true,
        recipients: true,
      })
      // The row's schema accepts any text, so that rows of earlier versions can be read whatever date they contain.
      .extend({
        date: z.iso
          .datetime()
          .meta({ description: 'The Date header, if it can be read.', examples: ['2026-03-02T08:09:00.000Z'] })
          .optional(),
      })
      .optional()
      .describe(
        'The decoded header fields for lists and threading. They are printable and limited in length. The raw mail ' +
          'contains the full header.',
      ),
    receivedAt: z.iso
      .datetime()
      .optional()
      .describe('When the mail server received the message, if the server reports it (IMAP only).'),
    storedAt: z.iso.datetime(),
    truncated: z
      .array(z.string())
      .describe(
        'What was shortened or omitted: the names of fields in `header`, or `control`, `ignoredControl`, ' +
          '`receivedAt`, `reason` or `headerBlock`.',
      ),
  })
  .describe("The announcement of a received message, published to Postmaster's announcement topic.")
export type Announcement = z.infer<typeof announcementSchema>

/**
 * In bytes of UTF-8. This is a quarter of the SNS and SQS limit, so that one message cannot fill a batch and a consumer
 * can wrap it.
 */
export const announcementLimit = 64 * 1024
