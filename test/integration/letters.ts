import type { DispatchReason } from '../../lib/messages/message.ts'
import { smallMessages } from '../mail-server/corpus.ts'

/** A mail and its expected outcome. */
export interface Letter {
  readonly bytes: Buffer
  readonly queue: string
  readonly reason: DispatchReason['code']
  /** True if the mail is stored but not announced. */
  readonly ignored?: true
}

/** The settings of the account that affect dispatching. */
export interface LetterOptions {
  /** Makes the letters of two accounts different. */
  readonly seed: number
  readonly trusted: boolean
  /** The name of the account's queue. Without it, the recipients determine the queue. */
  readonly queue?: string
}

export const addresses: Readonly<Record<string, string>> = {
  'support@example.com': 'Support',
  'sales@example.com': 'Sales',
  'billing@example.com': 'Billing',
}
const recipients = [...Object.keys(addresses), 'somebody@elsewhere.example']

const withHeader = (bytes: Buffer, line: string): Buffer => Buffer.concat([Buffer.from(`${line}\r\n`, 'latin1'), bytes])
const withBody = (bytes: Buffer, body: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4), body])

/** Bodies that a transport could corrupt. They have CRLF line ends, so that Dovecot does not change them. */
const bodies: readonly Buffer[] = [
  Buffer.from('.one\r\n..two\r\n.\r\n...\r\nend.\r\n'),
  Buffer.from('no newline at the end'),
  Buffer.from('ends with a dot\r\n.'),
  Buffer.from('Gr\xfc\xdfe aus K\xf6ln\r\n', 'latin1'),
  Buffer.from('Grüße 😀 日本\r\n'),
  Buffer.alloc(0),
  Buffer.from(`${'x'.repeat(100_000)}\r\n`),
]

/** @returns `count` letters of all kinds: every recipient, fragile bodies, control headers, no header at all */
export const letters = (count: number, { seed, trusted, queue }: LetterOptions): Letter[] => {
  const recipientOf = (index: number) => recipients[index % recipients.length] ?? ''
  return smallMessages(count, { seed, to: recipientOf }).map((small, index): Letter => {
    const recipient = addresses[recipientOf(index)]
    const dispatched: Omit<Letter, 'bytes'> =
      queue !== undefined
        ? { queue, reason: 'account-queue' }
        : recipient === undefined
          ? { queue: 'Raw', reason: 'default-queue' }
          : { queue: recipient, reason: 'recipient' }
    const body = bodies[index % 20]
    if (body !== undefined) return { bytes: withBody(small, body), ...dispatched }
    if (index % 20 === 10)
      return {
        bytes: withHeader(small, 'X-OTOBO-Queue: Sales'),
        ...(trusted ? { queue: 'Sales', reason: 'control-header' } : dispatched),
      }
    if (index % 20 === 11)
      return { bytes: withHeader(small, 'x-otobo-ignore:\r\n yes'), ...dispatched, ...(trusted && { ignored: true }) }
    if (index % 20 === 12)
      return {
        bytes: Buffer.from(`\r\nletter ${seed}/${index} without any header\r\n`),
        ...(queue !== undefined ? { queue, reason: 'unparsed' } : { queue: 'Raw', reason: 'unparsed' }),
      }
    return { bytes: small, ...dispatched }
  })
}
