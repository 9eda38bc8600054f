import { trimmedEnd } from '../../../text/printable.ts'
import type { MailPart } from '../parts/mail-parts.ts'
import type { BodyKind } from './body-kind.ts'
import { bodyTextOf } from './body-text.ts'
import type { BodyLeaf } from './chosen-texts.ts'

/**
 * Reads the texts of a body and keeps them. The limit applies separately to the bytes of HTML and to the bytes of all
 * other texts.
 */
export class CollectedTexts {
  readonly leaves: BodyLeaf[] = []
  readonly #limit: number
  readonly #bytes = { html: 0, text: 0 }

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @throws the errors of the part's content, after keeping the text before the error */
  async add(part: MailPart, kind: BodyKind): Promise<void> {
    const form = kind === 'html' ? 'html' : 'text'
    const chunks: Buffer[] = []
    let truncated = false
    try {
      for await (const chunk of part.content) {
        const wanted = chunk.subarray(0, this.#limit - this.#bytes[form])
        truncated ||= wanted.length < chunk.length
        if (wanted.length > 0) chunks.push(wanted)
        this.#bytes[form] += wanted.length
      }
    } finally {
      const bytes = Buffer.concat(chunks)
      const text = bodyTextOf(truncated ? withoutCutCharacter(bytes) : bytes, part)
      // In other charsets, the decoder marks a character that was cut in half.
      const content = truncated ? trimmedEnd(text, /\ufffd/) : text
      this.leaves.push({ kind, containers: part.containers, content, truncated })
    }
  }
}

/** Half a UTF-8 character at the end would make the whole text look as if it were not UTF-8. */
const withoutCutCharacter = (bytes: Buffer): Buffer => {
  const longest = 4
  for (let start = bytes.length - 1; start >= 0 && start > bytes.length - longest; start -= 1) {
    const byte = bytes[start] ?? 0
    // A byte of the form 10xxxxxx continues a character, and 11xxxxxx begins one (RFC 3629 section 3).
    if (byte >= 0xc0) return bytes.subarray(0, start)
    if (byte < 0x80) break
  }
  return bytes
}
