import * as z from 'zod'
import { accountTypes } from '../accounts/account-type.ts'
import { messageHeaderSchema } from './message-header.ts'

/**
 * What consumers are told of one mail: docs/events.schema.json is generated from this, and docs/consuming.md explains it. Fields are only
 * ever added under one version; anything else raises `version`.
 */
export const announcementSchema = z
  .object({
    version: z.literal(1),
    event: z.literal('mail-received'),
    messageId: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('Always the same for one mail, however often it is announced: remember it and drop repeats.'),
    raw: z
      .object({
        bucket: z.string().min(1),
        key: z.string().min(1),
        sha256: z.string().describe('Of the raw bytes, lower-case hexadecimal.'),
        size: z.int().min(0).describe('Bytes.'),
      })
      .describe('The exact bytes as the mail server sent them, an S3 object.'),
    queue: z.object({ queueId: z.string(), name: z.string() }),
    reason: z
      .object({
        code: z
          .string()
          .describe(
            'Why this queue: account-queue, recipient, default-queue, control-header, account-queue-invalid or unparsed; more may follow.',
          ),
        words: z.string().describe('The same as a sentence.'),
      })
      .describe('Why the mail lies in this queue.'),
    account: z.object({ accountId: z.string(), type: z.enum(accountTypes) }),
    runId: z.string().describe('The fetch run that brought the mail.'),
    trusted: z.boolean().describe('Whether control headers of this account count.'),
    parsed: z.boolean().describe('False: the header could not be read; there is no `header` then.'),
    loop: z.boolean().describe('A machine wrote this mail: do not answer it automatically.'),
    control: z
      .record(z.string(), z.string())
      .describe(
        'Control headers that count, by lower-case name without prefix. Take them from here, never from the raw mail.',
      ),
    ignoredControl: z
      .array(z.object({ name: z.string(), why: z.string() }))
      .describe('Control headers that stand in the raw mail and do not count, by lower-case name.'),
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
      // The row's own schema takes any text, so that a row of an earlier version can be read whatever its date is.
      .extend({
        date: z.iso
          .datetime()
          .meta({ description: 'The Date header, where it can be read.', examples: ['2026-03-02T08:09:00.000Z'] })
          .optional(),
      })
      .optional()
      .describe('Decoded, printable and cut to size: for lists and threading. The raw mail has the rest.'),
    receivedAt: z.iso
      .datetime()
      .optional()
      .describe("The mail server's own time of receipt, where it tells one (IMAP)."),
    storedAt: z.iso.datetime(),
    truncated: z
      .array(z.string())
      .describe(
        'What was cut to its limit or left out: names of fields of `header`, `control`, `ignoredControl`, `receivedAt`, or `headerBlock`.',
      ),
  })
  .describe("A mail was received. A message on Postmaster's announcement topic.")
export type Announcement = z.infer<typeof announcementSchema>

/** Bytes of UTF-8: a quarter of what SNS and SQS carry, so that no message can fill a batch alone and a consumer may wrap it. */
export const announcementLimit = 64 * 1024

/** Characters beyond ASCII that XML 1.0, and so SNS and SQS, refuses or some JSON readers trip over; JSON may write them as escapes. */
const unsafeInTransport = /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/g

export const announcementJson = (announcement: Announcement): string =>
  JSON.stringify(announcement).replace(
    unsafeInTransport,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
