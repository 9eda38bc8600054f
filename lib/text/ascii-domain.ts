import { domainToASCII } from 'node:url'

const ascii = /^[\0-\x7f]*$/
/**
 * A text in which every ASCII character is allowed in a domain. `domainToASCII` parses the host of a URL, so it decodes
 * `%` and cuts the text at `/`, `?`, `#`, `\` and line breaks.
 */
const convertible = /^[a-z0-9._\u0080-\u{10ffff}-]*$/u
/** In characters. A longer domain does not fit into the 255 octets of RFC 1035 section 2.3.4. */
const longestDomain = 253

/**
 * Returns one spelling for each domain: in lower case, with every label in its ASCII form (A-label, RFC 5890 section
 * 2.3.2.1), which can be several times as long. A text that has no such form is returned in lower case. Never throws.
 */
export const asciiDomain = (domain: string): string => {
  const lower = domain.toLowerCase()
  if (ascii.test(lower) || lower.length > longestDomain || !convertible.test(lower)) return lower
  return domainToASCII(lower) || lower
}
