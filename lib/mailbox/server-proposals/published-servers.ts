import type { LookUpService, ServiceRecord } from '../../network/service-records.ts'
import { asciiDomain } from '../../text/ascii-domain.ts'
import { type AccountType, accountTypeFacts } from '../account-type.ts'

/** A server that a domain publishes for its mail. */
export interface PublishedServer {
  readonly type: AccountType
  readonly host: string
  readonly port: number
}

/** The services of RFC 6186 and RFC 8314. `_imap` and `_pop3` upgrade with STARTTLS. */
const services: readonly (readonly [name: string, type: AccountType])[] = [
  ['_imaps', 'IMAPS'],
  ['_imap', 'IMAPTLS'],
  ['_pop3s', 'POP3S'],
  ['_pop3', 'POP3TLS'],
]

/**
 * Finds the servers that a domain publishes in SRV records, best first: the protocol that the domain prefers (RFC 6186
 * section 3.4), and TLS from the first byte before STARTTLS (RFC 8314 section 5.1). A person must confirm a server before
 * it gets a password, because the responses are not authenticated (RFC 6186 section 6).
 */
export const publishedServers = async (domain: string, lookUp: LookUpService): Promise<PublishedServer[]> => {
  const found = await Promise.all(
    services.map(async ([name, type]) => serverOf(type, await lookUp(`${name}._tcp.${asciiDomain(domain)}`))),
  )
  const offered = found.filter((server) => server !== undefined)
  const preference = (type: AccountType): number =>
    Math.min(...offered.filter((one) => protocolOf(one.type) === protocolOf(type)).map(({ priority }) => priority))
  return offered
    .sort((a, b) => (protocolOf(a.type) === protocolOf(b.type) ? 0 : preference(a.type) - preference(b.type)))
    .map(({ type, host, port }) => ({ type, host, port }))
}

const protocolOf = (type: AccountType) => accountTypeFacts[type].protocol

/** @returns the service's first server, or undefined if the domain does not offer the service */
const serverOf = (type: AccountType, records: readonly ServiceRecord[]) => {
  const [first] = records
    // The target “.” says that the service is not offered (RFC 6186 section 3.4).
    .filter((record) => hostName.test(hostOf(record)) && record.port > 0)
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
  if (!first) return undefined
  return { type, host: hostOf(first), port: first.port, priority: first.priority }
}

const hostOf = ({ target }: ServiceRecord): string => target.toLowerCase().replace(/\.$/, '')

/** A person reads the name, so it must consist of the usual characters. */
const hostName = /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/
