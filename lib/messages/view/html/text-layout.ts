/**
 * The number of list and quotation levels shown. Deeper levels look like the last one, so that indentation alone never
 * makes a line long.
 */
const deepestShown = 5
/** Characters without width. Mailings use them as filler that is not meant to be seen. */
const invisible = /^(?:[\u00ad\u061c\u200b-\u200f\u2060-\u2064\ufeff]|\u034f)+$/
const blanks = /[\s\u00a0]+/

/** Lays out text. Words are separated by one space, and each line starts with the marks of its list and quotation. */
export class TextLayout {
  quotes = 0
  readonly #parts: string[] = []
  #length = 0
  /** The line breaks to write before the next word. Two make an empty line. More than two are never kept. */
  #breaks = 0
  #space = false
  readonly #lists: Array<{ next: number | undefined }> = []
  #item = ''

  get length(): number {
    return this.#length
  }

  get text(): string {
    return this.#parts.join('')
  }

  /** @returns the text written since a length, possibly with more before it */
  since(length: number): string {
    const written: string[] = []
    let at = this.#length
    for (let index = this.#parts.length - 1; index >= 0 && at > length; index -= 1) {
      const part = this.#parts[index] ?? ''
      written.unshift(part)
      at -= part.length
    }
    return written.join('')
  }

  /** Writes words. Any whitespace between them becomes one space. */
  words(text: string): void {
    const words = text.split(blanks)
    for (const [index, word] of words.entries()) {
      if (index > 0) this.space()
      if (word !== '' && !invisible.test(word)) this.write(word)
    }
  }

  /** Writes the text line by line, unchanged. */
  verbatim(text: string): void {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (index > 0) this.lineBreak()
      if (line.trim() !== '') this.write(line)
    }
  }

  write(text: string): void {
    if (this.#length === 0) this.#push(this.#margin())
    else if (this.#breaks > 0) this.#push(`${'\n'.repeat(this.#breaks)}${this.#margin()}`)
    else if (this.#space) this.#push(' ')
    this.#breaks = 0
    this.#space = false
    this.#push(text)
  }

  space(): void {
    this.#space = true
  }

  line(): void {
    this.#breaks = Math.max(this.#breaks, 1)
  }

  paragraph(): void {
    this.#breaks = Math.max(this.#breaks, 2)
  }

  lineBreak(): void {
    this.#breaks = Math.min(this.#breaks + 1, 2)
  }

  /** @param first the number of the first item, or undefined for a list without numbers */
  openList(first: number | undefined): void {
    this.#lists.push({ next: first })
  }

  closeList(): void {
    this.#lists.pop()
    this.#item = ''
  }

  item(): void {
    const list = this.#lists.at(-1)
    this.#item = list?.next === undefined ? '- ' : `${list.next}. `
    if (list?.next !== undefined) list.next += 1
  }

  #margin(): string {
    const indent = '  '.repeat(Math.max(0, Math.min(this.#lists.length, deepestShown) - 1))
    const margin = `${'> '.repeat(Math.min(this.quotes, deepestShown))}${indent}${this.#item}`
    this.#item = ''
    return margin
  }

  #push(text: string): void {
    if (text === '') return
    this.#parts.push(text)
    this.#length += text.length
  }
}
