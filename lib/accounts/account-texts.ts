import * as z from 'zod'

/** A lone half of a surrogate pair cannot be sent to any server as UTF-8 or modified UTF-7. */
const wellFormed = (text: string) => text.isWellFormed()
const notWellFormed = 'must be valid Unicode'

const hasNone = (refused: RegExp) => (text: string) => !refused.test(text)

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: line breaks and tabs are welcome in a comment
const controlButLayout = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
/** A line break would start a command of its own (RFC 1939 section 3, RFC 9051 section 4.3); NUL is in no string of either. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const commandBreaking = /[\u0000\r\n]/

const noControl = 'must not contain control characters'

/** 200 as in the reference. */
export const usernameSchema = z
  .string()
  .min(1)
  .max(200)
  .refine(hasNone(controlCharacters), noControl)
  .refine(wellFormed, notWellFormed)

/** The reference stops at 200; an app password that is really a token is longer. */
export const passwordSchema = z
  .string()
  .min(1)
  .max(1024)
  .refine(hasNone(commandBreaking), 'must not contain line breaks or NUL')
  .refine(wellFormed, notWellFormed)

/** 250 as in the reference. INBOX is the same folder in any case (RFC 9051 section 5.1) and part of message ids: one spelling. */
export const folderSchema = z
  .string()
  .min(1)
  .max(250)
  .refine(hasNone(controlCharacters), noControl)
  .refine(wellFormed, notWellFormed)
  .transform((folder) => (folder.toUpperCase() === 'INBOX' ? 'INBOX' : folder))

export const commentSchema = z
  .string()
  .max(250)
  .refine(hasNone(controlButLayout), noControl)
  .refine(wellFormed, notWellFormed)
