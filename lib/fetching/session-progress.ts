import type { AccountStatus } from '../accounts/account-status.ts'
import type { AbsentReason, ListedMessage, Mailbox } from '../mailbox/mailbox.ts'
import type { Message } from '../messages/message.ts'
import { announceMessage } from './announce-message.ts'
import type { Candidate, Departing } from './candidate.ts'
import { limits } from './limits.ts'
import { UidlWatch } from './listing/uidl-watch.ts'
import { markOf } from './message-mark.ts'
import type { FetchContext } from './part.ts'
import { Departures } from './removal/departures.ts'
import { Unremoved } from './removal/unremoved.ts'
import type { SkipReason } from './report/run-log.ts'
import type { StoreOutcome } from './storing/store-message.ts'
import { StorePool } from './storing/store-pool.ts'

/** Why a session stopped before it had processed all messages found. */
export type Interruption = 'time' | 'account-changed' | 'uidls-changed' | 'too-many'

/** A message above the account's limit. */
export interface TooLarge {
  /** Its `size` is the known size: the listed size, or the bytes received when reading stopped. */
  readonly message: ListedMessage
  readonly messageId: string | undefined
  /** The size that the server listed, if this session found that the message is larger. */
  readonly listedSize?: number
}

const keptWords = 'The server confirmed the removal of this message, but lists it again with the same bytes.'

/** One session's state of the folder's messages: found, in progress, processed or gone. */
export class FetchSession {
  readonly context: FetchContext
  readonly mailbox: Mailbox
  /** The account's status when this part of the run began. */
  readonly status: AccountStatus
  readonly pool = new StorePool(limits.storesUnderWay, limits.storeBytesUnderWay)
  readonly departures: Departures
  readonly uidls: UidlWatch
  readonly unremoved: Unremoved
  readonly listed: ListedMessage[] = []
  readonly tooLarge: TooLarge[] = []
  /** Messages that must be read and have not been processed yet. */
  readonly unfinished = new Set<Candidate>()
  /** Messages that are being stored. A crash leaves these and the current chunk in doubt. */
  readonly storing = new Set<Candidate>()
  /** The chunk that is being read. */
  chunk: readonly Candidate[] = []
  /** The UIDs of messages from before the account's start. */
  readonly beforeStart = new Set<string>()
  /** True once the listing is complete or has reached the number of messages that one part processes. */
  listedAll = false
  interruption: Interruption | undefined
  madeProgress = false
  /** True if a message with a row stays on the server and its bytes were not compared with the row. */
  leftUncompared = false
  readonly #counted = new Map<string, 'alreadyKnown' | SkipReason>()
  readonly #settled = new Set<string>()
  readonly #vanished = new Set<string>()

  constructor(context: FetchContext, mailbox: Mailbox, status: AccountStatus) {
    this.context = context
    this.mailbox = mailbox
    this.status = status
    this.unremoved = new Unremoved(context.log, context.account, status)
    this.departures = new Departures(context, mailbox, this.pool, this.unremoved)
    this.uidls = new UidlWatch(context, status)
  }

  /** True for UIDs that the next run need not examine again if the account keeps its mail on the server. */
  isSettled(uid: string): boolean {
    return this.#settled.has(uid)
  }

  settle(uid: string): void {
    this.#settled.add(uid)
  }

  /** Schedules the after-fetch action of a message that is stored and announced. */
  depart(departing: Departing): void {
    this.settle(departing.message.uid)
    this.departures.add(departing)
  }

  /** Counts a message that was stored or whose bytes are known, announces it and schedules its after-fetch action. */
  async finish(candidate: Candidate, stored: StoreOutcome): Promise<void> {
    const { uid } = candidate.message
    this.unfinished.delete(candidate)
    if (stored.outcome === 'unstorable') {
      this.leftUncompared ||= candidate.known !== undefined
      this.#skip(candidate, 'unstorable')
      return
    }
    const { outcome, row, repeats } = stored
    this.uidls.known(uid)
    if (repeats?.here) await this.uidls.repeated()
    const isNew = this.#count(candidate, outcome, row)
    // Only a row from an earlier session can show that the server removed its message. A new row never does.
    const wasRemoved = row.server === 'deleted' || row.server === 'moved'
    if (wasRemoved && this.context.account.afterFetch.action !== 'keep')
      this.unremoved.report(uid, keptWords, row.messageId, true)
    else this.madeProgress ||= isNew && !this.#comesAgain(candidate, outcome)
    await this.#noteReusedUid(candidate, row)
    const original = repeats?.here ? repeats.original.messageId : undefined
    const unannounced = [repeats?.original, row].find((one) => one?.state === 'stored')
    if (!unannounced || (await announceMessage(this.context, unannounced)))
      this.depart({ message: candidate.message, messageId: row.messageId, original })
  }

  /** False if the next part would repeat this one, because nothing new was stored and nothing left the server. */
  get cameFurther(): boolean {
    return this.madeProgress || this.departures.tookAny
  }

  /** True for a known message that the next part reads again, unless the message leaves the server. */
  #comesAgain({ message, known }: Candidate, outcome: StoreOutcome['outcome']): boolean {
    const becomesKept = this.context.account.afterFetch.action === 'keep' && known?.server !== 'kept'
    return outcome === 'known' && (!message.uidIsStable || (known !== undefined && !becomesKept))
  }

  /**
   * Records that the server sent more than it had listed and more than the account allows. If its UID is stable, the
   * next run does not read this message again.
   */
  aboveLimit(candidate: Candidate, size: number): void {
    const { message, messageId } = candidate
    this.unfinished.delete(candidate)
    this.leftUncompared ||= candidate.known !== undefined
    this.madeProgress ||= message.uidIsStable && !this.context.compareContent
    this.#skip(candidate, 'too-large')
    this.tooLarge.push({ message: { ...message, size }, messageId, listedSize: message.size })
  }

  countKnown(uid: string): void {
    this.context.log.count('alreadyKnown')
    this.#counted.set(uid, 'alreadyKnown')
  }

  countSkipped(uid: string, reason: SkipReason): void {
    this.context.log.skipped(reason)
    this.#counted.set(uid, reason)
  }

  /** True for a message that an earlier part of this run stored and counted. */
  isCounted({ known }: Candidate): boolean {
    return known?.runId === this.context.log.run.runId
  }

  /**
   * @returns the counters of messages that stay on the server. The next part of this run counts these messages again.
   */
  countedAgain(isListed: (uid: string) => boolean): Array<'alreadyKnown' | SkipReason> {
    return [...this.#counted].filter(([uid]) => isListed(uid) && !this.isGone(uid)).map(([, as]) => as)
  }

  /**
   * Marks the known row as `deleted` if its UID now refers to other bytes, because the row's message has left the
   * server. A server that reused a UID may do so again. Because of `deleted`, later messages with this UID are always
   * compared.
   */
  async #noteReusedUid({ known }: Candidate, { messageId }: Message): Promise<void> {
    if (!known || known.messageId === messageId || known.server === 'deleted' || known.server === 'moved') return
    const { ledger, now } = this.context.services
    await ledger.markServer([known.messageId], 'deleted', new Date(now()).toISOString())
  }

  #skip(candidate: Candidate, reason: SkipReason): void {
    if (!this.isCounted(candidate)) this.countSkipped(candidate.message.uid, reason)
  }

  /** @returns false if an earlier part of this run counted the message, because finding it again is not progress */
  #count(candidate: Candidate, outcome: 'stored' | 'known', row: Message): boolean {
    const { log } = this.context
    const { runId, partStartedAt = '' } = log.run
    if (outcome === 'stored') {
      // The ID referred to a different message in an earlier part.
      if (this.isCounted(candidate)) log.count('found')
      log.stored(row.queueName, row.size)
      return true
    }
    if (this.isCounted(candidate)) return false
    // Without a stable UID, only the row found by the bytes shows that an earlier part counted the message.
    if (row.runId === runId && row.storedAt < partStartedAt) {
      log.count('found', -1)
      return false
    }
    this.countKnown(candidate.message.uid)
    return true
  }

  /** True for UIDs that are no longer on the server. */
  isGone(uid: string): boolean {
    return this.#vanished.has(uid) || this.departures.isGone(uid)
  }

  /** Skips a message without usable content. It stays on the server, unless another client has removed it meanwhile. */
  absent(candidate: Candidate, reason: AbsentReason, serverWords: string): void {
    const { message, messageId } = candidate
    this.unfinished.delete(candidate)
    if (reason === 'vanished') {
      this.#skip(candidate, 'vanished')
      this.settle(message.uid)
      this.#vanished.add(message.uid)
      return
    }
    this.leftUncompared ||= candidate.known !== undefined
    this.#skip(candidate, 'absent')
    const said = serverWords ? ` The server responded: ${serverWords}` : ''
    const detail = `The server returned no usable content for message ${message.uid} (${reason}).${said}`
    this.context.log.event('absent', detail, messageId)
  }

  /**
   * Lists the messages that the next run reads last and one by one. Earlier suspects that this session did not reach
   * come first, then the messages that were being read or stored when the session broke off. The first of these, which
   * most likely broke it off, comes last, so that a message that always breaks the session blocks no other message.
   *
   * @param mayBeTheMessage false if a message certainly did not break the session
   */
  suspectsAfterBreak(mayBeTheMessage: boolean): string[] {
    const reading = [...this.unfinished].filter((one) => this.chunk.includes(one) || this.storing.has(one))
    const [first, ...others] = mayBeTheMessage ? marksOf(reading) : []
    const interrupted = first === undefined ? [] : [...others, first]
    const open = new Set(marksOf([...this.unfinished]))
    const earlier = (this.status.suspects ?? []).filter((mark) => open.has(mark) && !interrupted.includes(mark))
    return [...earlier, ...interrupted].slice(-limits.suspects)
  }
}

const marksOf = (candidates: readonly Candidate[]): string[] => [
  ...new Set(candidates.map(({ message }) => markOf(message))),
]
