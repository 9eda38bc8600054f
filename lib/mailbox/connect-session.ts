import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { allowedAddresses, type CheckedAddress, lookUpAddresses, type Resolver } from '../network/addresses.ts'
import { type ConnectTarget, connectTcp, connectTls, upgradeTls } from '../network/connect.ts'
import { isLoopbackAddress } from '../network/loopback.ts'
import { abortedError, NetworkError } from '../network/network-error.ts'
import type { Secret } from '../redaction/redaction.ts'
import { accountTypeFacts } from './account-type.ts'
import type { Credential, MailboxSettings, MailPolicy, SessionWatch, TokenCredential } from './mailbox.ts'
import { MailboxError, mailboxErrorOf } from './mailbox-error.ts'

/** The options for opening an IMAP or POP3 session. */
export interface SessionOptions extends SessionWatch {
  readonly settings: MailboxSettings
  /** The addresses to connect to. The name is not looked up again. */
  readonly addresses: readonly CheckedAddress[]
  readonly policy: MailPolicy
  readonly signal: AbortSignal
}

/** POP3 and IMAP, and both with implicit TLS (IANA). Other ports belong to services that must not be reachable. */
const mailPorts: readonly number[] = [110, 143, 993, 995]

/** @throws MailboxError port-not-allowed */
export const assertPortAllowed = (port: number, { extraPorts }: Pick<MailPolicy, 'extraPorts'>): void => {
  if (!mailPorts.includes(port) && !extraPorts.includes(port)) throw new MailboxError('port-not-allowed')
}

/** Translates the errors of connections. Other errors are defects and stay as they are. */
const withMailboxErrors = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw error instanceof NetworkError ? mailboxErrorOf(error, 'session') : error
  }
}

/**
 * Looks up a mail host and keeps the addresses that this deployment may connect to, in the resolver's order.
 * @throws MailboxError port-not-allowed, host-not-found, host-lookup-failed or address-not-allowed; connection-lost if
 * aborted
 */
export const resolveAddresses = (
  { host, port }: Pick<MailboxSettings, 'host' | 'port'>,
  policy: MailPolicy,
  signal: AbortSignal,
  resolver?: Resolver,
): Promise<CheckedAddress[]> =>
  withMailboxErrors(async () => {
    if (signal.aborted) throw abortedError()
    assertPortAllowed(port, policy)
    return allowedAddresses(await lookUpAddresses(host, policy.connectTimeout, signal, resolver), port, policy)
  })

/** An open connection, and the target for a later upgrade to TLS. */
interface Connection {
  readonly socket: Socket
  readonly encrypted: boolean
  readonly target: ConnectTarget
}

/** Connects, encrypted from the first byte if the account's type requires that. @throws MailboxError */
export const connectSession = async (options: SessionOptions): Promise<Connection> => {
  const { settings, addresses, policy, signal, observer } = options
  const { type, host, customCa } = settings
  const deadline = performance.now() + policy.connectTimeout
  const target: ConnectTarget = { host, customCa, addresses, deadline, signal, observer }
  const encrypted = accountTypeFacts[type].security === 'implicit-tls'
  const socket = await withMailboxErrors(() => (encrypted ? connectTls(target) : connectTcp(target)))
  return { socket, encrypted, target }
}

/** Starts TLS on an open socket. The handshake may take as long as a new connection. @throws MailboxError */
export const encryptSession = (socket: Socket, target: ConnectTarget, policy: MailPolicy): Promise<Socket> =>
  withMailboxErrors(() => upgradeTls(socket, { ...target, deadline: performance.now() + policy.connectTimeout }))

/** @returns the part of a credential that must not appear in any text */
export const secretOf = (credential: Credential): Secret => ({
  text: credential.method === 'password' ? credential.password : credential.accessToken,
  user: credential.username,
})

/** RFC 6749 appendix A.12 allows these characters. Others, especially line breaks, could change the protocol line. */
const sendableToken = /^[\x21-\x7e]+$/
/** RFC 7628 section 3.1 and XOAUTH2 end a field with \x01. */
const unsendableName = /\p{Cc}/u

/**
 * Releases the access token for sending over this socket. IMAP and POP3 can get the token only here. A bearer token
 * gives everyone who sees it access to the mailbox (RFC 6750 section 5.3), so it is never released without TLS,
 * whatever the account's type. The only exception is a loopback address, if the deployment allows it.
 * @throws MailboxError token-needs-tls, or token-refused for a token or user that the protocol cannot carry
 */
export const releaseToken = (
  { username, accessToken }: TokenCredential,
  socket: Socket,
  { allowClearTextOnLoopback }: Pick<MailPolicy, 'allowClearTextOnLoopback'>,
): string => {
  const encrypted = socket instanceof TLSSocket && socket.authorized
  const excepted = allowClearTextOnLoopback && isLoopbackAddress(socket.remoteAddress ?? '')
  if (!encrypted && !excepted) throw new MailboxError('token-needs-tls')
  if (!sendableToken.test(accessToken) || unsendableName.test(username)) throw new MailboxError('token-refused')
  return accessToken
}
