import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { NetworkPolicy } from '../mailbox/mailbox.ts'
import { MailboxError } from '../mailbox/mailbox-error.ts'
import { abortedError, connectionErrorOf } from './network-error.ts'
import { isPublicAddress } from './public-address.ts'

/** POP3 and IMAP, and both with implicit TLS (IANA). Other ports belong to services that must not be reachable. */
const mailPorts: readonly number[] = [110, 143, 993, 995]

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

/** Removes brackets: admins write IPv6 addresses with and without them. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/** Races the lookup against its limits, because a lookup cannot be cancelled. A late result is dropped. */
const withinLimits = async <T>(work: Promise<T>, milliseconds: number, signal: AbortSignal): Promise<T> => {
  const { promise: limit, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new MailboxError('host-lookup-failed')), milliseconds)
  const onAbort = () => reject(abortedError())
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/**
 * Looks up a mail host and keeps the addresses that this deployment may connect to, in the resolver's order. If a name
 * has both allowed and forbidden addresses, only the allowed ones are used: a split-horizon name stays usable, and the
 * forbidden addresses stay unreachable.
 * @throws MailboxError port-not-allowed, host-not-found, host-lookup-failed or address-not-allowed; connection-lost if
 * aborted
 */
export const resolveAddresses = async (
  host: string,
  port: number,
  policy: NetworkPolicy,
  signal: AbortSignal,
  resolver: Resolver = systemResolver,
): Promise<CheckedAddress[]> => {
  if (signal.aborted) throw abortedError()
  assertPortAllowed(port, policy)
  return allowedAddresses(await lookUpAddresses(host, policy, signal, resolver), port, policy)
}

/**
 * @returns all addresses of the host, allowed or not; an address literal is returned as it is
 * @throws the same errors as `resolveAddresses`
 */
export const lookUpAddresses = async (
  host: string,
  { connectTimeout }: Pick<NetworkPolicy, 'connectTimeout'>,
  signal: AbortSignal,
  resolver: Resolver = systemResolver,
): Promise<string[]> => {
  const name = bareHost(host)
  const found = isIP(name) ? [name] : await lookUp(name, connectTimeout, signal, resolver)
  const numeric = [...new Set(found)].filter((address) => isIP(address) !== 0)
  if (numeric.length === 0) throw new MailboxError('host-not-found')
  return numeric
}

export const assertPortAllowed = (port: number, { extraPorts }: NetworkPolicy): void => {
  if (!mailPorts.includes(port) && !extraPorts.includes(port)) throw new MailboxError('port-not-allowed')
}

/** @throws MailboxError address-not-allowed if no address is allowed */
export const allowedAddresses = (
  addresses: readonly string[],
  port: number,
  { allowPrivateAddresses }: Pick<NetworkPolicy, 'allowPrivateAddresses'>,
): CheckedAddress[] => {
  const allowed = addresses.filter((address) => allowPrivateAddresses || isPublicAddress(address))
  if (allowed.length === 0) throw new MailboxError('address-not-allowed')
  return allowed.map((address) => ({ address, family: isIP(address) === 4 ? 4 : 6, port }))
}

const lookUp = async (name: string, milliseconds: number, signal: AbortSignal, resolver: Resolver) => {
  try {
    return await withinLimits(resolver(name), milliseconds, signal)
  } catch (error) {
    throw connectionErrorOf(error, 'lookup')
  }
}
