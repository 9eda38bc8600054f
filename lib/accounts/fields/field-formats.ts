import * as z from 'zod'
import { asciiDomain } from '../../text/ascii-domain.ts'

/** A lone surrogate cannot be encoded as UTF-8 or modified UTF-7. */
const wellFormed = (text: string) => text.isWellFormed()
const notWellFormed = 'must be valid Unicode'

const hasNone = (refused: RegExp) => (text: string) => !refused.test(text)

// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: comments may contain line breaks and tabs
const controlButLayout = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
/** A line break would start another command (RFC 1939 section 3, RFC 9051 section 4.3). Neither protocol allows NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const commandBreaking = /[\u0000\r\n]/

const noControl = 'must not contain control characters'

/** The limit of 200 is that of the reference product. */
export const usernameSchema = z
  .string()
  .min(1)
  .max(200)
  .refine(hasNone(controlCharacters), noControl)
  .refine(wellFormed, notWellFormed)

/** The reference product allows 200 characters, but app passwords that are tokens are longer. */
export const passwordSchema = z
  .string()
  .min(1)
  .max(1024)
  .refine(hasNone(commandBreaking), 'must not contain line breaks or NUL')
  .refine(wellFormed, notWellFormed)

/** The limit of 250 is that of the reference product. */
export const folderNameSchema = z
  .string()
  .min(1)
  .max(250)
  .refine(hasNone(controlCharacters), noControl)
  .refine(wellFormed, notWellFormed)

/**
 * Returns one spelling for INBOX, the only name without case (RFC 9051 section 5.1). Other names are unchanged, because
 * their hierarchy delimiter depends on the server.
 */
export const canonicalFolder = (folder: string): string => (folder.toUpperCase() === 'INBOX' ? 'INBOX' : folder)

/** Folder names are part of message ids, so INBOX gets one spelling. */
export const folderSchema = folderNameSchema.transform(canonicalFolder)

export const commentSchema = z
  .string()
  .max(250)
  .refine(hasNone(controlButLayout), noControl)
  .refine(wellFormed, notWellFormed)

/** SMTP (RFC 5321), and submission with TLS (RFC 8314) and STARTTLS (RFC 6409). */
const portsForSending: readonly number[] = [25, 465, 587]

export const portSchema = z
  .int()
  .min(1)
  .max(65_535)
  .refine(
    (port) => !portsForSending.includes(port),
    'is for sending mail (SMTP). Use the port on which the server lets people read their mail, usually 993 for IMAPS and 995 for POP3S',
  )

/** In octets (RFC 1035 section 2.3.4), without the root label. */
const longestHost = 253
const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/
/** Resolvers treat `127.1` and `0x7f.1` as addresses, although they look like host names. */
const numericLabel = /^(\d+|0x[0-9a-f]*)$/

const isAddress = (host: string) => z.ipv4().safeParse(host).success || z.ipv6().safeParse(host).success

const isHostName = (host: string): boolean => {
  const labels = host.split('.')
  return (
    host.length <= longestHost && labels.every((part) => label.test(part)) && !numericLabel.test(labels.at(-1) ?? '')
  )
}

const wrongHost = (host: string): string | undefined => {
  if (isAddress(host) || isHostName(host)) return undefined
  if (host.includes('://')) return 'must be a host name without a scheme like `imaps://`'
  if (/^[^:]+:\d+$/.test(host)) return 'must not contain a port. Use the field `port`'
  return 'must be a host name or an IP address'
}

/**
 * Returns one spelling for each host: in lower case, without the root's dot, internationalised names in their ASCII
 * form (RFC 5890), IPv6 addresses in their short form (RFC 5952), and IPv4-mapped addresses as IPv4 addresses (RFC 4291
 * section 2.5.5.2). It returns other texts in lower case.
 */
export const canonicalHost = (host: string): string => {
  const lower = host.toLowerCase().replace(/\.$/, '')
  if (z.ipv6().safeParse(lower).success) return canonicalIpv6(lower)
  return asciiDomain(lower)
}

const canonicalIpv6 = (address: string): string => {
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short) ?? []
  if (high === undefined || low === undefined) return short
  return [high, low].flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 0xff]).join('.')
}

/** A mail server's name or IP address. The parsed value is normalised, so equal hosts are equal strings. */
export const hostSchema = z
  .string()
  .min(1)
  .max(longestHost + 1)
  .transform(canonicalHost)
  .check((context) => {
    const message = wrongHost(context.value)
    if (message) context.issues.push({ code: 'custom', message, input: context.value })
  })
