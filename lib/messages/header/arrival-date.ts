import { decodedText } from './display-text.ts'
import { headerBlockOf } from './header-block.ts'
import { headerDateOf } from './header-date.ts'
import { headerFieldsOf } from './header-fields.ts'

/**
 * When a message came to its mailbox, ISO 8601 in UTC, as far as its header tells: the date of the topmost Received field, which the last
 * server put there (RFC 5321 section 4.4), else the Date field, which the sender did. Undefined where neither is one. Never throws.
 */
export const arrivalDateOf = (header: Buffer): string | undefined => {
  const fields = headerFieldsOf(headerBlockOf(header), '').filter(({ disguised }) => !disguised)
  const first = (name: string): string => fields.find((field) => field.name === name)?.value ?? ''
  const received = first('received')
  return headerDateOf(received.slice(received.lastIndexOf(';') + 1)) ?? headerDateOf(decodedText(first('date')))
}
