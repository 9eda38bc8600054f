import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { abortedError, NetworkError, networkErrorOf } from './network-error.ts'

/** What a deployment allows in addition to encrypted connections to public addresses. */
export interface NetworkPolicy {
  readonly allowPrivateAddresses: boolean
  /** For tests on one machine: secrets may be sent without TLS, but only to loopback addresses. */
  readonly allowClearTextOnLoopback: boolean
}

/**
 * An address that passed the check. Connect to `address`. Do not resolve the name again, because a second lookup may
 * return a different address (DNS rebinding).
 */
export interface CheckedAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
}

/** Resolves a name to all its addresses, in the order to try them. Rejects with the codes of `dns.lookup`. */
export type Resolver = (host: string) => Promise<readonly string[]>

const systemResolver: Resolver = async (host) => {
  const answers = await lookup(host, { all: true, order: 'verbatim' })
  return answers.map(({ address }) => address)
}

/** Races the lookup against its limits, because a lookup cannot be cancelled. A late result is dropped. */
const withinLimits = async <T>(work: Promise<T>, milliseconds: number, signal: AbortSignal): Promise<T> => {
  const { promise: limit, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new NetworkError('host-lookup-failed')), milliseconds)
  const onAbort = () => reject(abortedError())
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** Whether the host is an address literal, without brackets. */
export const isAddressLiteral = (host: string): boolean => isIP(host) !== 0

/** Removes brackets: admins write IPv6 addresses with and without them. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/**
 * @param time milliseconds the lookup may take
 * @returns all addresses of the host, allowed or not, in the resolver's order; an address literal is returned as it is
 * @throws NetworkError host-not-found or host-lookup-failed; connection-lost if aborted
 */
export const lookUpAddresses = async (
  host: string,
  time: number,
  signal: AbortSignal,
  resolver: Resolver = systemResolver,
): Promise<string[]> => {
  const name = bareHost(host)
  const found = isIP(name) ? [name] : await lookUp(name, time, signal, resolver)
  const numeric = [...new Set(found)].filter((address) => isIP(address) !== 0)
  if (numeric.length === 0) throw new NetworkError('host-not-found')
  return numeric
}

/**
 * Keeps the addresses that this deployment may connect to. If a name has both allowed and forbidden addresses, only the
 * allowed ones are used: a split-horizon name stays usable, and the forbidden addresses stay unreachable.
 * @throws NetworkError address-not-allowed if no address is allowed
 */
export const allowedAddresses = (
  addresses: readonly string[],
  port: number,
  { allowPrivateAddresses }: Pick<NetworkPolicy, 'allowPrivateAddresses'>,
): CheckedAddress[] => {
  const allowed = addresses.filter((address) => allowPrivateAddresses || isPublicAddress(address))
  if (allowed.length === 0) throw new NetworkError('address-not-allowed')
  return allowed.map((address) => ({ address, family: isIP(address) === 4 ? 4 : 6, port }))
}

const lookUp = async (name: string, milliseconds: number, signal: AbortSignal, resolver: Resolver) => {
  try {
    return await withinLimits(resolver(name), milliseconds, signal)
  } catch (error) {
    throw networkErrorOf(error, 'lookup')
  }
}

/** IANA assigns global IPv6 unicast addresses only from this range (RFC 4291 section 2.4). */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/**
 * @returns true only for addresses of the public internet. IPv6 addresses that contain an IPv4 address (IPv4-mapped,
 * NAT64, 6to4, Teredo) are not public, because the network may deliver them to that IPv4 address. Unparsable addresses
 * are not public
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast)
}
