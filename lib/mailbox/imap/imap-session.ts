import { type Redact, redaction } from '../../redaction/redaction.ts'
import { type SessionOptions, secretOf } from '../connect-session.ts'
import { openingTimeout } from '../mailbox.ts'
import { MailboxError, serverWordsOf } from '../mailbox-error.ts'
import {
  type FetchQuery,
  type ImapClient,
  learnNamespace,
  mechanismOf,
  offeredLogins,
  openedWithoutLogin,
  openImapClient,
  spareListingOfInbox,
} from './imap-client.ts'
import { type ImapStep, imapErrorOf, isTooLarge, Refused, refusalOf, TooLarge } from './imap-error.ts'
import { Traffic } from './imap-transport.ts'
import * as answers from './server-answers.ts'

/** LOGOUT is optional. The port allows 10 s for it. */
const logoutTimeout = 10_000
/** The limit for new connections after oversized responses. Each costs a login, and providers count logins. */
const mostReconnections = 3

/** One selected folder: imapflow's commands with our errors. Send one command at a time. */
export class ImapSession {
  readonly traffic = new Traffic()
  /** The number of EXPUNGE responses so far: one for each message that left the folder. */
  expunged = 0
  onExpunge: ((sequenceNumber: number) => void) | undefined
  readonly #options: SessionOptions
  /** Applied to all text from the server, which may repeat secrets that it received. */
  readonly #redact: Redact
  #client: ImapClient | undefined
  #selected: answers.SelectedFolder | undefined
  #step: ImapStep = 'login'
  #waiting = false
  #cause: unknown
  /** The reason why the server refused the latest command for which imapflow returned `false`. */
  #refused: unknown
  #failure: MailboxError | undefined
  #reconnections = 0
  readonly #abort = () => this.#client?.close()

  constructor(options: SessionOptions) {
    this.#options = options
    this.#redact = redaction([secretOf(options.settings.credential)])
    options.signal.addEventListener('abort', this.#abort, { once: true })
  }

  get folder(): answers.SelectedFolder {
    if (this.#selected === undefined) throw new TypeError('No folder is open')
    return this.#selected
  }

  /**
   * The current number of messages in the folder, as far as the server has reported it.
   * @throws MailboxError if the connection is lost, because that does not mean an empty folder
   */
  get exists(): number {
    return (this.#usable().mailbox || undefined)?.exists ?? 0
  }

  has(capability: string): boolean {
    return this.#client?.capabilities.has(capability) ?? false
  }

  /** Call it before a message is moved. Other commands need the namespace only for folders other than INBOX. */
  learnNamespace(): Promise<void> {
    return this.#command(learnNamespace)
  }

  /** True if this name refers to the open folder. */
  isOpen(folder: string): boolean {
    return answers.sameFolder(folder, this.#options.settings.folder, this.#client?.namespace?.prefix)
  }

  /** Connects, logs in and selects the folder. */
  async open(): Promise<void> {
    this.#cause = undefined
    const late = setTimeout(() => {
      this.#cause ??= new MailboxError('too-slow')
      this.#client?.close()
    }, this.#options.policy.openingTimeout ?? openingTimeout)
    try {
      await this.logIn(this.#options.settings.folder)
      await this.select()
    } finally {
      clearTimeout(late)
    }
  }

  /** Connects and logs in. No folder is open yet. `folder`: opened next. */
  async logIn(folder?: string): Promise<void> {
    this.#step = 'login'
    const client = await openImapClient(
      this.#options,
      {
        traffic: this.traffic,
        onError: (error) => {
          this.#cause ??= error
        },
        onExpunge: (sequenceNumber) => {
          this.expunged += 1
          this.onExpunge?.(sequenceNumber)
        },
        onRefused: (error) => {
          this.#refused = error
        },
        onThrottled: () => {
          if (!this.#waiting) return
          this.#cause ??= new MailboxError('throttled')
          client.close()
        },
      },
      folder,
    )
    this.#client = client
    if (this.#options.signal.aborted || this.#cause !== undefined) client.close()
    await this.#during(() => client.connect())
    if (openedWithoutLogin(client)) throw this.#ended(new MailboxError('login-not-asked'))
    spareListingOfInbox(client)
    this.#options.observer?.loggedIn?.(mechanismOf(client))
    this.#step = 'session'
  }

  /** `readOnly`: EXAMINE (RFC 9051 section 6.3.3), which changes nothing on the server, not even the \Recent flags. */
  async select({ readOnly = false } = {}): Promise<void> {
    const client = this.#usable()
    this.#step = 'open'
    const mailbox = await this.#during(() => client.mailboxOpen(this.#options.settings.folder, { readOnly }))
    const selected = answers.selectedSchema.safeParse(mailbox)
    if (!selected.success) throw this.#ended(new MailboxError('server-misbehaved'))
    this.#selected = selected.data
    this.#step = 'session'
  }

  /** After `TooLarge`: opens the same folder again on a new connection. */
  async reopen(): Promise<void> {
    const { uidValidity } = this.folder
    this.#reconnections += 1
    // Without UIDVALIDITY, the UIDs of another connection may refer to other messages.
    if (uidValidity === undefined || this.#reconnections > mostReconnections)
      throw this.#ended(new MailboxError('server-misbehaved'))
    await this.open()
    if (this.folder.uidValidity !== uidValidity) throw this.#ended(new MailboxError('connection-lost'))
  }

  /**
   * Fetches `range`: sequence numbers, or UIDs with `uid`. Read the rows to the end before the next command.
   */
  async *fetch(range: string, query: FetchQuery, by: 'sequence' | 'uid'): AsyncGenerator<answers.FetchedRow, void> {
    const rows = this.#usable().fetch(range, { uid: true, ...query }, { uid: by === 'uid' })
    try {
      for (;;) {
        const next = await this.#during(() => rows.next())
        if (next.done) return
        yield answers.rowSchema.parse(next.value)
      }
    } finally {
      await rows.return(undefined)
    }
  }

  /** @returns the bytes from `start`, at most `maxLength`; undefined if there was no row */
  async fetchPiece(uid: number, start: number, maxLength: number): Promise<answers.FetchedRow | undefined> {
    let found: answers.FetchedRow | undefined
    // Flag changes of this message also arrive as rows. Only one body is held, however many the server sends.
    for await (const row of this.fetch(`${uid}`, { source: { start, maxLength } }, 'uid'))
      if (row.uid === uid && found?.source === undefined) found = row
    return found
  }

  /** @returns UIDs in ascending order; undefined if the server refuses the search */
  async search(query: { readonly uid: string } | { readonly deleted: true }): Promise<number[] | undefined> {
    const found = await this.#command((client) => client.search(query, { uid: true }))
    return Array.isArray(found) ? found.filter((uid) => uid > 0).sort((a, b) => a - b) : undefined
  }

  /** @returns undefined if the server accepted, otherwise its response; the same applies to the next three methods */
  flagDeleted(set: string): Promise<string | undefined> {
    return this.#agreed((client) => client.messageFlagsAdd(set, ['\\Deleted'], { uid: true, silent: true }))
  }

  /** Flags and expunges messages: with UIDPLUS only `set`, otherwise every flagged message. */
  delete(set: string): Promise<string | undefined> {
    // `silent` is passed on to STORE, but the declared type of messageDelete does not include it.
    const quietly = { uid: true, silent: true }
    return this.#agreed((client) => client.messageDelete(set, quietly))
  }

  /** Use only if the server offers MOVE: imapflow's substitute would expunge messages that others flagged. */
  move(set: string, folder: string): Promise<string | undefined> {
    return this.#agreed((client) => client.messageMove(set, folder, { uid: true }))
  }

  copy(set: string, folder: string): Promise<string | undefined> {
    return this.#agreed((client) => client.messageCopy(set, folder, { uid: true }))
  }

  /**
   * @returns all folders, with counts if the server sends them with the list (RFC 5819). Folders whose name contains
   * the secret are omitted, because their names can neither be shown nor changed
   */
  async listFolders(): Promise<answers.ListedFolder[]> {
    const query = this.has('LIST-STATUS') ? { statusQuery: { messages: true } } : undefined
    const found = await this.#command((client) => client.list(query))
    return answers.listedFoldersSchema.parse(found).filter(({ path }) => this.#redact(path) === path)
  }

  /**
   * @returns the number of messages in a folder that is not open (STATUS); undefined if the server refuses the request
   */
  async countMessages(folder: string): Promise<number | undefined> {
    const status = await this.#command((client) => client.status(folder, { messages: true }))
    return answers.folderStatusSchema.safeParse(status).data?.messages
  }

  /** Creates the folder. Also succeeds if the folder already exists. */
  async create(folder: string): Promise<void> {
    await this.#command((client) => client.mailboxCreate(folder))
  }

  /** Never throws. With `goodbye`, it logs out first if the connection can still accept a command. */
  async close(goodbye: boolean): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#abort)
    const client = this.#client
    if (client === undefined) return
    const timer = setTimeout(() => client.close(), Math.min(logoutTimeout, this.#options.policy.silenceTimeout))
    try {
      if (goodbye && client.usable) await client.logout()
    } catch {
      // No response to LOGOUT would make a difference.
    } finally {
      clearTimeout(timer)
      client.close()
    }
  }

  #usable(): ImapClient {
    if (this.#failure) throw this.#failure
    if (this.#client === undefined || !this.#client.usable) throw this.#ended(undefined)
    return this.#client
  }

  #command<T>(work: (client: ImapClient) => Promise<T>): Promise<T> {
    const client = this.#usable()
    return this.#during(() => work(client))
  }

  /** For commands for which imapflow returns `false` instead of throwing the error. */
  async #agreed(work: (client: ImapClient) => Promise<unknown>): Promise<string | undefined> {
    this.#refused = undefined
    if (await this.#command(work)) return undefined
    const { responseCode, text = '' } = refusalOf(this.#refused) ?? {}
    return serverWordsOf(this.#redact(responseCode === undefined ? text : `[${responseCode}] ${text}`))
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting = true
    try {
      const result = await work()
      // Some commands return `false` or nothing if the connection breaks while they run.
      if (this.#client?.isClosed) throw this.#ended(undefined)
      return result
    } catch (error) {
      throw this.#explained(error)
    } finally {
      this.#waiting = false
    }
  }

  /** NO and BAD are results while a folder is open, unless the server asks for fewer requests. */
  #explained(error: unknown): Error {
    if (error instanceof MailboxError) return error
    if (this.#step === 'session' && isTooLarge(this.#cause ?? error)) return new TooLarge()
    const refusal = refusalOf(error)
    const goesOn = this.#step === 'session' && this.#client?.usable && this.#cause === undefined
    if (refusal && goesOn && !refusal.final) {
      return new Refused({ ...refusal, text: this.#redact(refusal.text) })
    }
    return this.#ended(error)
  }

  #ended(error: unknown): MailboxError {
    const client = this.#client
    this.#failure ??= imapErrorOf(this.#cause ?? error ?? { code: 'NoConnection' }, {
      step: this.#step,
      encrypted: client?.secureConnection ?? false,
      greeted: client?.greeting !== undefined,
      heard: this.traffic.bytesReceived > 0,
      byeWords: client?.byeReason ?? '',
      aborted: this.#options.signal.aborted,
      credential: this.#options.settings.credential,
      offered: client ? offeredLogins(client) : '',
      redact: this.#redact,
    })
    client?.close()
    return this.#failure
  }
}
