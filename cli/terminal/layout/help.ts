import { widthOf, wrapped } from './width.ts'

/**
 * Fits a help text to a terminal: joins the lines of each paragraph and breaks them again, and breaks commands with a
 * backslash, so that they can be copied.
 */
export const fittingHelp = (text: string, columns: number): string =>
  paragraphsOf(text)
    .map((line) => (isCommand(line) ? brokenCommand(line, columns) : wrapped(line, columns)))
    .join('\n')

/** Lines without an indent that follow each other are a paragraph. */
const paragraphsOf = (text: string): string[] => {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const before = lines.at(-1)
    if (before !== undefined && isProse(before) && isProse(line)) lines[lines.length - 1] = `${before} ${line}`
    else lines.push(line)
  }
  return lines
}

const isProse = (line: string): boolean => /^\S/.test(line)

/** An example, without an explanation to its right. */
const isCommand = (line: string): boolean => /^ {2}(?=\S).*\bpostmaster /.test(line) && !/\S {3,}\S/.test(line)

const pieces = /\s+|"[^"]*"|'[^']*'|[^\s"']+|["']/g

/** Quoted words stay whole, and the value of an option stays with it. */
const wordsOf = (line: string): string[] => {
  const words: string[] = []
  let isNew = true
  for (const piece of line.match(pieces) ?? []) {
    const before = words.at(-1) ?? ''
    if (piece.trim() === '') isNew = true
    else if (!isNew) words[words.length - 1] = before + piece
    else if (isOption(before) && !piece.startsWith('-')) words[words.length - 1] = `${before} ${piece}`
    else words.push(piece)
    if (piece.trim() !== '') isNew = false
  }
  return words
}

const isOption = (word: string): boolean => /^--?[\w-]+$/.test(word)

const brokenCommand = (line: string, columns: number): string => {
  if (widthOf(line) <= columns) return line
  const lines: string[] = []
  let current = ' '
  for (const word of wordsOf(line)) {
    // The last two columns are for the backslash.
    if (current.trim() !== '' && widthOf(current) + widthOf(word) + 3 > columns) {
      lines.push(`${current} \\`)
      current = '   '
    }
    current += ` ${word}`
  }
  return [...lines, current].join('\n')
}
