import * as z from 'zod'
import { cutTo, printable } from '../../text/printable.ts'
import type { Message } from '../message.ts'
import { messageSummaryOf, messageSummarySchema, type SummaryBudgets } from './message-summary.ts'

/**
 * The announcement of one message to consumers. docs/events.schema.json is generated from it, and docs/consuming.md
 * explains it. Within one version, fields may only be added. Any other change requires a new `version`.
 */
export const announcementSchema = messageSummarySchema
  .extend({
    version: z.literal(1).describe('The version of the announcement. Reject a version that you do not know.'),
    event: z.literal('mail-received').describe('The kind of event.'),
    raw: z
      .object({
        bucket: z.string().min(1).describe('The name of the bucket.'),
        key: z.string().min(1).describe('The key of the object in the bucket.'),
        sha256: z.string().describe('The SHA-256 of the raw bytes, in lower-case hexadecimal.'),
        size: z.int().min(0).describe('The size in bytes.'),
      })
      .describe('The S3 object that contains the exact bytes from the mail server.'),
    runId: z.string().describe('The fetch run that stored the message.'),
  })
  .describe("The announcement of a received message, published to Postmaster's announcement topic.")
export type Announcement = z.infer<typeof announcementSchema>

/**
 * In bytes of UTF-8. This is a quarter of the SNS and SQS limit, so that one message cannot fill a batch and a consumer
 * can wrap it.
 */
export const announcementLimit = 64 * 1024

/** An announcement with every part at its limit stays below `announcementLimit`. A test fills them all. */
const budgets: SummaryBudgets = {
  text: 2 * 1024,
  references: 8 * 1024,
  recipients: 8 * 1024,
  ignoredControl: 4 * 1024,
  control: 16 * 1024,
  signs: 4 * 1024,
}

/** Builds the announcement from the message's row alone, so that a repeated announcement is identical. */
export const announcementOf = (message: Message, bucket: string): Announcement => ({
  version: 1,
  event: 'mail-received',
  raw: { bucket, key: message.messageId, sha256: message.sha256, size: message.size },
  runId: message.runId,
  ...messageSummaryOf(message, budgets),
})

/**
 * In characters. The longest queue name has 200. Filter policies compare whole values, so no value that a consumer
 * filters by may be cut.
 */
const longestValue = 256

/**
 * The attributes that subscribers can filter by. Raw delivery to SQS drops a message with more than ten. SNS refuses
 * empty values and characters that XML cannot carry.
 */
export const announcementAttributes = (announcement: Announcement): Record<string, string> => ({
  version: String(announcement.version),
  queue: filterable(announcement.queue.name),
  queueId: filterable(announcement.queue.queueId),
  account: filterable(announcement.account.accountId),
  trusted: String(announcement.trusted),
  loop: String(announcement.loop),
  automatic: announcement.automatic?.kind ?? 'no',
  parsed: String(announcement.parsed),
  reason: filterable(announcement.reason.code),
})

const filterable = (text: string): string => cutTo(printable(text), longestValue) || '-'

/**
 * Characters beyond ASCII that XML 1.0, and therefore SNS and SQS, do not accept, or that break some JSON readers. JSON
 * allows them as escapes.
 */
const unsafeInTransport = /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/g

export const announcementJson = (announcement: Announcement): string =>
  JSON.stringify(announcement).replace(
    unsafeInTransport,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
