import { textOf } from '../../decoding/charset.ts'
import { dispositionOf, type MediaType, mediaTypeOf, structuredValue } from '../../decoding/parameters.ts'
import { type HeaderField, headerFieldsOf } from '../../header/header-fields.ts'

/** The MIME fields of one part (RFC 2045), decoded. */
export interface PartHeader {
  /**
   * The declared type, in lower case. It is never guessed from the file name. A missing or invalid type is
   * `text/plain` (RFC 2045 section 5.2), but an attachment without a type is `application/octet-stream`, and a part of
   * a digest without a type is `message/rfc822` (RFC 2046 section 5.1.5).
   */
  readonly contentType: string
  /** The parameters of Content-Type, by lower-case name. */
  readonly parameters: Readonly<Record<string, string>>
  /** In lower case. */
  readonly disposition: string | undefined
  /** The file name as the sender wrote it, decoded (RFC 2047, RFC 2231). */
  readonly fileName: string | undefined
  /** Content-ID without angle brackets. */
  readonly contentId: string | undefined
  /** The transfer encoding in lower case, for example `base64`. It is empty if the part declares none. */
  readonly encoding: string
}

/**
 * Reads the MIME fields of a part. If a field is repeated, the first one counts.
 * @param block the part's header, or only its lines that begin with `Content-`
 */
export const partHeaderOf = (block: Buffer, { inDigest }: { readonly inDigest: boolean }): PartHeader => {
  const fields = headerFieldsOf(block, 'content-')
  const type = rawValue(fields, 'content-type')
  const media = mediaTypeOf(type)
  const { kind, parameters } = dispositionOf(rawValue(fields, 'content-disposition'))
  const fileName = parameters.filename?.trim() || media.parameters.name?.trim()
  return {
    contentType: type === undefined ? typeOfUntyped(kind, inDigest) : typeOf(type, media),
    parameters: media.parameters,
    disposition: kind || undefined,
    fileName: fileName || undefined,
    contentId: contentIdOf(rawValue(fields, 'content-id') ?? ''),
    encoding: encodingOf(rawValue(fields, 'content-transfer-encoding') ?? ''),
  }
}

const rawValue = (fields: readonly HeaderField[], name: string): string | undefined => {
  const value = fields.find((field) => field.name === name && !field.disguised)?.value
  return value?.trim() ? value : undefined
}

/** A multipart without a known subtype is `multipart/mixed` (RFC 2046 section 5.1.3). */
const typeOf = (value: string, { type, parameters }: MediaType): string =>
  type === 'text/plain' && parameters.boundary && /^\s*"?multipart\b/i.test(value) ? 'multipart/mixed' : type

const typeOfUntyped = (disposition: string, inDigest: boolean): string => {
  if (inDigest) return 'message/rfc822'
  return disposition === 'attachment' ? 'application/octet-stream' : 'text/plain'
}

const contentIdOf = (value: string): string | undefined =>
  textOf(value).trim().replace(/^<|>$/g, '').trim() || undefined

/** An encoding is one word (RFC 2045 section 6.1). Some senders put a comma or semicolon after it. */
const encodingOf = (value: string): string => structuredValue(value).value.toLowerCase().split(/[\s,]/)[0] ?? ''

/** Whether a part is itself a message (RFC 2046 section 5.2.1; RFC 6532 section 3.7). */
export const isMessageType = (contentType: string): boolean =>
  contentType === 'message/rfc822' || contentType === 'message/global'
