import { trimmedEnd } from '../../../text/printable.ts'
import type { MailPart } from '../mail-parts.ts'
import type { BodyKind } from './body-kind.ts'
import { bodyTextOf } from './body-text.ts'
import type { BodyLeaf } from './chosen-texts.ts'

/**
 * Reads the texts of a body and keeps them. The limit applies to the bytes of the HTML, and separately to those of all
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
      const text = bodyTextOf(Buffer.concat(chunks), part)
      // The last character may have been cut in half.
      const content = truncated ? trimmedEnd(text, /\ufffd/) : text
      this.leaves.push({ kind, containers: part.containers, content, truncated })
    }
  }
}
