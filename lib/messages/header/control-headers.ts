import { cutToBytes } from '../../text/printable.ts'
import { decodedText } from '../decoding/encoded-words.ts'
import type { MessageHeader } from '../message-header.ts'
import type { HeaderField } from './header-fields.ts'

/** The reference has about 60 control headers. Twice that leaves room for its dynamic fields. */
const controlHeaderLimit = 120
/** In characters, which are all ASCII. */
const longestName = 100
/** In bytes of UTF-8: 1,000 characters of any living script. */
const longestValue = 3_000
/**
 * In bytes of UTF-8, for the names and values of one message together. DynamoDB rows are limited to 400 KB, and the
 * recipients need half of that.
 */
const longestTogether = 64 * 1024

type ControlHeaders = Pick<MessageHeader, 'controlHeaders'> & { readonly cut: boolean }

/** @param prefix the control header prefix, in lower case */
export const controlHeadersOf = (fields: readonly HeaderField[], prefix: string): ControlHeaders => {
  const controlHeaders: MessageHeader['controlHeaders'] = []
  let together = 0
  let cut = false
  for (const field of fields) {
    if (!field.name.startsWith(prefix)) continue
    const name = field.name.slice(0, longestName)
    const whole = decodedText(field.value)
    const value = cutToBytes(whole, longestValue)
    cut ||= value !== whole || name !== field.name
    together += name.length + Buffer.byteLength(value)
    // Reading stops at the first header that does not fit, even if a later one would fit. Whether a header counts must
    // not depend on the headers after it.
    if (together > longestTogether || controlHeaders.length === controlHeaderLimit) return { controlHeaders, cut: true }
    controlHeaders.push({ name, value, ...(field.disguised && { disguised: true }) })
  }
  return { controlHeaders, cut }
}
