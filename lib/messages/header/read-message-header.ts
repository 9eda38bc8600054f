import { cutTo, cutToBytes, printable } from '../../text/printable.ts'
import { headerBlockLimit, type MessageHeader } from '../message-header.ts'
import { headerDateOf } from './header-date.ts'
import {
  type AddressesOf,
  decodedText,
  type HeaderField,
  headerBlockOf,
  headerFieldsOf,
  rememberedAddresses,
  textOf,
} from './header-fields.ts'
import { decodeWords, type ParsedAddress } from './mailparser.ts'

/**
 * Reads the header of a message. Never throws, because the content of a header must not decide whether a message is
 * kept. The limit of the header block bounds time and memory. If the header is longer, `truncated` contains
 * `headerBlock`, and control headers after the limit are not found.
 * @param bytes the message, or at least its first `headerBlockLimit` bytes
 * @param prefix the control header prefix, for example `X-OTOBO-`
 * @returns undefined if the bytes contain no readable header. The message is then `unparsed` and goes to the account's
 * queue or the default queue.
 */
export const readMessageHeader = (bytes: Buffer, prefix: string): MessageHeader | undefined => {
  try {
    const lowerPrefix = prefix.toLowerCase()
    const block = headerBlockOf(bytes)
    const fields = headerFieldsOf(block, lowerPrefix)
    if (fields.length === 0) return undefined
    const addressesOf = rememberedAddresses()
    const { truncated, ...summary } = headerSummaryOf(fields, addressesOf)
    const { recipients, cut: recipientsCut } = recipientsOf(fields, addressesOf)
    const { controlHeaders, cut: controlCut } = controlHeadersOf(fields, lowerPrefix)
    if (recipientsCut) truncated.push('recipients')
    if (controlCut) truncated.push('controlHeaders')
    if (block.length === headerBlockLimit) truncated.push('headerBlock')
    return { ...summary, recipients, controlHeaders, loop: isLoop(fields, lowerPrefix), truncated }
  } catch {
    // This is a defect in a third-party parser. The message becomes `unparsed`, which is the right outcome for every
    // unreadable header.
    return undefined
  }
}

/** In characters: as much as a list or a notification can show. */
const longestText = 1_000
/** In bytes. The longest line has 998 (RFC 5322 section 2.1.1), so no id can be longer. */
const longestId = 998
/** The limit in the announcement schema. The last references are the nearest ancestors. */
const referenceLimit = 20

type Summary = Pick<
  MessageHeader,
  'from' | 'to' | 'cc' | 'subject' | 'messageIdHeader' | 'date' | 'inReplyTo' | 'references' | 'truncated'
>

/**
 * Extracts the fields needed for display and threading. If a field that may occur once is repeated, the first one
 * counts, as in mail clients.
 */
const headerSummaryOf = (fields: readonly HeaderField[], addressesOf: AddressesOf): Summary => {
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
const oneAddressText = ({ name, address }: ParsedAddress): string => {
  const shownName = printable(decodeWords(name))
  const shownAddress = printable(address)
  if (shownName === '' || shownName === shownAddress) return shownAddress
  const quoted = /["(),:;<>@[\\\]]/.test(shownName) ? `"${shownName.replace(/["\\]/g, '\\$&')}"` : shownName
  return shownAddress === '' ? quoted : `${quoted} <${shownAddress}>`
}

/** The headers that are searched for recipients, in the reference's order and in their usual spelling. */
const recipientHeaders = ['Resent-To', 'Envelope-To', 'To', 'Cc', 'Delivered-To', 'X-Original-To'] as const

/**
 * The number of addresses kept per header. `bytesPerHeader` also applies. The limits apply to each header, so that a
 * long To cannot push out X-Original-To. Exchange Online accepts at most 1,000 recipients in one message. At these
 * limits, the six headers take half of a row in the messages table, which is limited to 400 KB.
 */
const addressesPerHeader = 500
/** In bytes of UTF-8. */
const bytesPerHeader = 16 * 1024
/** The limit in RFC 5321 section 4.5.3.1.3. A longer address cannot be a system address. */
const longestAddress = 254

type Recipients = Pick<MessageHeader, 'recipients'> & { readonly cut: boolean }

const recipientsOf = (fields: readonly HeaderField[], addressesOf: AddressesOf): Recipients => {
  const recipients: MessageHeader['recipients'] = []
  let cut = false
  for (const header of recipientHeaders) {
    let count = 0
    let bytes = 0
    for (const address of addressesIn(fieldsNamed(fields, header), addressesOf)) {
      count += 1
      bytes += Buffer.byteLength(address)
      if (count > addressesPerHeader || bytes > bytesPerHeader) {
        cut = true
        break
      }
      recipients.push({ header, address })
    }
  }
  return { recipients, cut }
}

const fieldsNamed = (fields: readonly HeaderField[], header: string): HeaderField[] => {
  const lowerCase = header.toLowerCase()
  return fields.filter(({ name, disguised }) => name === lowerCase && !disguised)
}

function* addressesIn(fields: readonly HeaderField[], addressesOf: AddressesOf): Generator<string> {
  for (const field of fields) {
    for (const { address } of addressesOf(field)) {
      const bare = address.trim().toLowerCase()
      if (bare.includes('@') && bare.length <= longestAddress) yield bare
    }
  }
}

/** The reference has about 60 control headers. Twice that leaves room for its dynamic fields. */
const controlHeaderLimit = 120
/** In characters, all of them ASCII. */
const longestName = 100
/** In bytes of UTF-8: 1,000 characters of any living script. */
const longestValue = 3_000
/**
 * In bytes of UTF-8, for the names and values of one message together. DynamoDB rows are limited to 400 KB, and the
 * recipients need half of that.
 */
const longestTogether = 64 * 1024

type ControlHeaders = Pick<MessageHeader, 'controlHeaders'> & { readonly cut: boolean }

/** @param prefix the control header prefix, in lower case */
const controlHeadersOf = (fields: readonly HeaderField[], prefix: string): ControlHeaders => {
  const controlHeaders: MessageHeader['controlHeaders'] = []
  let together = 0
  let cut = false
  for (const field of fields) {
    if (!field.name.startsWith(prefix)) continue
    const name = field.name.slice(0, longestName)
    const whole = decodedText(field.value)
    const value = cutToBytes(whole, longestValue)
    cut ||= value !== whole || name !== field.name
    together += name.length + Buffer.byteLength(value)
    // Stops at the first header that does not fit, even if a later one would. Whether a header counts must not depend
    // on the headers after it.
    if (together > longestTogether || controlHeaders.length === controlHeaderLimit) return { controlHeaders, cut: true }
    controlHeaders.push({ name, value, ...(field.disguised && { disguised: true }) })
  }
  return { controlHeaders, cut }
}

/** Any non-empty value of these headers shows that a machine wrote the message (the reference's list). */
const loopHeaders = new Set(['precedence', 'mailing-list', 'x-loop', 'x-no-loop'])

/**
 * Checks whether an automatic answer could start a mail loop. `<prefix>Loop` counts even if the account is not trusted.
 * It marks mail that another ticket system sent automatically, and can only prevent an answer. The values `no` and
 * `false` mean that there is no loop.
 * @param prefix the control header prefix, in lower case
 */
const isLoop = (fields: readonly HeaderField[], prefix: string): boolean =>
  fields.some(({ name, value, disguised }) => {
    if (name === `${prefix}loop`) return !['', 'no', 'false'].includes(decodedText(value).toLowerCase())
    if (disguised) return false
    if (name === 'auto-submitted') return decodedText(value).toLowerCase().startsWith('auto-')
    return loopHeaders.has(name) && decodedText(value) !== ''
  })
