import { Parser } from 'htmlparser2'
import { cutTo } from '../../../text/printable.ts'
import { hiddenElements, repairedHtml } from './hidden-html.ts'
import { deepest, NestedTooDeeply, unlessNestedTooDeeply } from './nesting.ts'
import { TextLayout } from './text-layout.ts'

/**
 * The number of characters passed to the parser at once. Up to this many characters are read unnecessarily once the
 * text is long enough.
 */
const slice = 16 * 1024
/** In characters. A longer link is of no use to a person. */
const longestLink = 2_000

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '))
/** Elements with an empty line before and after them. */
const paragraphs = setOf('blockquote dl fieldset figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul')
/** Elements on their own lines. */
const blocks = setOf(
  'address article aside body caption center dd div dt figcaption footer form header li main nav section tr',
)
/** Elements with a blank before and after them. */
const spaced = setOf('td th')
const hidden: ReadonlySet<string> = new Set(hiddenElements)

export interface HtmlText {
  readonly text: string
  /** Whether the text was cut at `limit` characters. */
  readonly cut: boolean
}

/**
 * Converts HTML to readable text: paragraphs, lists, quotations (`> `), table cells next to each other, link targets in
 * angle brackets after the link text, and images as their alternative text. Nothing is loaded. The worst known input of
 * 1 MiB takes at most 2 s.
 * @param limit the approximate limit in characters
 * @returns undefined if elements are nested more than 500 levels deep
 */
export const htmlText = (html: string, limit: number): HtmlText | undefined =>
  unlessNestedTooDeeply(() => {
    const reader = new HtmlReader()
    const parser = new Parser(reader, { recognizeCDATA: true })
    const source = repairedHtml(html)
    let read = 0
    for (; read < source.length && reader.layout.length < limit; read += slice)
      parser.write(source.slice(read, read + slice))
    parser.end()
    const { text } = reader.layout
    return { text: cutTo(text, limit), cut: read < source.length || text.length > limit }
  })

/** Passes the parser's events to the layout. */
class HtmlReader {
  readonly layout = new TextLayout()
  #depth = 0
  #hidden = 0
  #pre = 0
  /** The text since the last tag. The parser splits text at every entity. */
  #text = ''
  #link: { readonly target: string; readonly from: number } | undefined

  readonly ontext = (text: string): void => {
    if (this.#hidden === 0) this.#text += text
  }

  readonly onopentag = (name: string, attributes: Readonly<Record<string, string>>): void => {
    this.#depth += 1
    if (this.#depth > deepest) throw new NestedTooDeeply()
    this.#flush()
    if (hidden.has(name)) this.#hidden += 1
    if (this.#hidden > 0) return
    this.#break(name)
    if (name === 'br') this.layout.lineBreak()
    if (name === 'hr') this.layout.write('---')
    if (name === 'pre') this.#pre += 1
    if (spaced.has(name)) this.layout.space()
    if (name === 'blockquote') this.layout.quotes += 1
    if (name === 'ul') this.layout.openList(undefined)
    if (name === 'ol') this.layout.openList(firstNumber(attributes.start))
    if (name === 'li') this.layout.item()
    if (name === 'img') this.layout.words(attributes.alt ?? '')
    if (name === 'a') this.#link = { target: shownTarget(attributes.href ?? ''), from: this.layout.length }
  }

  readonly onclosetag = (name: string): void => {
    this.#depth -= 1
    this.#flush()
    if (this.#hidden > 0) {
      if (hidden.has(name)) this.#hidden -= 1
      return
    }
    if (name === 'a') this.#endLink()
    if (name === 'pre') this.#pre -= 1
    if (spaced.has(name)) this.layout.space()
    this.#break(name)
    if (name === 'blockquote') this.layout.quotes -= 1
    if (name === 'ul' || name === 'ol') this.layout.closeList()
  }

  readonly onend = (): void => this.#flush()

  #break(name: string): void {
    if (paragraphs.has(name)) this.layout.paragraph()
    else if (blocks.has(name)) this.layout.line()
  }

  #flush(): void {
    const text = this.#text
    this.#text = ''
    if (text === '') return
    if (this.#pre > 0) this.layout.verbatim(text)
    else this.layout.words(text)
  }

  /** Shows the target of a link, because the link text may claim another one. */
  #endLink(): void {
    const { target = '', from = 0 } = this.#link ?? {}
    this.#link = undefined
    if (target === '' || sameTarget(this.layout.since(from), target)) return
    this.layout.space()
    this.layout.write(`<${target}>`)
  }
}

const firstNumber = (start = '1'): number => (/^-?\d{1,6}$/.test(start) ? Number(start) : 1)

/** @returns an empty text if a reader cannot follow the link from plain text */
const shownTarget = (href: string): string => {
  const url = href.replace(/\s+/g, '')
  if (!/^(https?:\/\/|mailto:|tel:)./i.test(url) || url.length > longestLink) return ''
  return /^(mailto|tel):/i.test(url) ? (url.replace(/^\w+:/, '').split('?', 1)[0] ?? '') : url
}

const sameTarget = (words: string, target: string): boolean => bare(words) === bare(target)

const bare = (url: string): string =>
  url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
