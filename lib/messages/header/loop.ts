import { decodedText } from './display-text.ts'
import type { HeaderField } from './header-fields.ts'

/** Present at all, they say that a machine wrote the message (the reference's list). */
const loopHeaders = new Set(['precedence', 'mailing-list', 'x-loop', 'x-no-loop'])

/**
 * Whether an automatic answer could start a loop. `<prefix>Loop` counts whoever wrote it: it marks what another ticket system sent by
 * itself, and can only keep ours silent; `no` and `false` in it say the contrary.
 * @param prefix in lower case
 */
export const isLoop = (fields: readonly HeaderField[], prefix: string): boolean =>
  fields.some(({ name, value, disguised }) => {
    if (name === `${prefix}loop`) return !['', 'no', 'false'].includes(decodedText(value).toLowerCase())
    if (disguised) return false
    if (name === 'auto-submitted') return decodedText(value).toLowerCase().startsWith('auto-')
    return loopHeaders.has(name) && decodedText(value) !== ''
  })
