import type { SplitterNode } from './splitter.ts'

/** In bytes, for all multiparts without parts in a message together. This is enough to show what was sent. */
const keptLimit = 256 * 1024
/** The number of outer multiparts whose delimiters are recognised in the content. Real mail has only a few levels. */
const levelLimit = 50

/** A multipart in which no part begins, and its content. */
interface Unseparated {
  readonly node: SplitterNode
  readonly content: Buffer
}

/**
 * Keeps the content of a multipart until its first part begins. This is usually a preamble, which is not shown (RFC 2046
 * section 5.1.1). However, if no part begins at all, for example because the boundary is wrong, this content is all
 * that a person can read.
 */
export class UnseparatedContent {
  #node: SplitterNode | undefined
  #chunks: Buffer[] = []
  #length = 0
  #room = keptLimit

  /** @param content the first bytes of the multipart's content */
  start(node: SplitterNode, content: Buffer): void {
    this.#node = node
    this.#chunks = []
    this.#length = 0
    this.add(node, content)
  }

  /** Keeps content if it belongs to the multipart that was started last. */
  add(node: SplitterNode, content: Buffer): void {
    if (node !== this.#node) return
    // The bytes are copied, because a slice of the chunk would keep the whole chunk in memory.
    const kept = Buffer.from(content.subarray(0, this.#room - this.#length))
    if (kept.length > 0) this.#chunks.push(kept)
    this.#length += kept.length
  }

  /**
   * @param next the next node, or undefined at the end of the message
   * @returns the multipart that was started last, unless `next` is a part of it or its content is blank
   */
  endBefore(next: SplitterNode | undefined): Unseparated | undefined {
    const node = this.#node
    this.#node = undefined
    if (!node || next?.parentNode === node) return undefined
    const content = withoutDelimiters(node, Buffer.concat(this.#chunks).toString('latin1'))
    this.#room -= content.length
    return content.trim() === '' ? undefined : { node, content: Buffer.from(content, 'latin1') }
  }
}

/**
 * Removes what the splitter leaves in the content: the multipart's own delimiters, and everything from the first
 * delimiter of an outer multipart to the end.
 */
const withoutDelimiters = (node: SplitterNode, content: string): string => {
  const outer = new Set<string>()
  for (let at = node.parentNode, level = 0; at && level < levelLimit; at = at.parentNode, level += 1)
    for (const line of delimitersOf(at)) outer.add(line)
  const own = new Set(delimitersOf(node))
  const lines = content.split('\n')
  const end = lines.findIndex((line) => outer.has(line.trimEnd()))
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .filter((line) => !own.has(line.trimEnd()))
    .join('\n')
    .replace(/\r?\n?$/, '')
}

const delimitersOf = ({ _boundary: boundary }: SplitterNode): string[] => {
  const line = `--${boundary ? boundary.toString('latin1') : ''}`
  return boundary ? [line, `${line}--`] : []
}
