import * as z from 'zod'

/** What the fetch path reads of a message: its header block, never its body. All strings are decoded, printable and bounded. */
export const messageHeaderSchema = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  cc: z.string().optional(),
  subject: z.string().optional(),
  /** As written, with its angle brackets. */
  messageIdHeader: z.string().optional(),
  /** The Date header as ISO 8601, where it can be read. */
  date: z.string().optional(),
  inReplyTo: z.string().optional(),
  /** The last 20 at most. */
  references: z.array(z.string()),
  /** Addresses of Resent-To, Envelope-To, To, Cc, Delivered-To, X-Original-To in this order, bare and lower case; parsed before RFC 2047 decoding. */
  recipients: z.array(z.object({ header: z.string(), address: z.string() })),
  /** Every control header found, name in lower case, in the order of the message. Whether they count is decided by trust. */
  controlHeaders: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      /** Only some readers would see it (NULs in its name, say): reported, but never honoured. */
      disguised: z.boolean().optional(),
    }),
  ),
  /** Precedence, Mailing-List, X-Loop, X-No-Loop, <prefix>Loop or `Auto-Submitted: auto-*`. */
  loop: z.boolean(),
  /** Names of the fields above that were cut to their limit; `headerBlock` when the header went on beyond what is read. */
  truncated: z.array(z.string()),
})
export type MessageHeader = z.infer<typeof messageHeaderSchema>

/** The header block is read up to here; what comes later cannot control anything. */
export const headerBlockLimit = 256 * 1024

/**
 * `undefined` when the bytes hold no readable header: the message is then `unparsed` and goes to the account's or the default queue.
 * @param prefix control header prefix, such as `X-OTOBO-`
 */
export type ReadMessageHeader = (headerBlock: Buffer, prefix: string) => MessageHeader | undefined
