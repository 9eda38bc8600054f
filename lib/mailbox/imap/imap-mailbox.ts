import type { Resolver } from '../../network/addresses.ts'
import { resolveAddresses } from '../connect-session.ts'
import type { ListedMessage, Mailbox, OpenMailbox, RemovalReport, RetrievedMessage } from '../mailbox.ts'
import { ImapSession } from './imap-session.ts'
import { listAbove, listFolder } from './listing.ts'
import { nothingRemoved, Removal } from './removal.ts'
import { retrieveMessages } from './retrieval.ts'
import { SessionUidMailbox } from './session-uid-mailbox.ts'

/** The `Mailbox` port over one open IMAP folder. */
export class ImapMailbox implements Mailbox {
  readonly protocol = 'imap'
  readonly uidValidity: string | undefined
  readonly messageCount: number
  readonly #session: ImapSession
  readonly #removal: Removal
  #iterating = false
  #closed = false

  constructor(session: ImapSession) {
    this.#session = session
    this.#removal = new Removal(session)
    this.uidValidity = session.folder.uidValidity?.toString()
    this.messageCount = session.folder.exists
  }

  get roundTrips(): number {
    return this.#session.traffic.roundTrips
  }

  get bytesReceived(): number {
    return this.#session.traffic.bytesReceived
  }

  list({ after }: { readonly after?: string } = {}): AsyncIterable<readonly ListedMessage[]> {
    return this.#alone(() =>
      after === undefined ? listFolder(this.#session) : listAbove(this.#session, Number(after)),
    )
  }

  retrieve(messages: readonly ListedMessage[]): AsyncIterable<RetrievedMessage> {
    return this.#alone(() => retrieveMessages(this.#session, messages))
  }

  async headers(): Promise<ReadonlyMap<string, Buffer>> {
    throw new TypeError('IMAP listings already contain the arrival dates')
  }

  async remove(messages: readonly ListedMessage[]): Promise<RemovalReport> {
    this.#assertFree()
    return await this.#removal.remove(messages)
  }

  async move(messages: readonly ListedMessage[], folder: string): Promise<RemovalReport> {
    this.#assertFree()
    return await this.#removal.move(messages, folder)
  }

  /** Does nothing, because `remove` is final immediately. */
  async commit(): Promise<RemovalReport> {
    return nothingRemoved
  }

  async close(): Promise<RemovalReport> {
    if (!this.#closed) {
      this.#closed = true
      // After an unread FETCH, a LOGOUT would wait for the remaining rows.
      await this.#session.close(!this.#iterating)
    }
    return nothingRemoved
  }

  /**
   * Turns a deadlock into an error: a command sent while rows are unread waits for them, and they wait for their
   * reader.
   */
  #assertFree(): void {
    if (this.#iterating) throw new TypeError('A mailbox accepts no calls while a list or retrieve iteration is open')
  }

  async *#alone<T>(work: () => AsyncIterable<T>): AsyncGenerator<T, void> {
    this.#assertFree()
    this.#iterating = true
    try {
      yield* work()
    } finally {
      this.#iterating = false
    }
  }
}

/** `resolver` replaces the system's name lookup. */
export const openImapMailboxWith =
  (resolver?: Resolver): OpenMailbox =>
  async (settings, policy, signal, watch) => {
    const addresses = await resolveAddresses(settings, policy, signal, resolver)
    const session = new ImapSession({ ...watch, settings, addresses, policy, signal })
    try {
      await session.open()
      const mailbox = new ImapMailbox(session)
      return mailbox.uidValidity === undefined ? new SessionUidMailbox(mailbox) : mailbox
    } catch (error) {
      await session.close(false)
      throw error
    }
  }

/** Opens the folder of an IMAP, IMAPS or IMAPTLS account. */
export const openImapMailbox: OpenMailbox = openImapMailboxWith()
