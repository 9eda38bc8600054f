import { trimmedEnd } from '../../text/printable.ts'
import { headerBlockLimit } from '../message-header.ts'

const CR = 0x0d
const LF = 0x0a

/**
 * Finds the header block, which ends with the first blank line after a non-empty line and has at most
 * `headerBlockLimit` bytes. Blank lines before the header are part of the block. The blank line is CRLF CRLF, LF LF or
 * a mixture of them. CR CR counts only if there is no LF at all. Most readers treat a bare CR as part of its line, so a
 * header that ended there could hide a control header that they see.
 * @param bytes the message, or at least its first `headerBlockLimit` bytes
 * @returns a view of `bytes`, never a copy
 */
export const headerBlockOf = (bytes: Buffer): Buffer => {
  const window = bytes.subarray(0, headerBlockLimit)
  return window.subarray(0, endOfBlock(window, firstLine(window)))
}

/** Skips the empty lines that some servers and gateways put before the header. Many mail readers also skip them. */
const firstLine = (window: Buffer): number => {
  let at = 0
  while (window[at] === CR || window[at] === LF) at += 1
  return at
}

const endOfBlock = (window: Buffer, start: number): number => {
  const firstLf = window.indexOf(LF, start)
  for (let at = firstLf; at !== -1; at = window.indexOf(LF, at + 1)) {
    if (window[at + 1] === LF) return at + 2
    if (window[at + 1] === CR && window[at + 2] === LF) return at + 3
  }
  const twoCrs = firstLf === -1 ? window.indexOf('\r\r', start, 'latin1') : -1
  return twoCrs === -1 ? window.length : twoCrs + 2
}

/** A field, the continuation of a field, or the envelope line that mbox files put before a header. */
const headerLine = /^(?:[\x21-\x39\x3b-\x7e]+[ \t]*:|[ \t]|>?From )/

/** Whether a line is part of a header. Text can follow a header without a blank line. */
export const isHeaderLine = (line: string): boolean => headerLine.test(line)

/**
 * Finds the text in a header block. Some programs omit the blank line after the header, or write blanks into it. The
 * text then begins with the first line that is not part of a header.
 * @param block the result of `headerBlockOf`
 * @returns the position of the text, or the length of the block if it does not contain any text
 */
export const textStartIn = (block: Buffer): number => {
  const text = block.toString('latin1')
  const isEnded = blankEnd.test(text.slice(-longestEnd)) || block.length === headerBlockLimit
  let hasFields = false
  let hasText = false
  let afterBlanks = false
  for (let start = firstLine(block); start < text.length; ) {
    const next = text.indexOf('\n', start) + 1 || text.length
    const line = text.slice(start, next)
    const isBlank = line.trim() === ''
    const isText = !isBlank && !isHeaderLine(line)
    if (isText && hasFields && (afterBlanks || !isEnded)) return start
    hasText ||= isText
    hasFields ||= !isBlank && !isText
    afterBlanks = isBlank
    start = next
  }
  return hasText && !hasFields ? 0 : block.length
}

const blankEnd = /\n\r?\n$|\r\r$/
/** In bytes: LF CR LF. */
const longestEnd = 3

/** One unfolded field of a header block. `value` contains one character per byte (latin1) and is not decoded. */
export interface HeaderField {
  /** In lower case. */
  readonly name: string
  readonly value: string
  /**
   * Whether only some mail readers would recognise this field, because its name contains NULs or other bytes that a
   * field name must not contain.
   */
  readonly disguised: boolean
}

/** RFC 5322 section 2.2 ends lines with CRLF. Unix programs leave out the CR. A bare CR is part of its line. */
const lineEnd = /\r?\n/
/** Every line end that any mail reader may recognise: CRLF, bare LF and bare CR. */
const anyLineEnd = /\r\n|\r|\n/
const bareCr = /\r(?!\n)/
/**
 * A field name is printable US-ASCII (RFC 5322 section 2.2). Other characters are removed to see what a lenient reader
 * sees.
 */
const notOfName = /[^\x21-\x7e]/g
/** Bytes at which some programs end or start a line even though mail does not: NUL, VT, FF, FS, GS, RS, NEL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression searches for control characters
const oddBreak = /[\0\v\f\x1c-\x1e\x85]/

/**
 * Parses the fields of a header block, in order. Lines without a colon are ignored. A bare CR does not end a line, but
 * control headers are also found after it and in text that follows the header without a blank line, so that nothing in
 * the block can later be taken for a control header that was not reported. If there are such CRs or such text, the
 * control headers follow all other fields. In a block without LF, which old Macs wrote, CR ends every line.
 * @param prefix the control header prefix, in lower case. Disguised fields are reported only if their names begin with
 * it, because other malformed fields do not matter. If it is missing, there are no control headers.
 */
export const headerFieldsOf = (block: Buffer, prefix?: string): HeaderField[] => {
  const text = block.toString('latin1', firstLine(block))
  const header = block.toString('latin1', firstLine(block), textStartIn(block) || block.length)
  const hasLf = text.includes('\n')
  const fields = fieldsIn(unfoldedLines(header, hasLf ? lineEnd : anyLineEnd), prefix)
  if (prefix === undefined || (header.length === text.length && !(hasLf && bareCr.test(text)))) return fields
  const isControl = ({ name }: HeaderField) => name.startsWith(prefix)
  const asLaxReadersSee = fieldsIn(unfoldedLines(text, anyLineEnd), prefix)
  return [...fields.filter((field) => !isControl(field)), ...asLaxReadersSee.filter(isControl)]
}

const fieldsIn = (lines: readonly string[], prefix: string | undefined): HeaderField[] => {
  const fields: HeaderField[] = []
  for (const line of lines) {
    const field = fieldOf(line)
    if (field && (!field.disguised || (prefix !== undefined && field.name.startsWith(prefix)))) fields.push(field)
    if (prefix !== undefined && oddBreak.test(line)) fields.push(...hiddenFieldsOf(line, prefix))
  }
  return fields
}

/** A line that begins with a space or tab continues the previous line (RFC 5322 section 2.2.3). */
const unfoldedLines = (text: string, end: RegExp): string[] => {
  const lines: string[] = []
  let parts: string[] = []
  for (const line of text.split(end)) {
    if (line.startsWith(' ') || line.startsWith('\t')) parts.push(line)
    else {
      if (parts.length > 0) lines.push(parts.join(''))
      parts = line === '' ? [] : [line]
    }
  }
  if (parts.length > 0) lines.push(parts.join(''))
  return lines
}

const fieldOf = (line: string): HeaderField | undefined => {
  const colon = line.indexOf(':')
  if (colon < 1) return undefined
  const written = line.slice(0, colon)
  const name = written.replace(notOfName, '').toLowerCase()
  if (name === '') return undefined
  // Only spaces and tabs may follow a name (RFC 5322 section 4.5). If the first line of a header begins with a blank,
  // the name is disguised, because there is no field that the line could continue.
  return { name, value: line.slice(colon + 1), disguised: name.length !== trimmedEnd(written, /[ \t]/).length }
}

const hiddenFieldsOf = (line: string, prefix: string): HeaderField[] =>
  hiddenParts(line)
    .flatMap((part) => fieldOf(part) ?? [])
    .filter(({ name }) => name.startsWith(prefix))
    .map((field) => ({ ...field, disguised: true }))

const hiddenParts = (line: string): string[] => line.split(oddBreak).slice(1)

/**
 * Lists the field names, in lower case, that any mail reader may see in one field of a header.
 * @param field one character per byte (latin1), without line ends
 */
export const namesSeenIn = (field: string): string[] =>
  [field, ...hiddenParts(field)].flatMap((part) => fieldOf(part)?.name ?? [])
