import { textOf } from './display-text.ts'
import type { HeaderField } from './header-fields.ts'
import { type ParsedAddress, parseAddresses } from './mailparser.ts'

export type AddressesOf = (field: HeaderField) => readonly ParsedAddress[]

/**
 * Parses each field only once. The summary and the recipients both need the addresses, and parsing them is half the
 * work on a header.
 */
export const rememberedAddresses = (): AddressesOf => {
  const known = new Map<HeaderField, ParsedAddress[]>()
  return (field) => {
    const remembered = known.get(field)
    if (remembered) return remembered
    const addresses = field.value.trim() === '' ? [] : parseAddresses(textOf(field.value))
    known.set(field, addresses)
    return addresses
  }
}
