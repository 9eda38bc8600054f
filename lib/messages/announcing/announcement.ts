import * as z from 'zod'
import { accountTypes } from '../../mailbox/account-type.ts'
import { cutTo, cutToBytes, printable } from '../../text/printable.ts'
import type { AutomaticMail } from '../automatic-mail.ts'
import type { Message, StoredHeader } from '../message.ts'
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
    loop: z
      .boolean()
      .describe(
        'Whether the mail is automatic, that is, whether `automatic.kind` is present. If so, do not answer it ' +
          'automatically.',
      ),
    automatic: z
      .object({
        kind: z
          .string()
          .optional()
          .describe(
            'The kind of automatic mail: own, bounce, automatic-reply, bulk or notification. It is omitted if the ' +
              'only sign is weak. Later versions may add kinds.',
          ),
        signs: z
          .array(
            z.object({
              sign: z.string().describe('A stable code. Later versions may add codes.'),
              header: z.string().describe('The header that contains the sign, in lower case.'),
              value: z.string().describe('The beginning of the value.'),
              strength: z.string().describe('`strong` or `weak`. One weak sign alone does not count.'),
            }),
          )
          .describe('The evidence. The most telling sign comes first.'),
      })
      .optional()
      .describe('The kind of automatic mail, and the evidence. It is omitted if there is no sign of automatic mail.'),
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
          '`receivedAt`, `reason`, `automatic` or `headerBlock`.',
      ),
  })
  .describe("The announcement of a received message, published to Postmaster's announcement topic.")
export type Announcement = z.infer<typeof announcementSchema>

/**
 * In bytes of UTF-8. This is a quarter of the SNS and SQS limit, so that one message cannot fill a batch and a consumer
 * can wrap it.
 */
export const announcementLimit = 64 * 1024

/**
 * The limit of each part, in bytes of JSON. An announcement with every part at its limit stays below
 * `announcementLimit`. A test fills them all.
 */
const budgets = {
  text: 2 * 1024,
  references: 8 * 1024,
  recipients: 8 * 1024,
  ignoredControl: 4 * 1024,
  control: 16 * 1024,
  signs: 4 * 1024,
}

/** Builds the announcement from the message's row alone, so that a repeated announcement is identical. */
export const announcementOf = (message: Message, bucket: string): Announcement => {
  const cuts = new Set(message.header?.truncated)
  const fit = fitter(cuts)
  const header = message.header && headerOf(message.header, fit)
  const receivedAt = fit.time('receivedAt', message.source.internalDate)
  return {
    version: 1,
    event: 'mail-received',
    messageId: message.messageId,
    raw: { bucket, key: message.messageId, sha256: message.sha256, size: message.size },
    queue: { queueId: message.queueId, name: message.queueName },
    reason: { code: message.reason.code, detail: fit.text('reason', message.reason.detail) },
    account: { accountId: message.accountId, type: message.accountType },
    runId: message.runId,
    trusted: message.trusted,
    parsed: message.parsed,
    loop: message.automatic?.kind !== undefined,
    ...(message.automatic && { automatic: automaticOf(message.automatic, fit) }),
    control: Object.fromEntries(fit.list('control', Object.entries(message.control), budgets.control)),
    ignoredControl: fit.list('ignoredControl', message.ignoredControl, budgets.ignoredControl),
    ...(header && { header }),
    ...(receivedAt !== undefined && { receivedAt }),
    storedAt: message.storedAt,
    truncated: [...cuts],
  }
}

const automaticOf = ({ signs, ...rest }: AutomaticMail, fit: Fitter): Announcement['automatic'] => ({
  ...rest,
  signs: fit.list('automatic', signs, budgets.signs),
})

const texts = ['from', 'to', 'cc', 'subject', 'messageIdHeader', 'inReplyTo'] as const

const headerOf = (header: StoredHeader, fit: Fitter): Announcement['header'] => {
  const shown = texts.flatMap((name) => {
    const text = header[name]
    return text === undefined ? [] : [[name, fit.text(name, text)]]
  })
  const date = fit.time('date', header.date)
  return {
    ...Object.fromEntries(shown),
    ...(date !== undefined && { date }),
    // The last references are the nearest ancestors.
    references: fit.list('references', header.references.toReversed(), budgets.references).toReversed(),
    recipients: fit.list('recipients', header.recipients, budgets.recipients),
  }
}

interface Fitter {
  text(name: string, text: string): string
  /** Omits a time beyond the year 9999, which rows of earlier versions may contain. */
  time(name: string, time: string | undefined): string | undefined
  /** @returns as many of the first items as fit into the budget */
  list<T>(name: string, items: readonly T[], budget: number): T[]
}

const fitter = (cuts: Set<string>): Fitter => ({
  text: (name, text) => {
    const fitting = cutToBytes(text, budgets.text)
    if (fitting !== text) cuts.add(name)
    return fitting
  },
  time: (name, time) => {
    if (time === undefined || z.iso.datetime().safeParse(time).success) return time
    cuts.add(name)
    return undefined
  },
  list: (name, items, budget) => {
    let used = 0
    const tooMany = items.findIndex((item) => {
      used += Buffer.byteLength(JSON.stringify(item)) + 1
      return used > budget
    })
    if (tooMany === -1) return [...items]
    cuts.add(name)
    return items.slice(0, tooMany)
  },
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
