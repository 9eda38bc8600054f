import { headerBlockLimit, type MessageHeader } from '../message-header.ts'
import { rememberedAddresses } from './addresses.ts'
import { automaticSignsOf } from './automatic-signs.ts'
import { controlHeadersOf } from './control-headers.ts'
import { inDeclaredCharset } from './declared-charset.ts'
import { headerBlockOf, headerFieldsOf } from './header-fields.ts'
import { type HeaderSummary, headerSummaryOf } from './header-summary.ts'
import { recipientsOf, sendersOf } from './recipients.ts'

/**
 * Reads the header of a message. Never throws, because the content of a header must not decide whether a message is
 * kept. The limit of the header block bounds time and memory. If the header is longer, `truncated` contains
 * `headerBlock`, and control headers after the limit are not found.
 * @param bytes the message, or at least its first `headerBlockLimit` bytes
 * @param prefix the control header prefix, for example `X-OTOBO-`
 * @returns undefined if the bytes contain no readable header. The message is then `unparsed` and goes to the account's
 * queue or the default queue.
 */
export const readMessageHeader = (bytes: Buffer, prefix: string): MessageHeader | undefined =>
  unlessUnreadable(() => {
    const lowerPrefix = prefix.toLowerCase()
    const block = headerBlockOf(bytes)
    const fields = inDeclaredCharset(headerFieldsOf(block, lowerPrefix))
    if (fields.length === 0) return undefined
    const addressesOf = rememberedAddresses()
    const { truncated, ...summary } = headerSummaryOf(fields, addressesOf)
    const { recipients, cut: recipientsCut } = recipientsOf(fields, addressesOf)
    const { controlHeaders, cut: controlCut } = controlHeadersOf(fields, lowerPrefix)
    if (recipientsCut) truncated.push('recipients')
    if (controlCut) truncated.push('controlHeaders')
    if (block.length === headerBlockLimit) truncated.push('headerBlock')
    const automaticSigns = automaticSignsOf(fields, addressesOf, lowerPrefix)
    const senders = sendersOf(fields, addressesOf)
    return { ...summary, recipients, controlHeaders, automaticSigns, senders, truncated }
  })

/**
 * Reads only the fields for display and threading. Never throws.
 * @param bytes the message, or at least its first `headerBlockLimit` bytes
 * @returns undefined if the header cannot be read
 */
export const readHeaderSummary = (bytes: Buffer): HeaderSummary | undefined =>
  unlessUnreadable(() =>
    headerSummaryOf(inDeclaredCharset(headerFieldsOf(headerBlockOf(bytes))), rememberedAddresses()),
  )

/**
 * An exception is a defect in a third-party parser. The message becomes `unparsed`, which is the right outcome for
 * every unreadable header.
 */
const unlessUnreadable = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
