import { cutToBytes } from '../../text/printable.ts'
import type { MessageHeader } from '../message-header.ts'
import { decodedText, type HeaderField } from './header-fields.ts'

/** The reference has about 60 control headers. Twice that leaves room for its dynamic fields. */
const controlHeaderLimit = 120
/** In characters, all of them ASCII. */
const longestName = 100
/** In bytes of UTF-8: 1,000 characters of any living script. */
const longestValue = 3_000
/**
 * In bytes of UTF-8, for the names and values of one message together. DynamoDB rows are limited to 400 KB, and the
 * recipients need half of that.
 */
const longestTogether = 64 * 1024

export type ControlHeaders = Pick<MessageHeader, 'controlHeaders'> & { readonly cut: boolean }

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
    // Stops at the first header that does not fit, even if a later one would. Whether a header counts must not depend
    // on the headers after it.
    if (together > longestTogether || controlHeaders.length === controlHeaderLimit) return { controlHeaders, cut: true }
    controlHeaders.push({ name, value, ...(field.disguised && { disguised: true }) })
  }
  return { controlHeaders, cut }
}

/** Any non-empty value of these headers shows that a machine wrote the message (the reference's list). */
const loopHeaders = new Set(['precedence', 'mailing-list', 'x-loop', 'x-no-loop'])

/**
 * Checks whether an automatic answer could start a mail loop. `<prefix>Loop` counts even if the account is not trusted.
 * It marks mail that another ticket system sent automatically, and can only prevent an answer. The values `no` and
 * `false` mean that there is no loop.
 * @param prefix the control header prefix, in lower case
 */
export const isLoop = (fields: readonly HeaderField[], prefix: string): boolean =>
  fields.some(({ name, value, disguised }) => {
    if (name === `${prefix}loop`) return !['', 'no', 'false'].includes(decodedText(value).toLowerCase())
    if (disguised) return false
    if (name === 'auto-submitted') return decodedText(value).toLowerCase().startsWith('auto-')
    return loopHeaders.has(name) && decodedText(value) !== ''
  })
