import { colours } from '../../cli/terminal/colours.ts'
import { cutToWidth, padded, wrapped } from '../../cli/terminal/layout/width.ts'
import { plain } from '../../cli/terminal/text.ts'

/** The width of what stands before the queue, in columns of a terminal. */
export const indent = 9
const widths = { queue: 8, subject: 27 }
const usualColumns = 80

/** Prints text for people. Terminals do not break its words. */
export const say = (text = ''): void =>
  console.log(process.stdout.isTTY ? wrapped(text, process.stdout.columns || usualColumns) : text)

/** @returns a line with the queue and the subject of a message in columns, and what happened to it */
export const mailLine = (queue: string, subject: string, what: string): string =>
  [
    ' '.repeat(indent) + colours.cyan(padded(cutToWidth(plain(queue), widths.queue), widths.queue)),
    padded(cutToWidth(plain(subject), widths.subject), widths.subject),
    what,
  ].join('  ')
