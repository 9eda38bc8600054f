import * as z from 'zod'
import type { Transcript } from '../connection/session-watch.ts'

/** What imapflow logs of a line: `src` is `c` or `s`, and `msg` is the line with sensitive values and literals left out. */
const entrySchema = z.object({
  src: z.enum(['c', 's']),
  msg: z.string(),
  comment: z.string().optional(),
  err: z.unknown().optional(),
})

/** imapflow's logger as a transcript. It masks by itself what it knows to be sensitive; what it does not is masked here. */
export const imapLogger = (transcript: Transcript) => {
  const hear = (entry: unknown) => {
    if (!transcript.listening) return
    const parsed = entrySchema.safeParse(entry)
    // Entries without a line tell of imapflow itself.
    if (!parsed.success) return
    const { src, msg, comment, err } = parsed.data
    if (src === 'c') transcript.sent(isCredential(comment) ? '(credential)' : msg)
    // A line that could not be parsed is logged as it came, and may be content.
    else
      transcript.received(
        err === undefined ? withoutContent(msg) : `(a line that could not be read: ${msg.length} bytes)`,
      )
  }
  return {
    trace: hear,
    debug: hear,
    info: hear,
    warn: hear,
    error: hear,
    fatal: hear,
    /** imapflow then spares itself the writing out of every line. */
    isLevelEnabled: () => transcript.listening,
  }
}

/** The lines of a SASL exchange: `Encoded response for AUTH=PLAIN`. */
const isCredential = (comment: string | undefined): boolean => comment?.startsWith('Encoded') ?? false

/** A server may send a body as a quoted string instead of a literal (RFC 9051 section 9, nstring). */
const withoutContent = (line: string): string =>
  line.replace(
    /\b((?:BODY|BINARY|RFC822)[^\s"]*(?:\[[^\]]*\])?(?:<\d+>)?) "((?:[^"\\]|\\.)*)"/g,
    (_, item: string, content: string) => `${item} (${content.length} characters)`,
  )
