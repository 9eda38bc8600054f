import * as z from 'zod'

/** What ends in announcements, in pages and in people's terminals. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u

export const oneLineText = z.string().regex(oneLine, 'must be one line without control characters')
