import type { AccountStatus } from '../accounts/account-status.ts'
import type { AbsentReason, ListedMessage, Mailbox } from '../mailbox/mailbox.ts'
import type { Message } from '../messages/message.ts'
import { announceMessage } from './announce-message.ts'
import type { Candidate, Departing } from './candidate.ts'
import { Departures } from './departures.ts'
import type { FetchContext } from './fetch-context.ts'
import { limits } from './limits.ts'
import { markOf } from './message-mark.ts'
import type { SkipReason } from './run-log.ts'
import type { StoreOutcome } from './store-message.ts'
import { StorePool } from './store-pool.ts'
import { UidlWatch } from './uidl-watch.ts'
import { Unremoved } from './unremoved.ts'

/** Why a session stopped before everything found was dealt with. */
export type Interruption = 'time' | 'account-changed' | 'uidls-changed' | 'too-many'

/** A message above the account's limit. */
export interface TooLarge {
  /** With the size that is known: the listed one, or how much had come when reading stopped. */
  readonly message: ListedMessage
  readonly messageId: string | undefined
  /** What the server listed, where this session found that the message is larger. */
  readonly listedSize?: number
}

const keptWords = 'The server confirmed that it removed this message, but lists it again with the same bytes.'

/** What one session knows of the folder's messages: which are found, under way, dealt with and gone. */
export class FetchSession {
  readonly context: FetchContext
  readonly mailbox: Mailbox
  /** The account's status as it was when the run began. */
  readonly status: AccountStatus
  readonly pool = new StorePool(limits.storesUnderWay, limits.storeBytesUnderWay)
  readonly departures: Departures
  readonly uidls: UidlWatch
  readonly unremoved: Unremoved
  readonly listed: ListedMessage[] = []
  readonly tooLarge: TooLarge[] = []
  /** Found and wanted, but not dealt with yet. */
  readonly unfinished = new Set<Candidate>()
  /** Messages whose store is under way: with the chunk being read, what a crash would leave in doubt. */
  readonly storing = new Set<Candidate>()
  /** The chunk being read. */
  chunk: readonly Candidate[] = []
  /** Uids of messages from before the account's start. */
  readonly beforeStart = new Set<string>()
  /** The listing came to its end, or to the number of messages that one part takes. */
  listedAll = false
  interruption: Interruption | undefined
  madeProgress = false
  /** A message with a row stays on the server, and nothing has shown whether its bytes are those of the row. */
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

  /** True for uids the next run need not look at again when the account keeps its mail on the server. */
  isSettled(uid: string): boolean {
    return this.#settled.has(uid)
  }

  settle(uid: string): void {
    this.#settled.add(uid)
  }

  /** Stored and announced: it may leave the server. */
  depart(departing: Departing): void {
    this.settle(departing.message.uid)
    this.departures.add(departing)
  }

  /** A message was stored, or its bytes turned out to be known: announce it, then let it go. */
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
    // A new row says that its message is still there; only a row from before says that the server removed it.
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

  /** A known message that stays and has no lasting uid is read again by each part, so that it brings none further. */
  #comesAgain({ message }: Candidate, outcome: StoreOutcome['outcome']): boolean {
    return outcome === 'known' && !message.uidIsStable && this.context.account.afterFetch.action === 'keep'
  }

  /** The server sent more than the account allows and than it had listed. Where its uid lasts, the next run does not read it again. */
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

  /** True for a message that an earlier part of this run stored, and counted. */
  isCounted({ known }: Candidate): boolean {
    return known?.runId === this.context.log.run.runId
  }

  /** How messages were counted that stay on the server, so that the next part of this run counts them again. */
  countedAgain(isListed: (uid: string) => boolean): Array<'alreadyKnown' | SkipReason> {
    return [...this.#counted].filter(([uid]) => isListed(uid) && !this.isGone(uid)).map(([, as]) => as)
  }

  /**
   * The uid stands for other bytes than the row says, so the message of the row has left the server. A server that used
   * a uid twice may do so again: as the row says `deleted`, what comes under this uid is compared each time.
   */
  async #noteReusedUid({ known }: Candidate, { messageId }: Message): Promise<void> {
    if (!known || known.messageId === messageId || known.server === 'deleted' || known.server === 'moved') return
    const { ledger, now } = this.context.services
    await ledger.markServer([known.messageId], 'deleted', new Date(now()).toISOString())
  }

  #skip(candidate: Candidate, reason: SkipReason): void {
    if (!this.isCounted(candidate)) this.countSkipped(candidate.message.uid, reason)
  }

  /** @returns false for a message that an earlier part of this run counted: meeting it again is not progress */
  #count(candidate: Candidate, outcome: 'stored' | 'known', row: Message): boolean {
    const { log } = this.context
    const { runId, partStartedAt = '' } = log.run
    if (outcome === 'stored') {
      // Another message than the one that this id stood for in an earlier part.
      if (this.isCounted(candidate)) log.count('found')
      log.stored(row.queueName, row.size)
      return true
    }
    if (this.isCounted(candidate)) return false
    // Without a lasting id, only its bytes tell that an earlier part has counted the message.
    if (row.runId === runId && row.storedAt < partStartedAt) {
      log.count('found', -1)
      return false
    }
    this.countKnown(candidate.message.uid)
    return true
  }

  /** True for uids that are not on the server any more. */
  isGone(uid: string): boolean {
    return this.#vanished.has(uid) || this.departures.isGone(uid)
  }

  /** The server gave nothing usable: the message stays where it is, unless another client has removed it meanwhile. */
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
    const said = serverWords ? ` It said: ${serverWords}` : ''
    const words = `The server gave no usable content for message ${message.uid} (${reason}).${said}`
    this.context.log.event('absent', words, messageId)
  }

  /**
   * Messages that the next run reads last and one by one, in this order: earlier suspects that were not reached, then what was being
   * read or stored when the session broke off. The first of these, which servers were most likely at, comes after all others, so that
   * a message that always breaks it off hides none.
   * @param mayBeTheMessage false when the reason certainly was another
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
