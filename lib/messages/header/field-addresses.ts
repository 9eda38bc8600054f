import { textOf } from './display-text.ts'
import type { HeaderField } from './header-fields.ts'
import { type ParsedAddress, parseAddresses } from './mailparser.ts'

export type AddressesOf = (field: HeaderField) => readonly ParsedAddress[]

/** Parses each field once, though both the summary and the recipients ask for it: this is half the work on a header. */
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
