import { printable } from '../../text/printable.ts'
import type { StoredHeader } from '../message.ts'
import type { MessageHeader } from '../message-header.ts'

/**
 * The number of recipients that a row keeps per header. `bytesPerHeader` also applies. At these limits, the six headers
 * take half of a row in the messages table, which is limited to 400 KB.
 */
const recipientsPerHeader = 500
/** In bytes of UTF-8. */
const bytesPerHeader = 16 * 1024

/**
 * Reduces a header to what the message's row keeps. Dispatching must come first, because it needs all recipients.
 * @param trusted whether the account is trusted, which determines the list that contains the control headers
 */
export const storedHeaderOf = (
  {
    controlHeaders: _judged,
    automaticSigns: _signs,
    senders: _senders,
    recipients,
    truncated,
    ...header
  }: MessageHeader,
  trusted: boolean,
): StoredHeader => {
  const kept = keptRecipients(recipients)
  const cut = new Set(
    truncated.map((name) => (name === 'controlHeaders' ? (trusted ? 'control' : 'ignoredControl') : name)),
  )
  if (kept.length < recipients.length) cut.add('recipients')
  return { ...header, recipients: kept, truncated: [...cut] }
}

const keptRecipients = (recipients: MessageHeader['recipients']): StoredHeader['recipients'] =>
  [...Map.groupBy(recipients, ({ header }) => header).values()].flatMap((ofHeader) => {
    let bytes = 0
    const kept = ofHeader.slice(0, recipientsPerHeader).map((one) => ({ ...one, address: printable(one.address) }))
    const tooMany = kept.findIndex(({ address }) => {
      bytes += Buffer.byteLength(address)
      return bytes > bytesPerHeader
    })
    return tooMany === -1 ? kept : kept.slice(0, tooMany)
  })
