import { ImapFlow } from 'imapflow'
import { accountTypeFacts } from '../../accounts/account-type.ts'
import type { Credential, TokenCredential } from '../../accounts/credential.ts'
import { connectTcp, connectTls } from '../connection/connect.ts'
import { releaseToken } from '../connection/release-token.ts'
import type { SessionOptions } from '../connection/session-options.ts'
import { imapLogger } from './imap-logger.ts'
import { imapTransport } from './imap-transport.ts'
import type { Traffic } from './traffic.ts'

/** Messages up to 8 MiB are asked for whole; servers misjudge sizes, but hardly fourfold. imapflow's own limit of 1 GiB does not fit a function. */
const largestLiteral = 32 * 1024 * 1024
/** A literal and the line around it. */
const largestResponse = largestLiteral + 1024 * 1024
/** A SEARCH that answers with 700,000 UIDs; no other line comes near. */
const longestLine = 8 * 1024 * 1024
/** A FETCH row of ours has about 20; each costs 100 bytes of heap. */
const mostTokens = 100_000
/** After a refusal a command ends or sends its next line within a turn of the event loop. */
const throttlingNotice = 250

export interface ImapClientEvents {
  readonly traffic: Traffic
  /** The connection is over because of this. */
  onError(error: unknown): void
  /** Another session expunged this sequence number. */
  onExpunge(sequenceNumber: number): void
  /** The server refused a command; imapflow does not throw this error for all of them. */
  onRefused(error: unknown): void
  /** The server asked to wait, and imapflow has begun to: up to 5 minutes inside a command, four times over. */
  onThrottled(): void
}

export type ImapClient = ImapFlow

/** RFC 9051 section 6.2.3 gives LOGIN no character set, so only ASCII credentials may go through it. */
const printableAscii = /^[\x20-\x7e]*$/

/** Opens the connection and prepares imapflow on it; nothing is sent before `connect()`. This file is the package's only owner. */
export const openImapClient = async (options: SessionOptions, events: ImapClientEvents): Promise<ImapClient> => {
  const { settings, policy, addresses, signal, observer } = options
  const deadline = performance.now() + policy.connectTimeout
  const target = { host: settings.host, customCa: settings.customCa, addresses, deadline, signal, observer }
  const { security } = accountTypeFacts(settings.type)
  const encrypted = security === 'implicit-tls'
  const socket = encrypted ? await connectTls(target) : await connectTcp(target)
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
    // Never left undefined: that would go on in clear where STARTTLS is not offered.
    doSTARTTLS: security === 'starttls',
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
    greetingTimeout: Math.max(1, Math.ceil(deadline - performance.now())),
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
  /** Hands the token over, or throws where it must not be sent. */
  release(credential: TokenCredential): string
}

/** The getters are read by imapflow when it logs in: behind the handshake and the capabilities. */
const loginOf = (credential: Credential, { capabilities, release }: LoginFacts) => {
  const { username } = credential
  if (credential.method === 'oauth2')
    return {
      user: username,
      /** OAUTHBEARER where it is offered, else XOAUTH2; without `pass` there is nothing imapflow could fall back to. */
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
      // Always named: by default, imapflow uses LOGIN for a user name that contains a slash, even where LOGIN is disabled.
      return ['AUTH=PLAIN', 'AUTH=LOGIN'].find((mechanism) => offered.has(mechanism))
    },
  }
}

/** imapflow tells nobody that it waits: a refused command that neither ends nor sends anything is how it shows. */
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
 * Before it selects a folder imapflow asks LIST and LSUB for its delimiter and subscription, which nobody here reads: two round trips of
 * every poll. INBOX always exists (RFC 9051 section 5.1), so it is entered as listed. An imapflow without this map asks as before.
 */
export const spareListingOfInbox = (client: ImapClient): void => {
  const folders: unknown = Reflect.get(client, 'folders')
  if (folders instanceof Map) folders.set('INBOX', { path: 'INBOX' })
}

/** What the server offers to log in with: `AUTH=PLAIN AUTH=LOGIN`. */
export const offeredLogins = (client: ImapClient): string =>
  [...client.capabilities.keys()].filter((name) => name.startsWith('AUTH=')).join(' ')

/** After `connect()`: the server greeted with PREAUTH (RFC 9051 section 7.1.4), so imapflow sent no credential. It keeps the words of OK only. */
export const openedWithoutLogin = (client: ImapClient): boolean => client.greeting === undefined

/** How the client logged in, as imapflow notes it: `LOGIN`, `AUTH=PLAIN` … */
export const mechanismOf = (client: ImapClient): string => {
  const mechanisms: unknown = Reflect.get(client, 'authCapabilities')
  if (!(mechanisms instanceof Map)) return 'unknown'
  return String([...mechanisms].find(([, worked]) => worked === true)?.[0] ?? 'unknown')
}
