import { domainToASCII } from 'node:url'
import * as z from 'zod'

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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\u0000-\u007f]*$/.test(lower) ? lower : domainToASCII(lower) || lower
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
