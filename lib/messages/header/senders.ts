import type { MessageHeader } from '../message-header.ts'
import type { AddressesOf } from './addresses.ts'
import type { HeaderField } from './header-fields.ts'

/** In addresses of one header. Mail of several authors is rare, and each address costs a look-up. */
const addressesPerHeader = 5
/** The limit in RFC 5321 section 4.5.3.1.3. A longer address cannot be a system address. */
const longestAddress = 254

/** Reads the first From, Sender and Reply-To, each of which may occur once (RFC 5322 section 3.6). */
export const sendersOf = (fields: readonly HeaderField[], addressesOf: AddressesOf): MessageHeader['senders'] => {
  const addressesIn = (header: string): string[] => {
    const field = fields.find(({ name, disguised }) => name === header && !disguised)
    return (field ? addressesOf(field) : [])
      .map(({ address }) => address.trim().toLowerCase())
      .filter((address) => address.includes('@') && address.length <= longestAddress)
      .slice(0, addressesPerHeader)
  }
  return { from: addressesIn('from'), sender: addressesIn('sender'), replyTo: addressesIn('reply-to') }
}
