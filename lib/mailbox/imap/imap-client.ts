import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTlsSocket } from 'node:tls'
import { ImapFlow } from 'imapflow'
import { type ConnectTarget, tlsOptions } from '../../network/connect.ts'
import { tlsFactsOf } from '../../network/presented-certificate.ts'
import { accountTypeFacts } from '../account-type.ts'
import { connectSession, releaseToken, type SessionOptions } from '../connect-session.ts'
import type { Credential, TokenCredential } from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { imapLogger } from './imap-logger.ts'

/**
 * Messages up to 8 MiB are requested whole. Servers report wrong sizes, but hardly by a factor of four. imapflow's own
 * limit of 1 GiB is too large for a function.
 */
const largestLiteral = 32 * 1024 * 1024
/** A literal and its surrounding line. */
const largestResponse = largestLiteral + 1024 * 1024
/** The length of a SEARCH response with 700,000 UIDs. No other line is nearly as long. */
const longestLine = 8 * 1024 * 1024
/** One of our FETCH rows has about 20 tokens. Each costs 100 bytes of heap. */
const mostTokens = 100_000
/** After a refusal, a command normally ends or sends its next line within one turn of the event loop. */
const throttlingNotice = 250

export interface ImapClientEvents {
  readonly traffic: Traffic
  /** Reports the error that ended the connection. */
  onError(error: unknown): void
  /** Another session expunged this sequence number. */
  onExpunge(sequenceNumber: number): void
  /** The server refused a command. imapflow does not throw this error for every command. */
  onRefused(error: unknown): void
  /** The server asked the client to wait, and imapflow has started waiting: up to 5 minutes, four times per command. */
  onThrottled(): void
}

export type ImapClient = ImapFlow

/** RFC 9051 section 6.2.3 defines no character set for LOGIN, so it is used only for ASCII credentials. */
const printableAscii = /^[\x20-\x7e]*$/

/**
 * Opens the connection and prepares imapflow on it. Nothing is sent before `connect()`. Only this file imports the
 * package.
 */
export const openImapClient = async (options: SessionOptions, events: ImapClientEvents): Promise<ImapClient> => {
  const { settings, policy } = options
  const { socket, encrypted, target } = await connectSession(options)
  events.traffic.connected(encrypted)
  const transport = imapTransport({
    socket,
    target,
    traffic: events.traffic,
    handshakeTimeout: policy.connectTimeout,
    sent: () => client.stats().sent,
    loggedIn: () => client.usable,
  })
  const client: ImapFlow = new ImapFlow({
    host: settings.host,
    port: settings.port,
    secure: encrypted,
    // Never undefined: otherwise, imapflow would continue unencrypted if the server does not offer STARTTLS.
    doSTARTTLS: accountTypeFacts[settings.type].security === 'starttls',
    transport,
    auth: loginOf(settings.credential, {
      capabilities: () => client.capabilities,
      release: (credential) => releaseToken(credential, transport.socket, policy),
    }),
    clientInfo: { name: 'Postmaster', version: '', vendor: '', 'support-url': '' },
    logger: imapLogger(options.transcript, (error) => events.onRefused(error)),
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableCompression: true,
    greetingTimeout: Math.max(1, Math.ceil(target.deadline - performance.now())),
    socketTimeout: policy.silenceTimeout,
    maxLiteralSize: largestLiteral,
    maxResponseSize: largestResponse,
    maxLineLength: longestLine,
    maxResponseTokens: mostTokens,
  })
  client.on('error', (error) => events.onError(error))
  client.on('expunge', ({ seq }) => {
    if (seq !== undefined) events.onExpunge(seq)
  })
  watchForThrottling(client, () => events.onThrottled())
  return client
}

interface LoginFacts {
  capabilities(): ImapFlow['capabilities']
  /** @returns the token, or throws if it must not be sent */
  release(credential: TokenCredential): string
}

/** imapflow reads the getters when it logs in, after the handshake and the capabilities. */
const loginOf = (credential: Credential, { capabilities, release }: LoginFacts) => {
  const { username } = credential
  if (credential.method === 'oauth2')
    return {
      user: username,
      /**
       * OAUTHBEARER if the server offers it, otherwise XOAUTH2. Without `pass`, imapflow has no other method to use.
       */
      get accessToken() {
        return release(credential)
      },
    }
  const { password } = credential
  return {
    user: username,
    pass: password,
    /** LOGIN takes one round trip, AUTHENTICATE two. */
    get loginMethod() {
      const offered = capabilities()
      if (!offered.has('LOGINDISABLED') && printableAscii.test(username + password)) return 'LOGIN'
      // Always set: by default, imapflow uses LOGIN for a user name that contains a slash, even if LOGIN is disabled.
      return ['AUTH=PLAIN', 'AUTH=LOGIN'].find((mechanism) => offered.has(mechanism))
    },
  }
}

/** imapflow does not report that it is waiting. The sign is a refused command that neither ends nor sends anything. */
const watchForThrottling = (client: ImapFlow, onThrottled: () => void): void => {
  let timer: NodeJS.Timeout | undefined
  client.on('response', ({ response }: { readonly response: string }) => {
    clearTimeout(timer)
    if (!/^(NO|BAD)$/i.test(response)) return
    const { sent } = client.stats()
    timer = setTimeout(() => {
      if (client.stats().sent === sent) onThrottled()
    }, throttlingNotice)
  })
  client.once('close', () => clearTimeout(timer))
}

/**
 * Before imapflow selects a folder, it requests the folder's delimiter and subscription with LIST and LSUB. Postmaster
 * does not need them, and they would cost two round trips per poll. INBOX always exists (RFC 9051 section 5.1), so this
 * function adds it to the listed folders. If a version of imapflow has no such map, it sends the requests as before.
 */
export const spareListingOfInbox = (client: ImapClient): void => {
  const folders: unknown = Reflect.get(client, 'folders')
  if (folders instanceof Map) folders.set('INBOX', { path: 'INBOX' })
}

/** @returns the login mechanisms that the server offers, for example `AUTH=PLAIN AUTH=LOGIN` */
export const offeredLogins = (client: ImapClient): string =>
  [...client.capabilities.keys()].filter((name) => name.startsWith('AUTH=')).join(' ')

/**
 * Valid after `connect()`: true if the server greeted with PREAUTH (RFC 9051 section 7.1.4), so that imapflow sent no
 * credential. imapflow keeps the greeting's text only for OK.
 */
export const openedWithoutLogin = (client: ImapClient): boolean => client.greeting === undefined

/** @returns the login mechanism as recorded by imapflow, for example `LOGIN` or `AUTH=PLAIN` */
export const mechanismOf = (client: ImapClient): string => {
  const mechanisms: unknown = Reflect.get(client, 'authCapabilities')
  if (!(mechanisms instanceof Map)) return 'unknown'
  return String([...mechanisms].find(([, worked]) => worked === true)?.[0] ?? 'unknown')
}

interface TransportOptions {
  /** The open socket to a checked address; already encrypted for IMAPS. */
  readonly socket: Socket
  readonly target: Pick<ConnectTarget, 'host' | 'customCa' | 'observer'>
  readonly traffic: Traffic
  /** Milliseconds a STARTTLS handshake may take. */
  readonly handshakeTimeout: number
  /** Bytes the client has sent on this connection. */
  sent(): number
  loggedIn(): boolean
}

/**
 * Far more than any login needs. imapflow answers each "+" of a SASL exchange, and a hostile server could continue like
 * that for the whole run.
 */
const mostBeforeLogin = 256 * 1024

/**
 * Gives imapflow our own socket instead of letting it resolve the name: the address was checked and must not be looked
 * up again, and the certificate rules are the same as for POP3. It also counts the round trips.
 */
const imapTransport = ({ socket, target, traffic, handshakeTimeout, sent, loggedIn }: TransportOptions) => {
  let current = socket
  let beforeLogin = 0
  const count = (piece: Buffer) => {
    traffic.heard(piece.length, sent())
    if (loggedIn()) return
    beforeLogin += piece.length
    if (beforeLogin > mostBeforeLogin) current.destroy(new MailboxError('server-misbehaved'))
  }
  return {
    /** The session's current socket, encrypted after the handshake. */
    get socket(): Socket {
      return current
    },
    connect(_: unknown, onConnect: () => void): Socket {
      queueMicrotask(() => {
        onConnect()
        // After imapflow's own pipe: an earlier listener would consume the greeting.
        socket.on('data', count)
      })
      return socket
    },
    // A remaining listener would hide what a man in the middle sent unencrypted after the STARTTLS response.
    prepareUpgrade(): void {
      socket.off('data', count)
    },
    upgrade(plain: Duplex, _: unknown, onSecure: () => void): Socket {
      if (!(plain instanceof Socket)) throw new TypeError('The cleartext socket is not ours')
      traffic.heard(0, sent())
      const secure = connectTlsSocket(tlsOptions(plain, target))
      const timer = setTimeout(() => secure.destroy(new MailboxError('connection-timed-out')), handshakeTimeout)
      secure.once('close', () => clearTimeout(timer))
      secure.once('secureConnect', () => {
        clearTimeout(timer)
        traffic.waited()
        target.observer?.secured?.(tlsFactsOf(secure))
        current = secure
        onSecure()
        secure.on('data', count)
      })
      return secure
    },
  }
}

/** Counts the traffic of a session, across all its connections. */
export class Traffic {
  roundTrips = 0
  bytesReceived = 0
  #answeredUpTo = 0

  /** Counts a new connection: TCP with the greeting, plus the handshake if TLS is implicit. */
  connected(handshake: boolean): void {
    this.roundTrips += handshake ? 2 : 1
    this.#answeredUpTo = 0
  }

  /** Counts a round trip that is not a response, for example a TLS handshake. */
  waited(): void {
    this.roundTrips += 1
  }

  /**
   * Called when data arrives from the server after the client has sent `sent` bytes. The first chunk of each response
   * counts as one round trip.
   */
  heard(bytes: number, sent: number): void {
    this.bytesReceived += bytes
    if (sent === this.#answeredUpTo) return
    this.#answeredUpTo = sent
    this.roundTrips += 1
  }
}
