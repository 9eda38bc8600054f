import { decodedWords } from './encoded-words.ts'
import { splitParameters } from './mailparser.ts'

export interface StructuredValue {
  /** What stands before the parameters, as written. */
  readonly value: string
  /** By lower-case name. The text is decoded, except for `boundary`, which must match the bytes of the body. */
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Reads the value of Content-Type or Content-Disposition. Never throws.
 * @param value one character per byte (latin1), unfolded
 */
export const structuredValue = (value: string): StructuredValue => {
  const { value: first, params } = splitParameters(value)
  return {
    value: first,
    parameters: Object.fromEntries(Object.entries(params).map(([name, one]) => [name, decodedWords(one)])),
  }
}

export interface MediaType {
  /** In lower case, for example `text/plain`. */
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Reads a Content-Type. A missing, empty or invalid type is `text/plain` (RFC 2045 section 5.2).
 * @param value one character per byte (latin1), unfolded
 */
export const mediaTypeOf = (value: string | undefined): MediaType => {
  const { value: type, parameters } = structuredValue(value ?? '')
  return { type: type.toLowerCase() || 'text/plain', parameters }
}
