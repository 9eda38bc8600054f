import type { MessageHeader } from '../message-header.ts'
import type { AddressesOf, HeaderField } from './header-fields.ts'

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

export const recipientsOf = (fields: readonly HeaderField[], addressesOf: AddressesOf): Recipients => {
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
