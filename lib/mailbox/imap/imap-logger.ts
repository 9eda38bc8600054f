import * as z from 'zod'
import type { Transcript } from '../mailbox.ts'

/**
 * imapflow's log entry for a line: `src` is `c` or `s`, and `msg` is the line without sensitive values and literals.
 */
const entrySchema = z.object({
  src: z.enum(['c', 's']),
  msg: z.string(),
  comment: z.string().optional(),
  err: z.unknown().optional(),
})

const refusedCommandSchema = z.object({ err: z.instanceof(Error) })

/**
 * Converts imapflow's log to a transcript. imapflow masks the values that it recognises as sensitive. This file masks
 * the rest.
 * @param onRefused receives the error of each refused command. Commands like STORE return `false` in that case, and
 *   only the log contains the reason
 */
export const imapLogger = (transcript: Transcript | undefined, onRefused: (error: Error) => void = () => undefined) => {
  const hear = (entry: unknown) => {
    if (!transcript?.listening) return
    const parsed = entrySchema.safeParse(entry)
    // Entries without a line are about imapflow itself.
    if (!parsed.success) return
    const { src, msg, comment, err } = parsed.data
    if (src === 'c') transcript.sent(isCredential(comment) ? '(credential)' : withSizes(msg))
    // A line that could not be parsed is logged unchanged and may contain content.
    else
      transcript.received(err === undefined ? withoutContent(withSizes(msg)) : `(unreadable line: ${msg.length} bytes)`)
  }
  return {
    trace: hear,
    debug: hear,
    info: hear,
    warn: (entry: unknown) => {
      const refused = refusedCommandSchema.safeParse(entry)
      if (refused.success) onRefused(refused.data.err)
      hear(entry)
    },
    error: hear,
    fatal: hear,
    /** If this returns false, imapflow does not format log lines. */
    isLevelEnabled: () => transcript?.listening ?? false,
  }
}

/** Recognises the lines of a SASL exchange: `Encoded response for AUTH=PLAIN`. */
const isCredential = (comment: string | undefined): boolean => comment?.startsWith('Encoded') ?? false

/**
 * imapflow logs `"(* 48231B literal *)"` instead of a literal or a long string. A string that only looks like this is
 * not replaced, because imapflow escapes the quotation marks inside strings.
 */
const withSizes = (line: string): string =>
  line.replace(
    /"\(\* (\d+)B (literal|string) \*\)"/g,
    (_all, size, kind) => `(${size} ${kind === 'literal' ? 'bytes' : 'characters'})`,
  )

/** The name of a FETCH item with content, the brackets of its section, and a space with an optional quoted string. */
const tokens = /\b(?:BODY|BINARY|RFC822)|[[\]]|\s"?/gi

/**
 * Omits content: a server may send a body as a quoted string instead of a literal (RFC 9051 section 9, nstring). The
 * function reads the line once from left to right, because a line can have megabytes. In case of doubt, it omits too
 * much.
 */
const withoutContent = (line: string): string => {
  const shown: string[] = []
  let from = 0
  let item = false
  let section = false
  tokens.lastIndex = 0
  for (let token = tokens.exec(line); token; token = tokens.exec(line)) {
    const [text] = token
    if (item && text.endsWith('"')) {
      const end = endOfString(line, tokens.lastIndex)
      shown.push(line.slice(from, token.index), ` (${end - tokens.lastIndex} characters)`)
      from = end + 1
      tokens.lastIndex = from
    }
    if (text === '[') section = item
    else if (text === ']') section = false
    // A section contains the names of header fields, separated by spaces.
    else item = text.trim() === '' || text.endsWith('"') ? section : true
  }
  return [...shown, line.slice(from)].join('')
}

/** @returns the position of the closing quotation mark, or the end of the line */
const endOfString = (line: string, start: number): number => {
  let end = start
  while (end < line.length && line[end] !== '"') end += line[end] === '\\' ? 2 : 1
  return Math.min(end, line.length)
}
