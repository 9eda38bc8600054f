import type { AccountType } from '../accounts/account-type.ts'
import type { Credential } from '../accounts/credential.ts'
import type { SessionWatch } from './connection/session-watch.ts'

/** Everything needed to open a mailbox. Built from an account row and its secret. */
export interface MailboxSettings {
  readonly type: AccountType
  readonly host: string
  readonly port: number
  /** IMAP only. */
  readonly folder: string
  readonly credential: Credential
  /**
   * For sessions after the first of one mailbox: a token may end before the run does. What it throws goes to the
   * caller.
   */
  readonly renewCredential?: (() => Promise<Credential>) | undefined
  readonly customCa?: string | undefined
  /** POP3: this server's UIDLs do not last. Its messages are listed as those of a server without UIDLs. */
  readonly ignoreUidls?: boolean | undefined
  /** POP3: one command at a time, because this server announces PIPELINING and breaks it. */
  readonly oneByOne?: boolean | undefined
}

/** What the deployment allows; see the address check in `connection/`. */
export interface NetworkPolicy {
  readonly allowPrivateAddresses: boolean
  /** For tests on one machine: an access token may travel without TLS, to loopback addresses only. */
  readonly allowClearTextOnLoopback: boolean
  /** Ports allowed beside 110, 143, 993 and 995. */
  readonly extraPorts: readonly number[]
  /** Milliseconds from the first connection attempt to the greeting; 15,000 deployed. */
  readonly connectTimeout: number
  /** Milliseconds without a byte from the server before a session is given up; 60,000 deployed. */
  readonly silenceTimeout: number
  /**
   * Milliseconds from the first connection attempt to the open folder (POP3: to the login), `openingTimeout` by default.
   * The silence timeout does not end a server that sends one byte now and then.
   */
  readonly openingTimeout?: number
}

/** Ten times what a slow server takes to log a user in, and a quarter of what one part of a fetch run may take. */
export const openingTimeout = 120_000

/** A message as the server lists it. */
export interface ListedMessage {
  /**
   * IMAP: the UID in decimal. POP3: the UIDL. Where `uidIsStable` is false, an invented one that holds for this session
   * only.
   */
  readonly uid: string
  readonly uidIsStable: boolean
  /**
   * Bytes as announced (RFC822.SIZE or LIST); servers lie, so it only plans, it never decides whether bytes are whole.
   */
  readonly size: number
  /** IMAP INTERNALDATE, ISO 8601. */
  readonly internalDate?: string | undefined
  /** IMAP: somebody flagged it `\Deleted`. */
  readonly flaggedDeleted: boolean
}

/**
 * One message asked for by `retrieve`. `whole`: all bytes. `stream`: pull `chunks` to its end before asking for the
 * next message; it throws `IncompleteMessage` when the server ends short of the announced end. `absent`: nothing usable
 * came, the message stays where it is.
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
 * `vanished`: no longer listed; `no-body`: a row without content; `empty`: zero bytes although a size was announced;
 * `refused`: the server said no.
 */
export type AbsentReason = 'vanished' | 'no-body' | 'empty' | 'refused' | 'incomplete'

/** Thrown out of `chunks`: this message cannot be used now; the session goes on. */
export class IncompleteMessage extends Error {
  override readonly name = 'IncompleteMessage'
}

/** POP3: the next session of an open mailbox lists none of the UIDLs that the session before it left on the server. */
export class UidlsChanged extends Error {
  override readonly name = 'UidlsChanged'
}

/** What became of messages that were to leave the server. */
export interface RemovalReport {
  /** Uids that are gone for good. */
  readonly confirmed: readonly string[]
  /** Uids accepted, but final only after a later `settle` or `close` reports them (POP3 before QUIT). */
  readonly pending: readonly string[]
  /**
   * Uids that stay, and why: IMAP without UIDPLUS beside foreign `\Deleted` messages, a refused DELE… `mayBeGone`: the
   * answer to QUIT is missing, so the server may have deleted the message anyway. `agreed`: the server answered OK and
   * kept the message, or has copied it and could not delete it; the next attempt would do the same again. `vanished`:
   * the server no longer lists the message, because another client removed it.
   */
  readonly left: ReadonlyArray<{
    readonly uid: string
    readonly words: string
    readonly mayBeGone?: true
    readonly agreed?: true
    readonly vanished?: true
  }>
}

/**
 * One open folder of one account: the port that IMAP and POP3 implement and the fetch run uses.
 *
 * Calls are made one at a time: never while a `list` or `retrieve` iteration is open. Every method throws
 * `MailboxError` when the session is over, and `UidlsChanged` when the next session cannot find the messages again;
 * after that only `close` may be called. Nothing is ever sent in clear after a refused upgrade.
 */
export interface Mailbox {
  readonly protocol: 'imap' | 'pop3'
  /**
   * IMAP: UIDVALIDITY in decimal (RFC 9051 section 2.3.1.1); undefined where the server gives none, and then no uid is
   * stable. POP3: undefined.
   */
  readonly uidValidity: string | undefined
  /** Messages in the folder when it was opened. */
  readonly messageCount: number
  /** Commands that had to wait for the server so far, connect included. */
  readonly roundTrips: number
  /** Bytes received so far. */
  readonly bytesReceived: number
  /** Oldest first, in windows of at most 1,000. `after`: only uids above this one (IMAP). */
  list(options?: { readonly after?: string }): AsyncIterable<readonly ListedMessage[]>
  /** Yields each message asked for exactly once, in any order. Up to 8 MiB as `whole`, above it as `stream`. */
  retrieve(messages: readonly ListedMessage[]): AsyncIterable<RetrievedMessage>
  /**
   * POP3 only: by uid, the header block of each message that the server shows without the message itself (TOP), at most
   * 64 KiB of it. Throws `MailboxError` arrival-unknown where it shows none. IMAP throws a TypeError: its listing tells
   * what headers would be asked for.
   */
  headers(messages: readonly ListedMessage[]): Promise<ReadonlyMap<string, Buffer>>
  /** Deletes for good what it can, and touches nothing that was not named. */
  remove(messages: readonly ListedMessage[]): Promise<RemovalReport>
  /**
   * IMAP only: moves to another folder, which is created when missing. POP3 throws a TypeError: the schema never lets
   * it get here.
   */
  move(messages: readonly ListedMessage[], folder: string): Promise<RemovalReport>
  /**
   * Called between chunks: POP3 ends its session (QUIT commits) when 200 messages or 60 s are pending, the next call
   * opens another; IMAP does nothing. `now`: whatever is pending, because the next call may break the session (not
   * where the server announces LOGIN-DELAY).
   */
  settle(options?: { readonly now?: boolean }): Promise<RemovalReport>
  /** Logs out. What the report does not confirm is still on the server. Never throws; bounded to 10 s. */
  close(): Promise<RemovalReport>
}

/**
 * Opens the folder or throws `MailboxError`. `signal` ends it at once, at any step, and is honoured by the open mailbox
 * too.
 */
export type OpenMailbox = (
  settings: MailboxSettings,
  policy: NetworkPolicy,
  signal: AbortSignal,
  watch?: SessionWatch,
) => Promise<Mailbox>

/**
 * Above this a message is streamed instead of held: two of them beside 64 MiB of stores under way fit a 512 MB
 * function.
 */
export const wholeMessageLimit = 8 * 1024 * 1024
/** More per listing costs memory and saves no time (50,000 listed in windows of 1,000: 22 ms each). */
export const listWindow = 1000
