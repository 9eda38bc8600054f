import { resolveAddresses } from '../connect-session.ts'
import {
  type ListedMessage,
  listWindow,
  type Mailbox,
  type OpenMailbox,
  type RemovalReport,
  type RetrievedMessage,
  UidlsChanged,
} from '../mailbox.ts'
import { MailboxError } from '../mailbox-error.ts'
import { type OpenSession, openSession } from './open-session.ts'
import { Pop3Refusal } from './pop3-session.ts'
import { RemovalLedger } from './removal-ledger.ts'
import { EndlessAnswer, type NumberedMessage, retrieveMessages } from './retrieve.ts'
import { showHeaders } from './top.ts'

export interface Pop3Limits {
  /** Pending deletes after which a session ends. Limits how many messages are fetched again after a lost QUIT. */
  readonly pendingPerSession: number
  /** Milliseconds after which a session with pending deletes ends; longer if the server announces LOGIN-DELAY. */
  readonly sessionAge: number
  /** Milliseconds that the logout may take. */
  readonly closeTimeout: number
  /**
   * Bytes that are read and dropped after the reader has left a message that is too large. Then the session ends, and
   * the next one continues. A session costs a login and the pending deletes, so this limit is for endless responses.
   */
  readonly mostDropped: number
  /** If false, sends one command at a time, for servers that announce PIPELINING but handle it incorrectly. */
  readonly pipelining: boolean
}

export const pop3Limits: Pop3Limits = {
  pendingPerSession: 1_000,
  sessionAge: 60_000,
  closeTimeout: 10_000,
  mostDropped: 64 * 1024 * 1024,
  pipelining: true,
}

/** Servers release the mailbox's lock before they close the connection. Postmaster waits no longer than this. */
const hangUpWait = 1000

const uncommittedWords =
  'The server did not confirm the deletion. The next run checks whether the message is still there.'

/**
 * The `Mailbox` port over POP3 (RFC 1939). A DELE takes effect only after QUIT is answered with +OK, so `commit` ends
 * sessions early. The next call opens another session and finds the messages again by their UIDLs. If a message has no
 * UIDL of its own, the messages could not be found again, and the mailbox uses one session only.
 */
export class Pop3Mailbox implements Mailbox {
  readonly protocol = 'pop3'
  readonly uidValidity = undefined
  readonly messageCount: number
  readonly #open: (earlier: OpenSession) => Promise<OpenSession>
  readonly #limits: Pop3Limits
  readonly #ledger = new RemovalLedger()
  #current: OpenSession
  /** The messages that this session listed and that are not known to be gone, by UIDL. */
  #numbers: Map<string, NumberedMessage>
  #began = performance.now()
  #earlier = { bytesReceived: 0, roundTrips: 0 }
  /** `commit` or an endless response has ended the session, and no call has needed the next one yet. */
  #between = false
  #ended = false

  constructor(first: OpenSession, open: (earlier: OpenSession) => Promise<OpenSession>, limits: Pop3Limits) {
    this.#current = first
    this.#numbers = byUid(first.messages)
    this.messageCount = first.messages.length
    this.#open = open
    this.#limits = limits
  }

  get roundTrips(): number {
    return this.#earlier.roundTrips + this.#current.session.roundTrips
  }

  get bytesReceived(): number {
    return this.#earlier.bytesReceived + this.#current.session.bytesReceived
  }

  async *list(): AsyncGenerator<readonly ListedMessage[], void, undefined> {
    const { messages } = await this.#session()
    for (let from = 0; from < messages.length; from += listWindow) {
      this.#assertAlive()
      yield messages.slice(from, from + listWindow).map(({ message }) => message)
    }
  }

  async *retrieve(messages: readonly ListedMessage[]): AsyncGenerator<RetrievedMessage, void, undefined> {
    let rest = messages
    while (rest.length > 0) {
      const delivered = new Set<string>()
      try {
        for await (const retrieved of this.#retrieveInSession(rest)) {
          delivered.add(retrieved.message.uid)
          yield retrieved
        }
        return
      } catch (error) {
        if (!(error instanceof EndlessAnswer)) throw error
        this.#ledger.notCommitted(uncommittedWords)
        this.#between = true
        rest = rest.filter(({ uid }) => !delivered.has(uid))
      }
    }
  }

  async *#retrieveInSession(messages: readonly ListedMessage[]): AsyncGenerator<RetrievedMessage, void, undefined> {
    const { session } = await this.#session()
    const plan: NumberedMessage[] = []
    for (const message of messages) {
      const numbered = this.#numbers.get(message.uid)
      if (numbered !== undefined && !this.#ledger.isPending(message.uid)) plan.push({ ...numbered, message })
      else yield { kind: 'absent', message, reason: 'vanished', serverWords: '' }
    }
    yield* retrieveMessages(session.wire, plan, { pipelining: this.#pipelining, mostDropped: this.#mostDropped })
  }

  async headers(messages: readonly ListedMessage[]): Promise<ReadonlyMap<string, Buffer>> {
    const { session } = await this.#session()
    const plan = messages.flatMap(({ uid }) => this.#numbers.get(uid) ?? [])
    return await showHeaders(session, plan, this.#pipelining)
  }

  async remove(messages: readonly ListedMessage[]): Promise<RemovalReport> {
    const { session } = await this.#session()
    // 1,000 commands have 10 KB, and their responses, which are read while the commands are written, about 60 KB.
    const commands = messages.map((message) => () => this.#dele(message))
    const outcomes = await session.inTurn(commands, this.#pipelining)
    const broken = outcomes.find((outcome) => outcome.status === 'rejected')
    if (broken !== undefined) throw broken.reason
    return this.#ledger.report(messages.map(({ uid }) => uid).filter((uid) => this.#ledger.isPending(uid)))
  }

  async #dele({ uid }: ListedMessage): Promise<void> {
    if (this.#ledger.isPending(uid)) return
    const numbered = this.#numbers.get(uid)
    if (numbered === undefined) {
      this.#ledger.vanished(uid)
      return
    }
    try {
      await this.#current.session.DELE(numbered.number)
      this.#ledger.accepted(uid)
    } catch (error) {
      if (!(error instanceof Pop3Refusal)) throw error
      this.#ledger.refused(uid, `The server refused to delete the message: ${error.text}`)
    }
  }

  async move(): Promise<RemovalReport> {
    throw new TypeError('POP3 has no folders')
  }

  async commit({ now = false }: { readonly now?: boolean } = {}): Promise<RemovalReport> {
    this.#assertAlive()
    if (!this.#due(now)) return this.#ledger.report()
    await this.#quit()
    const { wire } = this.#current.session
    await wire.ended(hangUpWait)
    wire.fail(new MailboxError('connection-lost'))
    this.#between = true
    return this.#ledger.report()
  }

  async close(): Promise<RemovalReport> {
    if (!this.#ended && !this.#between) {
      const { wire } = this.#current.session
      const late = setTimeout(() => wire.fail(new MailboxError('server-silent')), this.#limits.closeTimeout)
      // The ledger already records what was not committed, and the caller of `close` cannot act on other errors.
      await this.#quit().catch(() => undefined)
      clearTimeout(late)
      wire.fail(new MailboxError('connection-lost'))
    }
    this.#ended = true
    return this.#ledger.report()
  }

  /** @returns the current session, or a new one if `commit` has ended the previous one */
  async #session(): Promise<OpenSession> {
    this.#assertAlive()
    if (!this.#between) return this.#current
    // This is the only attempt, whatever the outcome: a failed login is not repeated.
    this.#between = false
    const expected = [...this.#numbers.keys()]
    const next = await this.#open(this.#current)
    this.#earlier = { bytesReceived: this.bytesReceived, roundTrips: this.roundTrips }
    this.#current = next
    this.#numbers = byUid(next.messages)
    this.#began = performance.now()
    // An empty listing does not show that UIDLs have changed: the owner may have emptied the mailbox.
    const foundAgain = expected.some((uid) => this.#numbers.has(uid))
    if (expected.length > 0 && next.messages.length > 0 && !foundAgain) throw new UidlsChanged()
    return next
  }

  /** Unlimited if no further session could continue: without UIDLs, or if the server limits logins. */
  get #mostDropped(): number {
    const { uidsAreStable, session } = this.#current
    return uidsAreStable && session.capabilities.loginDelay === 0 ? this.#limits.mostDropped : Number.POSITIVE_INFINITY
  }

  get #pipelining(): boolean {
    return this.#limits.pipelining && this.#current.session.capabilities.pipelining
  }

  #assertAlive(): void {
    if (this.#ended) throw new MailboxError('connection-lost')
    const { failure } = this.#current.session.wire
    if (failure !== undefined && !this.#between) throw failure
  }

  #due(now: boolean): boolean {
    const { capabilities } = this.#current.session
    if (this.#between || this.#ledger.pendingCount === 0 || !this.#current.uidsAreStable) return false
    const age = performance.now() - this.#began
    // The server's clock counts whole seconds (RFC 2449 section 6.5), so one more is safe.
    if (capabilities.loginDelay > 0 && age < (capabilities.loginDelay + 1) * 1000) return false
    return now || this.#ledger.pendingCount >= this.#limits.pendingPerSession || age >= this.#limits.sessionAge
  }

  /**
   * Only +OK commits. After a refusal, some messages stay (RFC 1939 section 6). After a lost connection, the outcome is
   * unknown.
   */
  async #quit(): Promise<void> {
    try {
      await this.#current.session.QUIT()
      this.#forget(this.#ledger.committed())
    } catch (error) {
      this.#forget(this.#ledger.notCommitted(uncommittedWords))
      if (!(error instanceof Pop3Refusal)) throw error
    }
  }

  /** The next session need not list these messages. */
  #forget(uids: Iterable<string>): void {
    for (const uid of uids) this.#numbers.delete(uid)
  }
}

const byUid = (messages: readonly NumberedMessage[]): Map<string, NumberedMessage> =>
  new Map(messages.map((numbered) => [numbered.message.uid, numbered]))

/** Creates an `OpenMailbox` with other limits than in a deployment. */
export const pop3MailboxOpener =
  (overrides: Partial<Pop3Limits>): OpenMailbox =>
  async (settings, policy, signal, watch) => {
    const limits = { ...pop3Limits, ...overrides, ...(settings.oneByOne && { pipelining: false }) }
    const open = async (earlier?: OpenSession) => {
      const addresses = await resolveAddresses(settings, policy, signal)
      const credential = (earlier && (await settings.renewCredential?.())) ?? settings.credential
      const options = { ...watch, settings: { ...settings, credential }, addresses, policy, signal }
      return openSession(options, limits.pipelining, earlier)
    }
    return new Pop3Mailbox(await open(), open, limits)
  }

/** Opens a POP3, POP3S or POP3TLS mailbox: connects, encrypts as the type requires, logs in and lists the messages. */
export const openPop3Mailbox: OpenMailbox = pop3MailboxOpener({})
