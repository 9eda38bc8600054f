import { cutTo, printable } from '../../text/printable.ts'
import { textOf } from '../decoding/charset.ts'
import { decodedText } from '../decoding/encoded-words.ts'
import type { MessageHeader } from '../message-header.ts'
import type { AddressesOf, MailAddress } from './addresses.ts'
import { headerDateOf } from './header-date.ts'
import type { HeaderField } from './header-fields.ts'

/** In characters: as much as a list or a notification can show. */
const longestText = 1_000
/** In bytes. The longest line has 998 (RFC 5322 section 2.1.1), so no id can be longer. */
const longestId = 998
/** The limit in the announcement schema. The last references are the nearest ancestors. */
const referenceLimit = 20

export type HeaderSummary = Pick<
  MessageHeader,
  | 'from'
  | 'to'
  | 'cc'
  | 'subject'
  | 'messageIdHeader'
  | 'date'
  | 'inReplyTo'
  | 'references'
  | 'threadRoot'
  | 'truncated'
>

/**
 * Extracts the fields needed for display and threading. If a field that may occur once is repeated, the first one
 * counts, as in mail clients.
 */
export const headerSummaryOf = (fields: readonly HeaderField[], addressesOf: AddressesOf): HeaderSummary => {
  const truncated: string[] = []
  const named = (name: string) => fields.filter((field) => field.name === name && !field.disguised)
  const bounded = <Name extends string>(name: Name, text: string | undefined, limit: number) => {
    if (!text) return undefined
    if (text.length > limit) truncated.push(name)
    return { [name]: cutTo(text, limit) } as Record<Name, string>
  }
  const people = <Name extends string>(name: Name, found: HeaderField[]) =>
    bounded(
      name,
      found
        .map((field) => addressText(field, addressesOf))
        .filter(Boolean)
        .join(', '),
      longestText,
    )
  const [subject] = named('subject')
  const [messageId] = named('message-id')
  const [inReplyTo] = named('in-reply-to')
  const [date] = named('date')
  const iso = date && headerDateOf(decodedText(date.value))
  const references = idsIn(
    named('references')
      .map(({ value }) => value)
      .join(' '),
  )
  const fitting = references.filter((id) => Buffer.byteLength(id) <= longestId)
  const [threadRoot] = fitting
  if (references.length > referenceLimit || fitting.length < references.length) truncated.push('references')

  return {
    ...people('from', named('from').slice(0, 1)),
    ...people('to', named('to')),
    ...people('cc', named('cc')),
    ...bounded('subject', subject && decodedText(subject.value), longestText),
    ...bounded('messageIdHeader', messageId && firstId(messageId.value), longestId),
    ...(iso !== undefined && { date: iso }),
    ...bounded('inReplyTo', inReplyTo && firstId(inReplyTo.value), longestId),
    references: fitting.slice(-referenceLimit),
    ...(threadRoot !== undefined && { threadRoot }),
    truncated,
  }
}

const idsIn = (value: string): string[] => printable(textOf(value)).match(/<[^<>\s]+>/g) ?? []

const firstId = (value: string): string => idsIn(value)[0] ?? printable(textOf(value))

const addressText = (field: HeaderField, addressesOf: AddressesOf): string => {
  const addresses = addressesOf(field).map(oneAddressText).filter(Boolean)
  return addresses.length > 0 ? addresses.join(', ') : decodedText(field.value)
}

/** Quotes a name that contains special characters, so that it cannot be mistaken for one or more addresses. */
const oneAddressText = ({ name, address }: MailAddress): string => {
  const shownAddress = printable(address)
  if (name === '' || name === shownAddress) return shownAddress
  const quoted = /["(),:;<>@[\\\]]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name
  return shownAddress === '' ? quoted : `${quoted} <${shownAddress}>`
}
