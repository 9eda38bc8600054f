import * as z from 'zod'
import { accountTypes } from '../../mailbox/account-type.ts'
import { cutToBytes } from '../../text/printable.ts'
import type { AutomaticMail } from '../automatic-mail.ts'
import type { Message, StoredHeader } from '../message.ts'
import { messageHeaderSchema } from '../message-header.ts'

/** What consumers are told about a message, in announcements and in webhooks. */
export const messageSummarySchema = z.object({
  messageId: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('The same in every announcement of a message. Store it and ignore repeats.'),
  queue: z
    .object({
      queueId: z.string().describe('The id of the queue, which never changes.'),
      name: z.string().describe('The name of the queue, which an admin can change.'),
    })
    .describe('The queue of the message.'),
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
  account: z
    .object({
      accountId: z.string().describe('The id of the mail account.'),
      type: z.enum(accountTypes).describe('The type of the mail account when it was fetched.'),
    })
    .describe('The mail account that received the message.'),
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
    .array(
      z.object({
        name: z.string().describe('The name of the header.'),
        why: z.string().describe('Why it is not honoured, as a sentence.'),
      }),
    )
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
  storedAt: z.iso.datetime().describe('When the message was durably stored.'),
  truncated: z
    .array(z.string())
    .describe(
      'What was shortened or omitted: the names of fields in `header`, or `control`, `ignoredControl`, ' +
        '`receivedAt`, `reason`, `automatic` or `headerBlock`.',
    ),
})
export type MessageSummary = z.infer<typeof messageSummarySchema>

/** The limit of each part. `text` is in bytes of UTF-8 and applies to each text, the others are in bytes of JSON. */
export interface SummaryBudgets {
  readonly text: number
  readonly references: number
  readonly recipients: number
  readonly ignoredControl: number
  readonly control: number
  readonly signs: number
}

/** Summarizes a message from its row alone, so that a repeated summary is identical. */
export const messageSummaryOf = (message: Message, budgets: SummaryBudgets): MessageSummary => {
  const cuts = new Set(message.header?.truncated)
  const fit = fitter(cuts, budgets)
  const header = message.header && headerOf(message.header, budgets, fit)
  const receivedAt = fit.time('receivedAt', message.source.internalDate)
  return {
    messageId: message.messageId,
    queue: { queueId: message.queueId, name: message.queueName },
    reason: { code: message.reason.code, detail: fit.text('reason', message.reason.detail) },
    account: { accountId: message.accountId, type: message.accountType },
    trusted: message.trusted,
    parsed: message.parsed,
    loop: message.automatic?.kind !== undefined,
    ...(message.automatic && { automatic: automaticOf(message.automatic, budgets, fit) }),
    control: Object.fromEntries(fit.list('control', sorted(message.control), budgets.control)),
    ignoredControl: fit.list('ignoredControl', message.ignoredControl, budgets.ignoredControl),
    ...(header && { header }),
    ...(receivedAt !== undefined && { receivedAt }),
    storedAt: message.storedAt,
    truncated: [...cuts],
  }
}

/** DynamoDB may return the entries of a map in any order. */
const sorted = (control: Message['control']) =>
  Object.entries(control).toSorted(([one], [other]) => (one < other ? -1 : 1))

const automaticOf = (
  { signs, ...rest }: AutomaticMail,
  budgets: SummaryBudgets,
  fit: Fitter,
): MessageSummary['automatic'] => ({
  ...rest,
  signs: fit.list('automatic', signs, budgets.signs),
})

const texts = ['from', 'to', 'cc', 'subject', 'messageIdHeader', 'inReplyTo'] as const

const headerOf = (header: StoredHeader, budgets: SummaryBudgets, fit: Fitter): MessageSummary['header'] => {
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

const fitter = (cuts: Set<string>, budgets: SummaryBudgets): Fitter => ({
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
