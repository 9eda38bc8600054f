import * as z from 'zod'

/** A lone surrogate cannot be encoded as UTF-8 or modified UTF-7. */
const wellFormed = (text: string) => text.isWellFormed()
const notWellFormed = 'must be valid Unicode'

const hasNone = (refused: RegExp) => (text: string) => !refused.test(text)

// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: comments may contain line breaks and tabs
const controlButLayout = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
/** A line break would start another command (RFC 1939 section 3, RFC 9051 section 4.3). Neither protocol allows NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const commandBreaking = /[\u0000\r\n]/

const noControl = 'must not contain control characters'

/** The limit of 200 is that of the reference product. */
export const usernameSchema = z
  .string()
  .min(1)
  .max(200)
  .refine(hasNone(controlCharacters), noControl)
  .refine(wellFormed, notWellFormed)

/** The reference product allows 200 characters, but app passwords that are tokens are longer. */
export const passwordSchema = z
  .string()
  .min(1)
  .max(1024)
  .refine(hasNone(commandBreaking), 'must not contain line breaks or NUL')
  .refine(wellFormed, notWellFormed)

/** The limit of 250 is that of the reference product. */
export const folderNameSchema = z
  .string()
  .min(1)
  .max(250)
  .refine(hasNone(controlCharacters), noControl)
  .refine(wellFormed, notWellFormed)

/**
 * Returns one spelling for INBOX, the only name without case (RFC 9051 section 5.1). Other names are unchanged, because
 * their hierarchy delimiter depends on the server.
 */
export const canonicalFolder = (folder: string): string => (folder.toUpperCase() === 'INBOX' ? 'INBOX' : folder)

/** Folder names are part of message ids, so INBOX gets one spelling. */
export const folderSchema = folderNameSchema.transform(canonicalFolder)

export const commentSchema = z
  .string()
  .max(250)
  .refine(hasNone(controlButLayout), noControl)
  .refine(wellFormed, notWellFormed)
