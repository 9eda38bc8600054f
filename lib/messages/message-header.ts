import * as z from 'zod'
import { timeField } from '../requests/documented-fields.ts'
import { foundSignSchema } from './automatic-mail.ts'

/**
 * The fields that the fetch path reads from a message's header block. It never reads the body. All strings are decoded,
 * printable and limited in length.
 */
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
        description: 'The Message-ID header as written, including its angle brackets.',
        examples: ['<a1@example.org>'],
      })
      .optional(),
    date: timeField('The Date header, if it can be read.', '2026-03-02T08:09:00.000Z').optional(),
    inReplyTo: z
      .string()
      .meta({ description: 'The In-Reply-To header.', examples: ['<a0@example.org>'] })
      .optional(),
    references: z
      .array(z.string().meta({ description: 'A Message-ID.', examples: ['<a0@example.org>'] }))
      .meta({ description: 'The last 20 entries of the References header.' }),
    threadRoot: z
      .string()
      .meta({
        description:
          'The first entry of the References header, which usually names the first mail of the conversation.',
        examples: ['<a0@example.org>'],
      })
      .optional(),
    /**
     * Addresses in encoded words count only in a field without other addresses. A header that was just read contains
     * all recipients, and a row only the first ones.
     */
    recipients: z
      .array(
        z.object({
          header: z.string().meta({ description: 'The header that contains the address.', examples: ['to'] }),
          address: z
            .string()
            .meta({ description: 'The bare address, in lower case.', examples: ['support@example.com'] }),
        }),
      )
      .meta({
        description:
          'The addresses in Resent-To, Envelope-To, To, Cc, Delivered-To and X-Original-To, in this order. A message ' +
          'keeps at most 500 addresses and 16 KiB per header, but all of them are looked up to find its queue.',
      }),
    /** Whether they are honoured depends on the account's trust. */
    controlHeaders: z
      .array(
        z.object({
          name: z.string().meta({ description: 'The name, in lower case.', examples: ['x-otobo-priority'] }),
          value: z.string().meta({ description: 'The decoded value.', examples: ['5 very high'] }),
          disguised: z
            .boolean()
            .meta({
              description:
                '`true` if only some mail readers would recognise the header, for example because its name contains ' +
                'NULs. Such a header is reported but never honoured.',
              examples: [true],
            })
            .optional(),
        }),
      )
      .meta({ description: 'The control headers found, in the order in which they appear in the message.' }),
    automaticSigns: z.array(foundSignSchema),
    /** The bare addresses that dispatching compares with the system addresses to recognise our own mail. */
    senders: z.object({ from: z.array(z.string()), sender: z.array(z.string()), replyTo: z.array(z.string()) }),
    truncated: z.array(z.string().meta({ description: 'The name of a field.', examples: ['subject'] })).meta({
      description:
        'The fields that were cut to their limit, and `headerBlock` if the header is longer than the part that is ' +
        'read.',
    }),
  })
  .meta({ description: 'The decoded fields of the message’s header. All values are printable and limited in length.' })
export type MessageHeader = z.infer<typeof messageHeaderSchema>

/** In bytes. The header block is read up to this limit, so nothing after it can control anything. */
export const headerBlockLimit = 256 * 1024
