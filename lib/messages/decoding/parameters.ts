import { decodeBytes } from './charset.ts'
import { decodedWords } from './encoded-words.ts'
import { splitParameters } from './mailparser.ts'

export interface StructuredValue {
  /** The text before the parameters, as written. */
  readonly value: string
  /** By lower-case name. The text is decoded, except for `boundary`, which must match the bytes of the body. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Reads the value of Content-Type or Content-Disposition: parameters (RFC 2045 section 5.1), their continuations and
 * charsets (RFC 2231), encoded words in them (which RFC 2047 forbids and many programs write), and raw 8-bit text.
 * Never throws. If a parameter is given in both forms, the one from RFC 2231 counts.
 * @param value one character per byte (latin1), unfolded
 */
export const structuredValue = (value: string): StructuredValue => {
  const split = splitValue(value)
  const parameters = new Map<string, string>()
  const extended = new Map<string, Segment[]>()
  for (const [written, text] of Object.entries(split.params)) {
    const [, name, number, star] = extendedName.exec(written) ?? []
    if (name === undefined) parameters.set(written, written === 'boundary' ? text : decodedWords(text))
    else {
      const segment = { number: Number(number ?? -1), isEncoded: number === undefined || star === '*', text }
      const known = extended.get(name)
      if (known) known.push(segment)
      else extended.set(name, [segment])
    }
  }
  for (const [name, segments] of extended) parameters.set(name, joinedSegments(segments))
  return { value: split.value, parameters: Object.fromEntries(parameters) }
}

/** One parameter `name*`, `name*0` or `name*0*` (RFC 2231). */
interface Segment {
  /** -1 if the parameter is not continued. */
  readonly number: number
  readonly isEncoded: boolean
  readonly text: string
}

const extendedName = /^([^*]+)\*(?:(\d{1,9})(\*?))?$/

/**
 * This character replaces each asterisk before libmime parses the value. Otherwise, libmime would decode RFC 2231
 * itself, and not from bytes. A value with one character per byte cannot contain this character.
 */
const asterisk = '\ue000'

/** Splits the parameters without decoding them. */
const splitValue = (value: string): { readonly value: string; readonly params: Record<string, string> } => {
  const masked = value.replaceAll('*', asterisk)
  const { value: first, params } = splitParameters(masked, { stripComments: true })
  const uncommented = masked.includes('(') ? splitParameters(masked, { stripComments: false }).params : {}
  const unmasked = (text: string) => text.replaceAll(asterisk, '*')
  return {
    value: unmasked(first),
    params: Object.fromEntries(
      Object.entries(params).map(([name, text]) => {
        // `filename=Report (final).pdf` lacks quotes. A comment would be at the end of the parameter.
        const whole = name === 'filename' || name === 'name' ? uncommented[name] : undefined
        return [unmasked(name), unmasked(whole === undefined || whole.endsWith(')') ? text : whole)]
      }),
    ),
  }
}

/**
 * Only segments with an asterisk at the end are percent-encoded, and the first of them begins with the charset and the
 * language (RFC 2231 section 4.1). The bytes are joined before they are decoded, because a character may be split over
 * two segments.
 */
const joinedSegments = (segments: readonly Segment[]): string => {
  const [first, ...more] = segments.toSorted((one, other) => one.number - other.number)
  if (!first) return ''
  const ordered = first.number === -1 ? [first] : [first, ...more]
  if (!ordered.some(({ isEncoded }) => isEncoded)) return decodedWords(ordered.map(({ text }) => text).join(''))
  const [prefix = '', charset = ''] = (first.isEncoded && /^([^']*)'[^']*'/.exec(first.text)) || []
  const bytes = ordered
    .map((segment) => (segment === first ? { ...first, text: first.text.slice(prefix.length) } : segment))
    .map(({ isEncoded, text }) => (isEncoded ? percentDecoded(text) : text))
  return decodeBytes(Buffer.from(bytes.join(''), 'latin1'), charset)
}

const percentDecoded = (text: string): string =>
  text.replace(/%([\da-f]{2})/gi, (_written, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

export interface MediaType {
  /** In lower case, for example `text/plain`. */
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Reads a Content-Type as its writer meant it: the type may be quoted, contain blanks around the slash, and lack the
 * semicolon after it. A missing, empty or invalid type is `text/plain` (RFC 2045 section 5.2) and keeps its parameters.
 * Never throws.
 * @param value one character per byte (latin1), unfolded
 */
export const mediaTypeOf = (value = ''): MediaType => {
  const { value: written, parameters } = structuredValue(value)
  if (validType.test(written)) return { type: written.toLowerCase(), parameters }
  const [faulty, type, subtype] = faultyType.exec(value) ?? []
  const before = faulty ?? invalidType.exec(value)?.[0] ?? ''
  return {
    type: type && subtype ? `${type}/${subtype}`.toLowerCase() : 'text/plain',
    parameters: structuredValue(`;${value.slice(before.length)}`).parameters,
  }
}

/** Two tokens with a slash between them (RFC 2045 section 5.1). */
const validType = /^[^\s"(),/:;<=>?@[\\\]]+\/[^\s"(),/:;<=>?@[\\\]]+$/
const faultyType = /^[\s"]*([^\s"(),/:;<=>?@[\\\]]+)\s*\/\s*([^\s"(),/:;<=>?@[\\\]]+)(?=[\s"(),:;]|$)["\s,:]*/
/** The first word, unless it names a parameter. */
const invalidType = /^\s*[^\s;=]+(?=[\s;]|$)/

export interface Disposition {
  /** In lower case, for example `attachment`. It is empty if there is none. */
  readonly kind: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Reads a Content-Disposition (RFC 2183), even if it lacks its type or the semicolon after it. Never throws.
 * @param value one character per byte (latin1), unfolded
 */
export const dispositionOf = (value = ''): Disposition => {
  const { value: written, parameters } = structuredValue(value)
  if (!/[\s=,]/.test(written)) return { kind: written.toLowerCase(), parameters }
  const before = invalidType.exec(value)?.[0] ?? ''
  return {
    kind: before.replace(',', '').trim().toLowerCase(),
    parameters: structuredValue(`;${value.slice(before.length)}`).parameters,
  }
}
