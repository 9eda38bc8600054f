import type { MessageHeader } from '../message-header.ts'
import type { AddressesOf } from './addresses.ts'
import type { HeaderField } from './header-fields.ts'

/** The headers that are searched for recipients, in the reference's order and in their usual spelling. */
const recipientHeaders = ['Resent-To', 'Envelope-To', 'To', 'Cc', 'Delivered-To', 'X-Original-To'] as const

/**
 * The number of addresses that are read per header. Google accepts at most 2,000 recipients in one message and Exchange
 * Online 1,000, and aliases may double the list. Dispatching looks up every address, so a header full of invented
 * addresses costs at most 40 reads of 100 addresses, and six such headers cost 240. The limit applies to each header,
 * so that a long To cannot hide X-Original-To.
 */
const addressesPerHeader = 4_000
/** In characters (RFC 5321 section 4.5.3.1.3). A longer address cannot be a system address. */
const longestAddress = 254

type Recipients = Pick<MessageHeader, 'recipients'> & { readonly cut: boolean }

/** @returns the recipients in the order of dispatching, and whether a header contains more than are read */
export const recipientsOf = (fields: readonly HeaderField[], addressesOf: AddressesOf): Recipients => {
  const recipients: MessageHeader['recipients'] = []
  let cut = false
  for (const header of recipientHeaders) {
    let count = 0
    for (const address of lookedUpIn(fieldsNamed(fields, header), addressesOf)) {
      if (count === addressesPerHeader) {
        cut = true
        break
      }
      count += 1
      recipients.push({ header, address })
    }
  }
  return { recipients, cut }
}

/**
 * The number of addresses that are read per header. Mail from several authors is rare, and each address costs a
 * look-up.
 */
const sendersPerHeader = 5

/**
 * Reads the senders, which dispatching looks up to recognise our own mail. From, Sender and Reply-To may occur once
 * (RFC 5322 section 3.6), so the first of each counts.
 */
export const sendersOf = (fields: readonly HeaderField[], addressesOf: AddressesOf): MessageHeader['senders'] => {
  const read = (header: string): string[] => [
    ...lookedUpIn(fieldsNamed(fields, header).slice(0, 1), addressesOf).take(sendersPerHeader),
  ]
  return { from: read('From'), sender: read('Sender'), replyTo: read('Reply-To') }
}

const fieldsNamed = (fields: readonly HeaderField[], header: string): HeaderField[] => {
  const lowerCase = header.toLowerCase()
  return fields.filter(({ name, disguised }) => name === lowerCase && !disguised)
}

function* lookedUpIn(fields: readonly HeaderField[], addressesOf: AddressesOf): Generator<string> {
  for (const field of fields) {
    for (const { address } of addressesOf(field)) {
      const bare = address.trim().toLowerCase()
      if (bare.includes('@') && bare.length <= longestAddress) yield bare
    }
  }
}
