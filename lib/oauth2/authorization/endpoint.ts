import type { Socket } from 'node:net'
import { connectTcp, connectTls } from '../../mailbox/connection/connect.ts'
import { isLoopbackAddress } from '../../mailbox/connection/public-address.ts'
import {
  allowedAddresses,
  bareHost,
  lookUpAddresses,
  type Resolver,
} from '../../mailbox/connection/resolve-addresses.ts'
import type { OpeningObserver } from '../../mailbox/connection/session-watch.ts'
import { MailboxError, mailboxErrorCatalogue } from '../../mailbox/mailbox-error.ts'
import { AuthorizationServerError, type ServerRefusal } from './authorization-server.ts'

/** Which endpoints a deployment allows, beside https ones on the public internet. */
export interface EndpointRules {
  readonly allowPrivateAddresses: boolean
  /** For tests on one machine: http, to loopback addresses only (which are private ones, too). */
  readonly allowClearTextOnLoopback: boolean
}

/** What tests replace. */
export interface EndpointOptions {
  readonly resolver?: Resolver | undefined
  /** PEM; replaces the system's roots. */
  readonly customCa?: string | undefined
}

const unusable = (error: string, description: string): AuthorizationServerError =>
  new AuthorizationServerError({ kind: 'unreachable', error, description })

/**
 * An endpoint as it may be used: https, or http to this machine where that is allowed; no user name in it, no fragment (RFC 6749 section 3.1).
 * @throws AuthorizationServerError
 */
export const endpointOf = (text: string, { allowClearTextOnLoopback }: EndpointRules): URL => {
  const url = URL.parse(text)
  if (!url || !['https:', 'http:'].includes(url.protocol))
    throw unusable('endpoint-not-usable', 'The endpoint is no https address.')
  if (url.username !== '' || url.password !== '')
    throw unusable('endpoint-not-usable', 'The endpoint has a user name or password in its address.')
  if (url.protocol === 'http:' && !(allowClearTextOnLoopback && namesThisMachine(bareHost(url.hostname))))
    throw unusable('endpoint-not-encrypted', 'The endpoint is not https, so nothing was sent.')
  url.hash = ''
  return url
}

const namesThisMachine = (host: string): boolean => host === 'localhost' || isLoopbackAddress(host)

export interface EndpointAttempt extends EndpointOptions {
  readonly rules: EndpointRules
  readonly signal: AbortSignal
  /** Milliseconds until the connection must stand. */
  readonly time: number
  readonly observer?: OpeningObserver | undefined
}

/**
 * Connects to an address of the endpoint that was checked, never to the name again (DNS rebinding), and verifies the certificate.
 * @throws MailboxError why it could not; say it with `unreachableFor`
 */
export const connectEndpoint = async (
  url: URL,
  { rules, signal, time, resolver, customCa, observer }: EndpointAttempt,
): Promise<Socket> => {
  const deadline = performance.now() + time
  const encrypted = url.protocol === 'https:'
  const port = Number(url.port) || (encrypted ? 443 : 80)
  const found = await lookUpAddresses(url.hostname, { connectTimeout: time }, signal, resolver)
  const allowed = allowedAddresses(found, port, rules)
  const addresses = encrypted ? allowed : allowed.filter(({ address }) => isLoopbackAddress(address))
  if (addresses.length === 0) throw new MailboxError('address-not-allowed')
  const target = { host: url.hostname, addresses, deadline, signal, customCa, observer }
  return await (encrypted ? connectTls(target) : connectTcp(target))
}

/** A connection's failure in the words that mail servers have for it, too. */
export const unreachableFor = ({ code }: MailboxError): ServerRefusal => ({
  kind: 'unreachable',
  error: code,
  description: mailboxErrorCatalogue[code].words,
})
