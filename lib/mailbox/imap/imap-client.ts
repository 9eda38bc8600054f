import { type FetchQueryObject, ImapFlow } from 'imapflow'
import { accountTypeFacts } from '../account-type.ts'
import { connectSession, releaseToken, type SessionOptions } from '../connect-session.ts'
import type { Credential, TokenCredential } from '../mailbox.ts'
import { imapLogger } from './imap-logger.ts'
import { imapTransport, type Traffic } from './imap-transport.ts'
import { quickRowOf } from './quick-row.ts'
import { type FetchedRow, isInbox } from './server-answers.ts'

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
export type FetchQuery = Pick<FetchQueryObject, 'size' | 'flags' | 'internalDate' | 'source'>

/** RFC 9051 section 6.2.3 defines no character set for LOGIN, so it is used only for ASCII credentials. */
const printableAscii = /^[\x20-\x7e]*$/

/**
 * Opens the connection and prepares imapflow on it. Nothing is sent before `connect()`. Only this file imports the
 * package.
 * @param folder the folder that is opened immediately after the login, so that a login that opens no mailbox is noticed
 * there. Otherwise, NAMESPACE must show it.
 */
export const openImapClient = async (
  options: SessionOptions,
  events: ImapClientEvents,
  folder?: string,
): Promise<ImapClient> => {
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
  spareCommands(client, options.transcript, folder)
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

/**
 * Replaces commands of imapflow that cost more than Postmaster needs, in this client only. A version of imapflow that
 * keeps its commands elsewhere works as before, only more slowly.
 */
const spareCommands = (client: ImapClient, transcript: SessionOptions['transcript'], folder = ''): void => {
  const commands: unknown = Reflect.get(client, 'commands')
  if (!(commands instanceof Map)) return
  const own: Commands = new Map(commands)
  spareIntroductions(client, own, folder)
  spareParsing(client, own, transcript)
  Reflect.set(client, 'commands', own)
}

// biome-ignore lint/suspicious/noExplicitAny: imapflow does not declare the arguments of its commands
type Commands = Map<string, (...args: any[]) => Promise<any>>

/**
 * imapflow repeats ID after a response with fewer than two fields, such as Dovecot's, and asks for the namespace in
 * every session. Each costs a round trip per poll. One response to ID is enough: servers that require ID (NetEase)
 * accept it before the login. If it was refused or empty, ID is repeated. The namespace is needed only for folders other
 * than INBOX.
 */
const spareIntroductions = (client: ImapClient, own: Commands, folder: string): void => {
  const id = own.get('ID')
  let named: object | undefined
  if (id)
    own.set('ID', async (...args) => {
      if (named) return named
      const response = await id(...args)
      if (response && Object.keys(response).length > 0) named = response
      return response
    })
  const namespace = own.get('NAMESPACE')
  if (!namespace || !isInbox(folder)) return
  own.set('NAMESPACE', async () => undefined)
  let learned: Promise<unknown> | undefined
  namespaces.set(client, () => (learned ??= namespace(client)))
}

const namespaces = new WeakMap<ImapClient, () => Promise<unknown>>()

/** Asks for the namespace unless it is known. imapflow adds its prefix to the names of folders. */
export const learnNamespace = async (client: ImapClient): Promise<void> => void (await namespaces.get(client)?.())

/**
 * imapflow's parser takes several times as long for a small message as everything else. Ordinary rows are read here and
 * given to the FETCH command that runs. imapflow's parser reads the others, and all rows for a transcript.
 */
const spareParsing = (client: ImapClient, own: Commands, transcript: SessionOptions['transcript']): void => {
  const handle: unknown = Reflect.get(client, 'handleResponse')
  const fetch = own.get('FETCH')
  if (typeof handle !== 'function' || !fetch) return
  /** One for each FETCH, in the order in which imapflow sends them. */
  const takers: Array<(row: FetchedRow) => Promise<void>> = []
  own.set('FETCH', async (connection, range, query, options) => {
    takers.push((row) => new Promise((resolve) => options.onUntaggedFetch(row, resolve)))
    try {
      return await fetch(connection, range, query, options)
    } finally {
      takers.shift()
    }
  })
  Reflect.set(client, 'handleResponse', async (response: { payload: Buffer; literals: Buffer[] }) => {
    const [take] = transcript?.listening ? [] : takers
    const row = take && quickRowOf(response.payload, response.literals)
    if (!row) return await handle.call(client, response)
    await take(row)
    return true
  })
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
