import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect as connectTlsSocket, type TLSSocket } from 'node:tls'
import type { CheckedAddress } from '../../network/addresses.ts'
import { connectTcp, tlsOptions } from '../../network/connect.ts'
import { type PresentedCertificate, presentedCertificate } from '../../network/presented-certificate.ts'
import { type AccountType, accountTypeFacts } from '../account-type.ts'

/** A server to examine. Nothing secret is ever sent over such a connection, because its certificate is not verified. */
export interface Glance {
  readonly host: string
  readonly address: CheckedAddress
  /** Aborts immediately, at any point. */
  readonly signal: AbortSignal
  /** `performance.now()` */
  readonly deadline: number
}

const connectForGlance = ({ host, address, signal, deadline }: Glance): Promise<Socket> =>
  connectTcp({ host, addresses: [address], signal, deadline })

/** Performs a handshake that accepts any certificate, in order to show it. */
const unverifiedTls = async (socket: Socket, { host, signal }: Glance): Promise<TLSSocket> => {
  const secure = connectTlsSocket({ ...tlsOptions(socket, { host }), rejectUnauthorized: false })
  // An error after the outcome must not be an uncaught exception.
  secure.on('error', () => undefined)
  try {
    await once(secure, 'secureConnect', { signal })
    return secure
  } catch (error) {
    secure.destroy()
    throw error
  }
}

/** @returns the next bytes as text, or an empty string if the server closes the connection instead */
const nextText = async (socket: Socket, signal: AbortSignal): Promise<string> => {
  const settled = new AbortController()
  const either = { signal: AbortSignal.any([signal, settled.signal]) }
  const ended = once(socket, 'close', either).then(() => '')
  const said = once(socket, 'data', either).then(([bytes]) => String(bytes))
  try {
    return await Promise.race([said, ended])
  } finally {
    settled.abort()
    await Promise.allSettled([said, ended])
  }
}

/**
 * Fetches the rejected certificate with a separate handshake, because it is no longer available from the failed one.
 * @returns undefined if no certificate is available
 */
export const showCertificate = async (glance: Glance, type: AccountType): Promise<PresentedCertificate | undefined> => {
  try {
    const socket = await connectForGlance(glance)
    try {
      if (accountTypeFacts[type].security === 'starttls') await askForTls(socket, type, glance.signal)
      return presentedCertificate(await unverifiedTls(socket, glance))
    } finally {
      socket.destroy()
    }
  } catch {
    // The earlier failure is reported. This one would add nothing to it.
    return undefined
  }
}

/** Sends STARTTLS (RFC 9051 section 6.2.1) or STLS (RFC 2595 section 4), after the greeting. */
const askForTls = async (socket: Socket, type: AccountType, signal: AbortSignal): Promise<void> => {
  const imap = accountTypeFacts[type].protocol === 'imap'
  await nextText(socket, signal)
  socket.write(imap ? 'a1 STARTTLS\r\n' : 'STLS\r\n')
  const answer = await nextText(socket, signal)
  if (!(imap ? /^a1 OK/im : /^\+OK/i).test(answer)) throw new Error('TLS was refused')
}

/** The service on a port. */
export interface FoundService {
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  /** True if the service uses TLS from the first byte. */
  readonly encrypted: boolean
}

/**
 * The greetings of all three, which they send first (RFC 9051 section 7.1, RFC 1939 section 3, RFC 5321 section 3.1).
 */
const greetings: ReadonlyArray<readonly [RegExp, FoundService['protocol']]> = [
  [/^\* (OK|PREAUTH|BYE)\b/i, 'imap'],
  [/^(\+OK|-ERR)\b/i, 'pop3'],
  [/^(220|421|554)[ -]/, 'smtp'],
]

/**
 * Waits for a greeting, unencrypted and over TLS at the same time. Sends nothing.
 * @returns undefined if there is no greeting
 */
export const identifyService = async (glance: Glance): Promise<FoundService | undefined> => {
  const found = new AbortController()
  const both = { ...glance, signal: AbortSignal.any([glance.signal, found.signal]) }
  try {
    return await Promise.any([
      greeted(both, false, async (socket) => socket),
      greeted(both, true, (socket) => unverifiedTls(socket, both)),
    ])
  } catch {
    return undefined
  } finally {
    found.abort()
  }
}

const greeted = async (
  glance: Glance,
  encrypted: boolean,
  open: (socket: Socket) => Promise<Socket>,
): Promise<FoundService> => {
  const socket = await connectForGlance(glance)
  try {
    const text = await nextText(await open(socket), glance.signal)
    const protocol = greetings.find(([pattern]) => pattern.test(text))?.[1]
    if (protocol === undefined) throw new Error('not the greeting of a mail server')
    return { protocol, encrypted }
  } finally {
    socket.destroy()
  }
}
