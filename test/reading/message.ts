import { bytesOf, mail } from '../lib/messages/view/sample-mails.ts'

/** A MIME entity: the lines of its header, and its body. One character is one byte. */
export interface Entity {
  readonly header: readonly string[]
  readonly body: string
}

/** The values of header fields, by name in their usual spelling. An empty list removes a field. */
export type Fields = Readonly<Record<string, string | readonly string[]>>

/** Converts text to bytes of UTF-8, one character per byte. */
export const utf8 = (text: string): string => bytesOf(text)

export const entity = (type: string, body: string, ...header: readonly string[]): Entity => ({
  header: [...(type === '' ? [] : [`Content-Type: ${type}`]), ...header],
  body,
})

export const writtenEntity = ({ header, body }: Entity): string => lines(...header, '', body)

/** Joins lines with CRLF. */
export const lines = (...all: readonly string[]): string => all.join('\r\n')

/** A multipart with a boundary that contains its own name, so that nested ones differ. */
export const multipart = (subtype: string, boundary: string, ...children: readonly Entity[]): Entity =>
  entity(`multipart/${subtype}; boundary="${boundary}"`, multipartBody(boundary, ...children))

export const multipartBody = (boundary: string, ...children: readonly Entity[]): string =>
  lines(...children.flatMap((child) => [`--${boundary}`, writtenEntity(child)]), `--${boundary}--`, '')

export const base64 = (bytes: string): string =>
  (
    Buffer.from(bytes, 'latin1')
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n')

/** Encodes each byte that is not a letter or a digit, except line ends. */
export const quotedPrintable = (bytes: string): string =>
  bytes
    .split('\r\n')
    .map((line) =>
      line
        .replace(/[^a-zA-Z0-9]/g, (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
        // A soft line break must not split an encoded byte.
        .replace(/((?:=..|[^=]){60})(?=.)/g, '$1=\r\n'),
    )
    .join('\r\n')

/** A file with the three bytes `PDF`. */
export const pdf = (name = 'plan.pdf'): Entity =>
  entity(
    'application/pdf',
    base64('PDF'),
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
  )

export const plain = (words: string, ...header: readonly string[]): Entity =>
  entity('text/plain; charset=us-ascii', words, ...header)

export const html = (words: string): Entity => entity('text/html; charset=us-ascii', `<p>${words}</p>`)

/** An image that HTML shows within its text. */
export const picture = (contentId: string): Entity =>
  entity(
    'image/png; name="logo.png"',
    base64('PNG'),
    `Content-ID: <${contentId}>`,
    'Content-Disposition: inline; filename="logo.png"',
    'Content-Transfer-Encoding: base64',
  )

/** The fields of every message, unless a trait replaces them. */
const usual: Fields = {
  From: 'Writer <writer@example.net>',
  To: 'support@example.com',
  Subject: 'Case',
  'Message-ID': '<case@example.net>',
  Date: 'Mon, 2 Mar 2026 09:09:51 +0100',
  'MIME-Version': '1.0',
}

export const headerLines = (fields: Fields): string[] =>
  Object.entries({ ...usual, ...fields }).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`))

/** Converts a header and an entity to the bytes of a message. */
export type Frame = (header: readonly string[], body: string) => Buffer

export const usualFrame: Frame = (header, body) => mail(...header, '', body)

export const messageOf = (fields: Fields, { header, body }: Entity, frame: Frame = usualFrame): Buffer =>
  frame([...headerLines(fields), ...header], body)
