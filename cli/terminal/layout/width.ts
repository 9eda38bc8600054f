import { stripVTControlCharacters } from 'node:util'
import fastStringWidth from 'fast-string-width'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** The library counts these invisible characters, which Persian and some scholars' texts contain. */
const withoutWidth = /[\u034f\u200c]/g
/** The library counts each part of a decomposed Korean syllable, which the normal form avoids. */
const measurable = (text: string): string => text.normalize('NFC').replace(withoutWidth, '')

/** @returns the number of terminal columns that the text takes, without its colours */
export const widthOf = (text: string): number => fastStringWidth(measurable(text))

/** @returns the text, cut to the number of columns with `…` if it is wider; never cuts within a character */
export const cutToWidth = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text
  let [kept, width] = ['', 0]
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment)
    if (width > columns - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** @returns the text, filled with spaces to the number of columns */
export const padded = (text: string, columns: number, align: 'left' | 'right' = 'left'): string => {
  const fill = ' '.repeat(Math.max(0, columns - widthOf(text)))
  return align === 'left' ? text + fill : fill + text
}

/**
 * Breaks lines between words, so that the terminal does not break them within words. Continued lines are indented like
 * the last column of their line. A word that is wider than the terminal stays whole, so that it can be copied.
 */
export const wrapped = (text: string, columns: number): string =>
  text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n')

const wrappedLine = (line: string, columns: number): string => {
  if (widthOf(line) <= columns) return line
  const indent = ' '.repeat(hangingIndent(stripVTControlCharacters(line), columns))
  const lines: string[] = []
  let [current, width] = ['', 0]
  for (const word of line.split(/(?<= )(?=[^ ])/)) {
    if (width > indent.length && width + widthOf(word.trimEnd()) > columns) {
      lines.push(current.trimEnd())
      ;[current, width] = [indent, indent.length]
    }
    current += word
    width += widthOf(word)
  }
  return [...lines, current.trimEnd()].join('\n')
}

/** @returns the width of the leading spaces, or of everything up to the last column, which follows several spaces */
const hangingIndent = (line: string, columns: number): number => {
  const start = line.slice(0, Math.floor(columns / 2) + 1)
  for (let at = start.length - 1; at > 0; at -= 1)
    if (start[at] !== ' ' && /^ $| {2}$/.test(start.slice(Math.max(0, at - 2), at))) return widthOf(start.slice(0, at))
  return 0
}
