import * as z from 'zod'

/** The text appears in announcements, on pages and in terminals. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u

export const oneLineText = z.string().regex(oneLine, 'must be one line without control characters')
