import * as z from 'zod'
import { timeField } from '../requests/documented-fields.ts'

/** What the fetch path reads of a message: its header block, never its body. All strings are decoded, printable and bounded. */
export const messageHeaderSchema = z
  .object({
    from: z
      .string()
      .meta({ description: 'The From header.', examples: ['Jane Doe <jane@example.org>'] })
      .optional(),
    to: z
      .string()
      .meta({ description: 'The To header.', examples: ['Service Desk <support@example.com>'] })
      .optional(),
    cc: z
      .string()
      .meta({ description: 'The Cc header.', examples: ['facilities@example.com'] })
      .optional(),
    subject: z
      .string()
      .meta({ description: 'The Subject header.', examples: ['The printer is on fire'] })
      .optional(),
    messageIdHeader: z
      .string()
      .meta({
        description: 'The Message-ID header as written, with its angle brackets.',
        examples: ['<a1@example.org>'],
      })
      .optional(),
    date: timeField('The Date header, where it can be read.', '2026-03-02T08:09:00.000Z').optional(),
    inReplyTo: z
      .string()
      .meta({ description: 'The In-Reply-To header.', examples: ['<a0@example.org>'] })
      .optional(),
    references: z
      .array(z.string().meta({ description: 'A Message-ID.', examples: ['<a0@example.org>'] }))
      .meta({ description: 'The References header, the last 20 at most.' }),
    /** Parsed before RFC 2047 decoding. */
    recipients: z
      .array(
        z.object({
          header: z.string().meta({ description: 'Where it stands.', examples: ['to'] }),
          address: z.string().meta({ description: 'Bare and in lower case.', examples: ['support@example.com'] }),
        }),
      )
      .meta({
        description: 'Addresses of Resent-To, Envelope-To, To, Cc, Delivered-To, X-Original-To in this order.',
      }),
    /** Whether they count is decided by trust. */
    controlHeaders: z
      .array(
        z.object({
          name: z.string().meta({ description: 'In lower case.', examples: ['x-otobo-priority'] }),
          value: z.string().meta({ description: 'As written.', examples: ['5 very high'] }),
          disguised: z
            .boolean()
            .meta({
              description: 'Only some readers would see it (NULs in its name, say): reported, but never honoured.',
              examples: [true],
            })
            .optional(),
        }),
      )
      .meta({ description: 'Every control header found, in the order of the message.' }),
    loop: z.boolean().meta({
      description:
        'Precedence, Mailing-List, X-Loop, X-No-Loop, X-OTOBO-Loop or `Auto-Submitted: auto-*`: a machine wrote it.',
      examples: [false],
    }),
    truncated: z
      .array(z.string().meta({ description: 'A field’s name.', examples: ['subject'] }))
      .meta({ description: 'Fields cut to their limit; `headerBlock` when the header went on beyond what is read.' }),
  })
  .meta({ description: 'What was read of the message’s header: decoded, printable and bounded.' })
export type MessageHeader = z.infer<typeof messageHeaderSchema>

/** The header block is read up to here; what comes later cannot control anything. */
export const headerBlockLimit = 256 * 1024

/**
 * `undefined` when the bytes hold no readable header: the message is then `unparsed` and goes to the account's or the default queue.
 * @param prefix control header prefix, such as `X-OTOBO-`
 */
export type ReadMessageHeader = (headerBlock: Buffer, prefix: string) => MessageHeader | undefined
