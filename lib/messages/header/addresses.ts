import { textOf } from '../decoding/charset.ts'
import { decodedText, decodedWords } from '../decoding/encoded-words.ts'
import { revealed } from './address-pieces.ts'
import type { HeaderField } from './header-fields.ts'
import { mailboxesIn } from './mailboxes.ts'

export interface MailAddress {
  /** The decoded name, printable. It is empty if there is none. */
  readonly name: string
  /** The bare address. It is empty if there is none. */
  readonly address: string
}

/**
 * Reads the addresses of one field, in order, including the members of groups.
 *
 * Encoded words and quoted strings are names, even if they look like addresses. The mailboxes in them count only if the
 * field contains no other address, because some programs encode or quote a whole mailbox. A text that only mentions an
 * address is always a name.
 * @param value one character per byte (latin1), of any length
 */
export const addressesIn = (value: string): MailAddress[] => {
  const written = readMailboxes(value, { words: true })
  if (hasAddress(written) || !/=\?|"/.test(value)) return written
  const withoutWords = Buffer.from(decodedWords(value)).toString('latin1')
  for (const text of [withoutWords, withoutWords.replaceAll('"', ' ')]) {
    const found = readMailboxes(text, { words: false })
    if (hasAddress(found)) return found
  }
  return written
}

const hasAddress = (mailboxes: readonly MailAddress[]): boolean =>
  mailboxes.some(({ address }) => address.includes('@'))

const readMailboxes = (value: string, options: { readonly words: boolean }): MailAddress[] =>
  mailboxesIn(value, options).map(({ name, address }) => ({
    name: decodedText(revealed(name)),
    address: bareAddressOf(address),
  }))

/**
 * Decodes an address. Removes the apostrophes that some programs write around it, and the dot that ends an absolute
 * domain name. The local part is in quotes only if it needs them (RFC 5321 section 4.1.2). Encoded words are unchanged,
 * because an address cannot contain any.
 */
const bareAddressOf = (written: string): string => {
  const bare = written.replace(/^'([^']*)'$/, '$1').replace(/\.$/, '')
  const at = bare.lastIndexOf('@')
  const local = decodedPart(bare.slice(0, Math.max(at, 0))).trimStart()
  const domain = decodedPart(bare.slice(at + 1)).trimEnd()
  // Without an `@` of its own, a quoted string in brackets is a name.
  if (at === -1) return domain.includes('@') ? '' : domain
  const needsQuotes = /[\s"(),:;<>@[\\\]]/.test(local) || local === ''
  return `${needsQuotes ? `"${local.replace(/["\\]/g, '\\$&')}"` : local}@${domain}`
}

/** Replaces control characters. If they were removed, the result would be a different address. */
const decodedPart = (part: string): string => textOf(revealed(part)).replace(/\p{Cc}/gu, '\ufffd')

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
