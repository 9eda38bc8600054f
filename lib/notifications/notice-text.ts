import { cutTo, printable } from '../text/printable.ts'
import type { Notice } from './notices.ts'

/** The parts that a reader of a notice needs, in this order. Each is one or more sentences. */
export interface NoticeParts extends Pick<Notice, 'kind' | 'about' | 'page'> {
  /** Without the name of the product, which every subject begins with. Names in it are from `nameInSubject`. */
  readonly subject: string
  /** What happened, and since when. */
  readonly happened: string
  readonly cause?: string | undefined
  /** What to do about it. Absent if nothing has to be done. */
  readonly remedy?: string | undefined
  /** One line for each item, if the notice is about several. */
  readonly list?: readonly string[] | undefined
  /** What becomes of the mail, ids and commands. */
  readonly closing: string
}

/** In characters. The name of the product and the longest words around a name take the rest of the 99 of a subject. */
const longestName = 44
const cutMark = '...'

/** Shortens a name, so that the subject of an e-mail still says what happened. The text of the notice names it in full. */
export const nameInSubject = (name: string): string => {
  const line = printable(name)
  return line.length <= longestName ? line : `${cutTo(line, longestName - cutMark.length)}${cutMark}`
}

/**
 * A notice in the common layout: what happened, the cause, the remedy, and what else helps. Foreign text in the parts
 * cannot begin a line of its own.
 */
export const noticeOf = ({ kind, about, page, subject, happened, closing, ...parts }: NoticeParts): Notice => {
  const reasons = [
    ...(parts.cause === undefined ? [] : [`Cause: ${parts.cause}`]),
    ...(parts.remedy === undefined ? [] : [`What to do: ${parts.remedy}`]),
  ]
  const list = (parts.list ?? []).map((item) => `- ${item}`)
  const paragraphs = [[happened], list, reasons, [closing]].filter((lines) => lines.length > 0)
  const text = paragraphs.map((lines) => lines.map(printable).join('\n')).join('\n\n')
  return { kind, about, page, subject: `Postmaster: ${subject}`, text }
}
