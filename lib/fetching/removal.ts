import type { Account } from '../accounts/account.ts'
import type { Resume } from '../accounts/account-status.ts'
import type { ListedMessage, Mailbox, RemovalReport } from '../mailbox/mailbox.ts'
import { digestOf } from './identity.ts'
import { limits } from './limits.ts'
import type { Departing, Part } from './part.ts'
import type { RunLog } from './run-log.ts'
import type { Announcements } from './storing/announcements.ts'
import type { StorePool } from './storing/store-pool.ts'

/**
 * Applies the account's after-fetch action to stored and announced messages. It works in batches while later messages
 * are fetched.
 */
export class Departures {
  readonly #session: Surroundings
  #ready: Departing[] = []
  #sentAt: number
  /** Maps each UID whose removal the server has not yet confirmed to its message. */
  readonly #asked = new Map<string, Departing>()
  readonly #gone = new Set<string>()
  #noted = false

  constructor(session: Surroundings) {
    this.#session = session
    this.#sentAt = session.part.services.now().getTime()
  }

  /** True once a message has left the server. */
  get tookAny(): boolean {
    return this.#gone.size > 0
  }

  add(departing: Departing): void {
    this.#ready.push(departing)
  }

  /** Whether the server reported this message as removed and has not ignored such a removal before. */
  isGone(uid: string): boolean {
    return this.#gone.has(uid)
  }

  /**
   * True while a requested removal is neither confirmed nor refused. The message may be gone, and the server may have
   * reused its UID.
   */
  get unconfirmed(): boolean {
    return this.#asked.size > 0
  }

  /** Calls `send` once enough messages are waiting or the first may have waited for long enough. */
  async sendWhenDue(): Promise<void> {
    const waited = this.#session.part.services.now().getTime() - this.#sentAt
    if (this.#ready.length >= limits.departuresAtOnce || waited >= limits.departuresWait) await this.send()
  }

  /** Must not be called while the mailbox is listing or retrieving. */
  async send(): Promise<void> {
    const { afterFetch } = this.#session.part.account
    const departing = this.#ready
    this.#ready = []
    this.#sentAt = this.#session.part.services.now().getTime()
    if (departing.length === 0) return
    if (afterFetch.action === 'keep') {
      await this.#mark(departing, 'kept')
      return
    }
    for (let start = 0; start < departing.length; start += limits.departuresAtOnce) {
      if (start > 0) await this.commit()
      await this.#sendSome(departing.slice(start, start + limits.departuresAtOnce))
    }
  }

  async #sendSome(departing: readonly Departing[]): Promise<void> {
    const { afterFetch } = this.#session.part.account
    await this.#noteUnconfirmed()
    for (const one of departing) this.#asked.set(one.message.uid, one)
    const messages = departing.map(({ message }) => message)
    await this.#take(
      afterFetch.action === 'move'
        ? await this.#session.mailbox.move(messages, afterFetch.folder)
        : await this.#session.mailbox.remove(messages),
    )
  }

  /**
   * Moves oversized messages to their own folder. They are not stored, so no row is marked.
   *
   * @returns the number of messages moved
   */
  async moveAside(messages: readonly ListedMessage[], folder: string): Promise<number> {
    if (messages.length === 0) return 0
    const { confirmed, left } = await this.#session.mailbox.move(messages, folder)
    for (const uid of confirmed) this.#gone.add(uid)
    this.#leave(left)
    return confirmed.length
  }

  /** Commits POP3 deletes by ending the session from time to time. Has no effect for IMAP. */
  async commit(options?: { readonly now: boolean }): Promise<void> {
    await this.#take(await this.#session.mailbox.commit(options))
  }

  async close(): Promise<void> {
    await this.#take(await this.#session.mailbox.close())
  }

  async #take({ confirmed, left }: RemovalReport): Promise<void> {
    const { log, account } = this.#session.part
    const to = account.afterFetch.action === 'move' ? 'moved' : 'deleted'
    const gone = confirmed.flatMap((uid) => this.#asked.get(uid) ?? [])
    for (const uid of confirmed) {
      // A server that confirmed this message's removal before but kept the message may do so again.
      if (!this.#session.unremoved.isIgnored(uid)) {
        this.#gone.add(uid)
        if (this.#asked.has(uid)) log.count(to)
      }
      this.#asked.delete(uid)
    }
    this.#leave(left)
    await this.#mark(gone, to)
  }

  #leave(left: RemovalReport['left']): void {
    for (const { uid, detail, mayBeGone, vanished, agreed } of left) {
      if (vanished) this.#gone.add(uid)
      else this.#session.unremoved.report(uid, detail, this.#asked.get(uid)?.messageId, agreed ?? false)
      if (!mayBeGone) this.#asked.delete(uid)
    }
  }

  /**
   * Records the open removal before the first DELE, so that it survives a crash. In POP3, QUIT commits the deletes. Its
   * response can get lost, and many servers reuse a deleted message's UIDL for the next message. IMAP never reuses a
   * UID (RFC 9051 section 2.3.1.1).
   */
  async #noteUnconfirmed(): Promise<void> {
    if (this.#noted || this.#session.mailbox.protocol !== 'pop3') return
    const { services, account } = this.#session.part
    await services.statuses.change(account.accountId, { resume: { removalUnconfirmed: true } })
    this.#noted = true
  }

  async #mark(departing: readonly Departing[], server: 'deleted' | 'moved' | 'kept'): Promise<void> {
    if (departing.length === 0) return
    const messageIds = departing.flatMap(({ messageId, original }) => [messageId, ...(original ? [original] : [])])
    await this.#session.pool.add(0, () => this.#session.announcements.markServer(messageIds, server))
  }
}

/** The parts of a session that its departures use. */
interface Surroundings {
  readonly part: Part
  readonly mailbox: Mailbox
  /** Marks rows while the next chunk is read. Draining the pool reports a failure. */
  readonly pool: StorePool
  readonly announcements: Announcements
  readonly unremoved: Unremoved
}

type IgnoredRemovals = NonNullable<Resume['ignoredRemovals']>

/**
 * Reports messages that stay on the server even though the account's after-fetch action should have removed them. It
 * counts how often the server agreed to remove each message but still lists it. After a few times, Postmaster leaves
 * the message alone, because each attempt reads it again or adds another copy of it to the target folder.
 *
 * Servers may give a removed message's UIDL to another message. Therefore, a count is kept only while every run lists
 * the message and finds the same bytes.
 */
export class Unremoved {
  readonly #log: RunLog
  readonly #actions: string
  readonly #before: ReadonlyMap<string, number>
  readonly #counts = new Map<string, number>()
  readonly #reported = new Map<string, string>()
  readonly #givenUp = new Set<string>()

  constructor(log: RunLog, { afterFetch, tooLarge }: Account, { ignoredRemovals }: Resume) {
    this.#log = log
    this.#actions = JSON.stringify([afterFetch, tooLarge])
    this.#before = ignoredRemovals?.actions === this.#actions ? countsOf(ignoredRemovals) : new Map()
  }

  /** The number of messages that stay on the server, as far as this session has found. */
  get size(): number {
    return this.#reported.size + this.#givenUp.size
  }

  /** The reason why one of them stays, or undefined if all of them are only left alone. */
  get detail(): string | undefined {
    return this.#reported.values().next().value
  }

  /** Whether the message is left alone, that is, neither read nor removed. */
  isGivenUp(uid: string): boolean {
    return (this.#before.get(digestOf(uid)) ?? 0) >= limits.ignoredRemovals
  }

  /** True if the server agreed to remove the message in this or an earlier session and still lists it. */
  isIgnored(uid: string): boolean {
    return this.#counts.has(digestOf(uid))
  }

  leaveAlone(uid: string): void {
    this.#givenUp.add(uid)
    this.#counts.set(digestOf(uid), limits.ignoredRemovals)
  }

  /** @param agreed true if the server agreed to remove the message, so that it may ignore the next removal as well */
  report(uid: string, detail: string, messageId: string | undefined, agreed: boolean): void {
    if (!this.#reported.has(uid)) this.#log.event('not-removed', detail, messageId)
    this.#reported.set(uid, detail)
    if (!agreed) return
    const count = (this.#before.get(digestOf(uid)) ?? 0) + 1
    // Each count is stored as one digit. A message whose listed size has changed is still read each time and would
    // exceed it.
    this.#counts.set(digestOf(uid), Math.min(count, limits.ignoredRemovals))
  }

  /** Reports all messages in one event, because there may be thousands. */
  reportLeftAlone(): void {
    const { size } = this.#givenUp
    if (size === 0) return
    const times = `${limits.ignoredRemovals} times`
    const detail =
      size === 1
        ? `Postmaster leaves one message alone because the server agreed ${times} to remove it and still lists it.`
        : `Postmaster leaves ${size} messages alone because the server agreed ${times} to remove each of them and still lists them.`
    this.#log.event('not-removed', detail, undefined, size)
  }

  /** @param unread the UIDs of messages that this session did not reach. Their counts stay unchanged. */
  after(unread: Iterable<string>): IgnoredRemovals | undefined {
    for (const uid of unread) {
      const digest = digestOf(uid)
      const count = this.#before.get(digest)
      if (count !== undefined && !this.#counts.has(digest)) this.#counts.set(digest, count)
    }
    const kept = [...this.#counts].slice(0, limits.ignoredRemovalsKept)
    return kept.length === 0
      ? undefined
      : { actions: this.#actions, counts: kept.map(([digest, count]) => `${digest}${count}`).join('') }
  }
}

const countsOf = ({ counts }: IgnoredRemovals): Map<string, number> =>
  new Map([...counts.matchAll(/(.{8})(\d)/g)].map(([, digest = '', count]) => [digest, Number(count)]))
