import { decodedText } from './encoded-words.ts'
import type { HeaderField } from './header-fields.ts'

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
