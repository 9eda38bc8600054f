import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { NetworkPolicy } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { abortedError, connectionErrorOf } from './connection-error.ts'
import { isPublicAddress } from './public-address.ts'

/** POP3, IMAP and both with implicit TLS (IANA); anything else is another service that nobody should reach through us. */
const mailPorts: readonly number[] = [110, 143, 993, 995]

/** An address that passed the check. Connect to `address`, never to the name again: the second answer may differ (DNS rebinding). */
export interface CheckedAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
}

/** All addresses of a name, in the order to try them. Rejects with the codes of `dns.lookup`. */
export type Resolver = (host: string) => Promise<readonly string[]>

const systemResolver: Resolver = async (host) => {
  const answers = await lookup(host, { all: true, order: 'verbatim' })
  return answers.map(({ address }) => address)
}

/** Admins write IPv6 addresses with and without brackets. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

/** The lookup itself cannot be cancelled, so it is raced; what it answers too late is dropped. */
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
 * Looks a mail host up and keeps the addresses this deployment may connect to, in the resolver's order. Where a name has allowed and
 * forbidden addresses only the allowed ones are used: a split-horizon name stays usable, and nobody reaches the forbidden ones.
 * Throws `MailboxError`: port-not-allowed, host-not-found, host-lookup-failed, address-not-allowed; connection-lost when aborted.
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

/** All addresses of the host, allowed or not; an address literal is its own. Throws as `resolveAddresses`. */
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

/** Throws address-not-allowed when none is left. */
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
