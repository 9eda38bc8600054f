import { decodedText } from '../decoding/encoded-words.ts'
import { withoutComments } from './comments.ts'
import { headerDateOf } from './header-date.ts'
import { headerBlockOf, headerFieldsOf } from './header-fields.ts'

/**
 * Determines from the header when a message arrived in its mailbox. Never throws.
 * @returns the date of the topmost Received field, which the last server added (RFC 5321 section 4.4), or otherwise
 * that of the sender's Date field, in ISO 8601 UTC; undefined if neither contains a date
 */
export const arrivalDateOf = (header: Buffer): string | undefined => {
  const fields = headerFieldsOf(headerBlockOf(header))
  const first = (name: string): string => fields.find((field) => field.name === name)?.value ?? ''
  const received = withoutComments(first('received'))
  return headerDateOf(received.slice(received.lastIndexOf(';') + 1)) ?? headerDateOf(decodedText(first('date')))
}
