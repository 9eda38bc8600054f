import { randomBytes } from 'node:crypto'
import type { NetworkPolicy } from '../network/addresses.ts'
import type { ConnectionObserver } from '../network/connect.ts'
import type { AccountType } from './account-type.ts'

/** Everything needed to open a mailbox, built from an account row and its secret. */
export interface MailboxSettings {
  readonly type: AccountType
  readonly host: string
  readonly port: number
  /** IMAP only. */
  readonly folder: string
  readonly credential: Credential
  /**
   * Provides the credential for later sessions of the same mailbox, because a token may expire during the run. Its
   * errors are passed on to the caller.
   */
  readonly renewCredential?: (() => Promise<Credential>) | undefined
  readonly customCa?: string | undefined
  /** POP3: this server's UIDLs are not permanent. Messages are listed as if the server had no UIDLs. */
  readonly ignoreUidls?: boolean | undefined
  /** POP3: send one command at a time, because this server announces PIPELINING but does not handle it correctly. */
  readonly oneByOne?: boolean | undefined
}

/** The credential that a mail session uses to log in. */
export type Credential = PasswordCredential | TokenCredential

export interface PasswordCredential {
  readonly method: 'password'
  readonly username: string
  readonly password: string
}

export interface TokenCredential {
  readonly method: 'oauth2'
  /**
   * The mailbox's address, which OAUTHBEARER and XOAUTH2 send as the user. For a shared mailbox, another user
   * consented.
   */
  readonly username: string
  /** RFC 6750 bearer token. */
  readonly accessToken: string
}

/** What the deployment allows for connections to mail servers. */
export interface MailPolicy extends NetworkPolicy {
  /** Ports allowed in addition to 110, 143, 993 and 995. */
  readonly extraPorts: readonly number[]
  /** Milliseconds from the first connection attempt to the greeting; 15,000 in a deployment. */
  readonly connectTimeout: number
  /** Milliseconds without a byte from the server after which the session ends; 60,000 in a deployment. */
  readonly silenceTimeout: number
  /**
   * Milliseconds from the first connection attempt until the folder is open (POP3: until the login), `openingTimeout`
   * by default. The silence timeout does not catch a server that keeps sending single bytes.
   */
  readonly openingTimeout?: number
}

/**
 * Ten times as long as a slow server takes for a login, and a quarter of the time limit for one part of a fetch run.
 */
export const openingTimeout = 120_000

/** Receives the progress of opening a session. */
export interface OpeningObserver extends ConnectionObserver {
  /** `mechanism` is, for example, `LOGIN`, `AUTH=PLAIN` or `USER`. */
  loggedIn?(mechanism: string): void
}

/**
 * Receives the lines of the protocol when an account is debugged. Credentials are left out of the lines that contain
 * them. For literals, messages and listings, it receives only the size. The server's text is passed on unchanged and
 * may repeat a credential.
 */
export interface Transcript {
  /** False if the transcript accepts no more lines. */
  readonly listening: boolean
  sent(line: string): void
  received(line: string): void
}

/** Optional observers of a session. */
export interface SessionWatch {
  readonly observer?: OpeningObserver | undefined
  readonly transcript?: Transcript | undefined
  /** POP3: the session broke while several commands were in progress, in a way that indicates a PIPELINING problem. */
  readonly onPipeliningBroken?: (() => void) | undefined
}

/** A message as listed by the server. */
export interface ListedMessage {
  /**
   * IMAP: the UID in decimal. POP3: the UIDL. If `uidIsStable` is false, a generated uid that is valid for this session
   * only.
   */
  readonly uid: string
  readonly uidIsStable: boolean
  /**
   * POP3: the UIDL equals the message number. A server that uses the numbers as UIDLs may give this one to another
   * message in its next session.
   */
  readonly uidIsNumber?: true
  /**
   * Bytes as announced (RFC822.SIZE or LIST). Announced sizes may be wrong, so they serve for planning only and never
   * decide whether a message is complete.
   */
  readonly size: number
  /** IMAP INTERNALDATE, ISO 8601. */
  readonly internalDate?: string | undefined
  /** IMAP: the message is flagged `\Deleted`. */
  readonly flaggedDeleted: boolean
}

/**
 * One message requested from `retrieve`. `whole`: all bytes. `stream`: read `chunks` to the end before requesting the
 * next message; it throws `IncompleteMessage` if the server's data ends early. `absent`: nothing usable arrived, and
 * the message stays where it is.
 */
export type RetrievedMessage =
  | { readonly kind: 'whole'; readonly message: ListedMessage; readonly bytes: Buffer }
  | { readonly kind: 'stream'; readonly message: ListedMessage; readonly chunks: AsyncIterable<Buffer> }
  | {
      readonly kind: 'absent'
      readonly message: ListedMessage
      readonly reason: AbsentReason
      readonly serverWords: string
    }

/**
 * `vanished`: no longer listed; `no-body`: a row without content; `empty`: zero bytes despite an announced size;
 * `refused`: the server rejected the request.
 */
export type AbsentReason = 'vanished' | 'no-body' | 'empty' | 'refused' | 'incomplete'

/** Thrown from `chunks`: this message cannot be used now. The session continues. */
export class IncompleteMessage extends Error {
  override readonly name = 'IncompleteMessage'
}

/** POP3: the next session of an open mailbox lists none of the UIDLs that the previous session left on the server. */
export class UidlsChanged extends Error {
  override readonly name = 'UidlsChanged'
}

/** The outcome for messages that were to be removed from the server. */
export interface RemovalReport {
  /** Uids of permanently removed messages. */
  readonly confirmed: readonly string[]
  /** Accepted uids. Their removal is final only after a later `commit` or `close` reports it (POP3 before QUIT). */
  readonly pending: readonly string[]
  /**
   * Uids that stay, with the reason, for example IMAP without UIDPLUS when other messages are flagged `\Deleted`, or a
   * refused DELE. `mayBeGone`: there was no response to QUIT, so the server may have deleted the message anyway.
   * `agreed`: the server answered OK and kept the message, or it copied the message and could not delete it; the next
   * attempt would do the same again. `vanished`: the server no longer lists the message, because another client removed
   * it.
   */
  readonly left: ReadonlyArray<{
    readonly uid: string
    readonly detail: string
    readonly mayBeGone?: true
    readonly agreed?: true
    readonly vanished?: true
  }>
}

/**
 * One open folder of one account: the port that IMAP and POP3 implement and the fetch run uses.
 *
 * Make one call at a time, and none while a `list` or `retrieve` iteration is open. Every method throws `MailboxError`
 * if the session is over, and `UidlsChanged` if the next session cannot find the messages again. After that, only
 * `close` may be called. Nothing is ever sent unencrypted after a refused upgrade.
 */
export interface Mailbox {
  readonly protocol: 'imap' | 'pop3'
  /**
   * IMAP: UIDVALIDITY in decimal (RFC 9051 section 2.3.1.1), or undefined if the server sends none; in that case no uid
   * is stable. POP3: undefined.
   */
  readonly uidValidity: string | undefined
  /** Messages in the folder when it was opened. */
  readonly messageCount: number
  /** Commands that have waited for the server so far, including the connection. */
  readonly roundTrips: number
  /** Bytes received so far. */
  readonly bytesReceived: number
  /** Lists the oldest messages first, in windows of at most 1,000. `after`: only uids above this one (IMAP). */
  list(options?: { readonly after?: string }): AsyncIterable<readonly ListedMessage[]>
  /** Yields each requested message exactly once, in any order: up to 8 MiB as `whole`, larger ones as `stream`. */
  retrieve(messages: readonly ListedMessage[]): AsyncIterable<RetrievedMessage>
  /**
   * POP3 only: reads the header blocks of messages without the messages themselves (TOP), at most 64 KiB each.
   * @returns the header blocks by uid, for the messages whose headers the server shows
   * @throws MailboxError arrival-unknown if the server shows no headers
   * @throws TypeError for IMAP, whose listing already contains the arrival dates
   */
  headers(messages: readonly ListedMessage[]): Promise<ReadonlyMap<string, Buffer>>
  /** Permanently deletes what it can, and never affects any other message. Takes at most 1,000 messages. */
  remove(messages: readonly ListedMessage[]): Promise<RemovalReport>
  /**
   * IMAP only: moves messages to another folder, and creates it if it is missing.
   * @throws TypeError for POP3; the schema prevents this case
   */
  move(messages: readonly ListedMessage[], folder: string): Promise<RemovalReport>
  /**
   * Called between chunks. POP3 ends its session (QUIT commits) when 1,000 messages or 60 s are pending, and the next
   * call opens another. IMAP does nothing. `now` commits everything that is pending, because the next call may break
   * the session (not if the server announces LOGIN-DELAY).
   */
  commit(options?: { readonly now?: boolean }): Promise<RemovalReport>
  /** Logs out. Treat messages that the report does not confirm as still on the server. Never throws; bounded to 10 s. */
  close(): Promise<RemovalReport>
}

/**
 * Opens the folder or throws `MailboxError`. `signal` aborts at any step, and also aborts the open mailbox.
 */
export type OpenMailbox = (
  settings: MailboxSettings,
  policy: MailPolicy,
  signal: AbortSignal,
  watch?: SessionWatch,
) => Promise<Mailbox>

/**
 * Larger messages are streamed instead of held: two of them and 64 MiB of stores in progress fit into a 512 MB
 * function.
 */
export const wholeMessageLimit = 8 * 1024 * 1024
/** Larger windows cost memory and save no time (50,000 messages listed in windows of 1,000: 22 ms each). */
export const listWindow = 1000

/**
 * @returns the start of a uid that is valid for one session only; no other session, of any mailbox, has the same prefix
 */
export const sessionUidPrefix = (): string => `session:${randomBytes(8).toString('hex')}:`
