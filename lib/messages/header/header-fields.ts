/** One field of a header block, unfolded. `value` holds one character per byte (latin1), undecoded. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string
  readonly value: string
  /** Only some readers would see this field: its name holds NULs or other bytes that no field name may hold. */
  readonly disguised: boolean
}

/** Every line break a reader of mail may know: CRLF, bare LF, bare CR. */
const lineBreak = /\r\n|\r|\n/
/** RFC 5322 section 2.2: a field name is printable US-ASCII; what else stands in it is left out to see what a lenient reader sees. */
const notOfName = /[^\x21-\x7e]/g
/** Bytes at which a reader may cut or start a line although mail does not: NUL, VT, FF, FS, GS, RS, NEL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const oddBreak = /[\0\v\f\x1c-\x1e\x85]/

/**
 * The fields of a header block in their order. Lines without a colon are left out. A disguised field is reported only when its name begins
 * with `prefix` (lower case): everybody else's oddities are none of ours.
 */
export const headerFieldsOf = (block: Buffer, prefix: string): HeaderField[] => {
  const fields: HeaderField[] = []
  for (const line of unfoldedLines(block.toString('latin1'))) {
    const field = fieldOf(line)
    if (field && (!field.disguised || field.name.startsWith(prefix))) fields.push(field)
    if (oddBreak.test(line)) fields.push(...hiddenFieldsOf(line, prefix))
  }
  return fields
}

/** RFC 5322 section 2.2.3: a line that begins with space or tab continues the one before. */
const unfoldedLines = (text: string): string[] => {
  const lines: string[] = []
  let parts: string[] = []
  for (const line of text.split(lineBreak)) {
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
  return { name, value: line.slice(colon + 1), disguised: name.length !== trimmed(written).length }
}

/** Only space and tab may stand around a name (RFC 5322 section 4.5). */
const trimmed = (text: string): string => {
  let start = 0
  let end = text.length
  while (isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

const isBlank = (character: string | undefined) => character === ' ' || character === '\t'

const hiddenFieldsOf = (line: string, prefix: string): HeaderField[] =>
  line
    .split(oddBreak)
    .slice(1)
    .flatMap((part) => fieldOf(part) ?? [])
    .filter(({ name }) => name.startsWith(prefix))
    .map((field) => ({ ...field, disguised: true }))
