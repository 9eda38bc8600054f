import { cutTo, trimmedEnd } from '../../text/printable.ts'
import { decodeBytes } from '../header/charset.ts'
import { headerBlockOf } from '../header/header-fields.ts'
import { unflow } from '../header/mailparser.ts'
import type { MailPart } from './mail-parts.ts'

/** Passes a stream through and keeps its first bytes. */
export class Beginning implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterable<Buffer>
  readonly #limit: number
  readonly #chunks: Buffer[] = []
  #length = 0

  constructor(source: AsyncIterable<Buffer>, limit: number) {
    this.#source = source
    this.#limit = limit
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.#source) {
      const wanted = chunk.subarray(0, this.#limit - this.#length)
      if (wanted.length > 0) this.#chunks.push(Buffer.from(wanted))
      this.#length += wanted.length
      yield chunk
    }
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** The kept bytes after the header block. */
  get body(): Buffer {
    return this.bytes.subarray(headerBlockOf(this.bytes).length)
  }
}

export interface BodyText {
  readonly content: string
  /** True if the text was shortened. The raw mail contains all of it. */
  readonly truncated: boolean
}

/** Joins the parts of one kind of body. The limit applies to the bytes as sent and to the bytes as JSON. */
export class Body {
  readonly #separator: string
  readonly #limit: number
  readonly #texts: string[] = []
  #bytes = 0
  #truncated = false

  constructor(separator: string, limit: number) {
    this.#separator = separator
    this.#limit = limit
  }

  async add(part: MailPart): Promise<void> {
    const chunks: Buffer[] = []
    let cut = false
    try {
      for await (const chunk of part.content) {
        const wanted = chunk.subarray(0, this.#limit - this.#bytes)
        cut ||= wanted.length < chunk.length
        if (wanted.length > 0) chunks.push(wanted)
        this.#bytes += wanted.length
      }
    } finally {
      // The text before an error is also shown.
      this.#truncated ||= cut
      if (chunks.length > 0 || this.#texts.length === 0) this.#append(Buffer.concat(chunks), part, cut)
    }
  }

  #append(bytes: Buffer, part: MailPart, cut: boolean): void {
    const text = bodyTextOf(bytes, part)
    // The last character may have been cut in half.
    this.#texts.push(cut ? trimmedEnd(text, /\ufffd/) : text)
  }

  get text(): BodyText | undefined {
    if (this.#texts.length === 0) return undefined
    const whole = this.#texts.join(this.#separator)
    const content = cutToJson(whole, this.#limit)
    return { content, truncated: this.#truncated || content.length < whole.length }
  }
}

/** @returns the longest beginning that has at most `limit` bytes as JSON, where a control character takes six */
export const cutToJson = (text: string, limit: number): string => {
  if (jsonBytes(text) <= limit) return text
  let fits = 0
  let tooLong = text.length
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (jsonBytes(text.slice(0, middle)) <= limit) fits = middle
    else tooLong = middle
  }
  return cutTo(text, fits)
}

const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text))

/**
 * Decodes a text part. If its charset is missing or wrong, the bytes are read as UTF-8 if they are valid UTF-8, and
 * otherwise as windows-1252.
 */
export const bodyTextOf = (bytes: Buffer, { parameters, contentType }: MailPart): string => {
  const text = decodeBytes(bytes, parameters.charset ?? '')
  const unfolded = text.replace(/^\ufeff/, '').replace(/\r\n/g, '\n')
  return contentType === 'text/plain' && parameters.format?.toLowerCase() === 'flowed'
    ? unflow(unfolded, parameters.delsp?.toLowerCase() === 'yes')
    : unfolded
}
