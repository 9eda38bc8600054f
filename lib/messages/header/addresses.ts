import { trimmedEnd } from '../../text/printable.ts'
import { decodedText, decodedWords, escapedBytes, unescapedAddress, unescapedText } from '../decoding/encoded-words.ts'
import { parseAddresses } from '../decoding/mailparser.ts'
import type { HeaderField } from './header-fields.ts'
import { revealed, tidyAddresses } from './tidy-addresses.ts'

export interface MailAddress {
  /** The decoded name, printable. It is empty if there is none. */
  readonly name: string
  /** The bare address. It is empty if there is none. */
  readonly address: string
}

/**
 * Reads the addresses of one field, in order, including the members of groups.
 *
 * Encoded words and quoted strings are names, even if they look like addresses. The addresses in them count only if the
 * field contains no other address, because some programs encode or quote a whole mailbox.
 * @param value one character per byte (latin1), of any length
 */
export const addressesIn = (value: string): MailAddress[] => {
  const plain = plainMailboxesIn(value)
  if (plain) return plain
  const written = mailboxesIn(value)
  if (hasAddress(written) || !/=\?|"/.test(value)) return written
  const decoded = Buffer.from(decodedWords(value)).toString('latin1')
  for (const text of [decoded, decoded.replaceAll('"', ' ')]) {
    const found = mailboxesIn(text)
    if (hasAddress(found)) return found
  }
  return written
}

/** An address alone, or an address in brackets after a name that is in quotes or has no special characters. */
const plainMailbox =
  /(?:[ \t]*"([^"\\]*)"[ \t]*<|([^"(),:;<>@[\\\]]*)<|[ \t]*)([\w.!#$%&*+/=?^`{|}~-]+@[\w.-]+)(?<!\.)>?[ \t]*(?:,|$)/y

/**
 * Reads most fields in a tenth of the time. Otherwise, addresses would be half of the work on a header.
 * @returns undefined for a field that needs the address parser
 */
const plainMailboxesIn = (value: string): MailAddress[] | undefined => {
  const mailboxes: MailAddress[] = []
  for (let at = 0; at < value.length; at = plainMailbox.lastIndex) {
    plainMailbox.lastIndex = at
    const [, quotedName, bareName, address] = plainMailbox.exec(value) ?? []
    if (address === undefined) return undefined
    mailboxes.push({ name: decodedText(quotedName ?? bareName ?? ''), address })
  }
  return mailboxes
}

const hasAddress = (mailboxes: readonly MailAddress[]): boolean =>
  mailboxes.some(({ address }) => address.includes('@'))

const mailboxesIn = (value: string): MailAddress[] =>
  parseAddresses(tidyAddresses(escapedBytes(value))).map(({ name, address }) => ({
    name: unescapedText(revealed(name)),
    address: bareAddressOf(unescapedAddress(revealed(address))),
  }))

/** Removes characters that some programs write around an address but that are not part of it. */
const bareAddressOf = (written: string): string => {
  const bare = written
    .trim()
    .replace(/^(?:mailto|smtp):/i, '')
    .replace(/^'([^']*)'$/, '$1')
    .replace(/^"([^\s"(),:;<>@[\\\]]+)"(?=@)/, '$1')
  return trimmedEnd(bare, /\./)
}

export type AddressesOf = (field: HeaderField) => readonly MailAddress[]

/**
 * Reads each field only once. The summary and the recipients both need the addresses, and reading them is half the work
 * on a header.
 */
export const rememberedAddresses = (): AddressesOf => {
  const known = new Map<HeaderField, readonly MailAddress[]>()
  return (field) => {
    const addresses = known.get(field) ?? addressesIn(field.value)
    known.set(field, addresses)
    return addresses
  }
}
