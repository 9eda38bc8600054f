import { htmlText } from '../html/html-text.ts'
import { type BodyText, bodyLimit, cutToJson } from './body-limit.ts'
import { type BodyLeaf, chosenTexts } from './chosen-texts.ts'

export interface ShownBody {
  readonly text?: BodyText
  /** `html` if at least part of `text` was converted from HTML. */
  readonly textFrom?: 'html'
  /** The HTML as the sender wrote it, with the plain texts around it converted to HTML. Never show it in a browser. */
  readonly html?: BodyText
}

/** A text in the form that is shown. `from` is the form in which the sender wrote it. */
interface Piece extends BodyText {
  readonly from: 'text' | 'html'
}

/** Joins the texts of a body in order, once as text and once as HTML. A body without HTML has only the text. */
export const shownBodyOf = (leaves: readonly BodyLeaf[]): ShownBody => {
  const text = joined(
    chosenTexts(leaves, 'text').flatMap((leaf) => textPieceOf(leaf) ?? []),
    '\n',
  )
  const html = joined(chosenTexts(leaves, 'html').map(htmlPieceOf), '<br>\n')
  return {
    ...(text && { text: text.body }),
    ...(text?.from.has('html') && { textFrom: 'html' }),
    ...(html?.from.has('html') && { html: html.body }),
  }
}

/** @returns undefined for HTML that is nested too deeply */
const textPieceOf = ({ kind, content, truncated }: BodyLeaf): Piece | undefined => {
  if (kind !== 'html') return { content, truncated, from: 'text' }
  const made = htmlText(content, bodyLimit)
  return made && { content: made.text, truncated: truncated || made.cut, from: 'html' }
}

const htmlPieceOf = ({ kind, content, truncated }: BodyLeaf): Piece =>
  kind === 'html' ? { content, truncated, from: 'html' } : { content: textAsHtml(content), truncated, from: 'text' }

/** Converts plain text to HTML with its lines and indentation. The sanitiser allows the elements that it uses. */
const textAsHtml = (text: string): string => {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.trim() && `<div>${escaped.replace(/ (?= )/g, '&nbsp;').replaceAll('\n', '<br>\n')}</div>`
}

/** Blank pieces are omitted if there are other pieces. A piece without words may still have been cut at the limit. */
const joined = (
  pieces: readonly Piece[],
  separator: string,
): { readonly body: BodyText; readonly from: ReadonlySet<Piece['from']> } | undefined => {
  if (pieces.length === 0) return undefined
  const written = pieces.filter(({ content }) => content.trim() !== '')
  const shown = written.length > 0 ? written : pieces.slice(0, 1)
  const whole = shown.map(({ content }) => content).join(separator)
  const content = cutToJson(whole, bodyLimit)
  const truncated = pieces.some((piece) => piece.truncated) || content.length < whole.length
  return { body: { content, truncated }, from: new Set(shown.map(({ from }) => from)) }
}
