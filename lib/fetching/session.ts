import type { AccountStatus, Resume } from '../accounts/account-status.ts'
import type { AbsentReason, ListedMessage, Mailbox } from '../mailbox/mailbox.ts'
import type { Message } from '../messages/message.ts'
import type { RunCounts } from '../runs/run.ts'
import { markOf } from './identity.ts'
import { limits } from './limits.ts'
import { UidlWatch } from './listing/uidl-watch.ts'
import type { Candidate, Departing, Part } from './part.ts'
import { Departures, Unremoved } from './removal.ts'
import type { SkipReason } from './run-log.ts'
import type { RunProgress } from './run-progress.ts'
import { Announcements } from './storing/announcements.ts'
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

/** A message that this session skips, and about which a person must know. */
export interface Quarantined {
  readonly message: ListedMessage
  readonly messageId: string | undefined
  readonly code: Extract<SkipReason, 'too-large' | 'deadly' | 'absent' | 'unstorable' | 'raw-mail-differs'>
  /** What is known about the reason, in full sentences. */
  readonly words?: string | undefined
  /** The bytes received when reading stopped, if the server sent more than it had listed. */
  readonly received?: number
}

/** The progress of one session with the mail server: which messages are found, in progress, done or gone. */
export class Session {
  readonly part: Part
  readonly mailbox: Mailbox
  /** The account's status when this part of the run began. */
  readonly status: AccountStatus
  readonly progress: RunProgress
  readonly resume: Resume
  readonly pool = new StorePool(limits.storesUnderWay, limits.storeBytesUnderWay)
  readonly announcements: Announcements
  readonly departures: Departures
  /** Only for POP3. */
  readonly uidls: UidlWatch | undefined
  readonly unremoved: Unremoved
  readonly listed: ListedMessage[] = []
  readonly tooLarge: TooLarge[] = []
  readonly quarantined: Quarantined[] = []
  /** Messages that must be read and have not been processed yet. */
  readonly unfinished = new Set<Candidate>()
  /** Messages that are being stored. A crash leaves these and the current chunk in doubt. */
  readonly beingStored = new Set<Candidate>()
  /** The messages of the chunk that may be read now. */
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
  readonly #done = new Set<string>()
  readonly #vanished = new Set<string>()
  #leftCounted = false

  constructor(part: Part, mailbox: Mailbox, status: AccountStatus, progress: RunProgress) {
    this.part = part
    this.mailbox = mailbox
    this.status = status
    this.progress = progress
    this.resume = status.resume ?? {}
    this.unremoved = new Unremoved(part.log, part.account, this.resume)
    this.announcements = new Announcements(part)
    this.departures = new Departures(this)
    this.uidls = part.account.folder === undefined ? new UidlWatch(part, this.resume) : undefined
  }

  /** Whether the next run can skip this UID if the account keeps its mail on the server. */
  isDone(uid: string): boolean {
    return this.#done.has(uid)
  }

  markDone(uid: string): void {
    this.#done.add(uid)
  }

  /** Whether the message with this UID is no longer on the server. */
  isGone(uid: string): boolean {
    return this.#vanished.has(uid) || this.departures.isGone(uid)
  }

  /** False if the next part would repeat this one, because nothing new was stored and nothing left the server. */
  get cameFurther(): boolean {
    return this.madeProgress || this.departures.tookAny
  }

  /** Releases a message that is stored and announced for its after-fetch action. */
  release(departing: Departing): void {
    this.markDone(departing.message.uid)
    this.departures.add(departing)
  }

  countKnown(uid: string): void {
    this.part.log.count('alreadyKnown')
    this.#counted.set(uid, 'alreadyKnown')
  }

  countSkipped(uid: string, reason: SkipReason): void {
    this.part.log.skipped(reason)
    this.#counted.set(uid, reason)
  }

  /** @returns false if an earlier part of this run counted the message, because finding it again is not progress */
  countRead(candidate: Candidate, outcome: 'stored' | 'known', row: Message): boolean {
    const { log } = this.part
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

  /** Whether an earlier part of this run already stored and counted the message. */
  isCounted({ known }: Candidate): boolean {
    return known?.runId === this.part.log.run.runId
  }

  /** Counts the messages that were found but not examined. Called once, when no more are examined. */
  countLeft(): void {
    this.part.log.count('left', this.#unexamined)
    this.#leftCounted = true
  }

  /** The counts so far. They balance at any time, because messages that are not examined yet count as left. */
  get counts(): RunCounts {
    const { counts } = this.part.log.run
    return this.#leftCounted ? counts : { ...counts, left: counts.left + this.#unexamined }
  }

  /** The number of messages that must be read and that no earlier part of this run counted. */
  get #unexamined(): number {
    return this.unfinished.values().reduce((sum, candidate) => sum + (this.isCounted(candidate) ? 0 : 1), 0)
  }

  /**
   * @returns the counters of messages that stay on the server. The next part of this run counts these messages again.
   */
  countedAgain(isListed: (uid: string) => boolean): Array<'alreadyKnown' | SkipReason> {
    return [...this.#counted].filter(([uid]) => isListed(uid) && !this.isGone(uid)).map(([, as]) => as)
  }

  /** Skips a message whose bytes were read but cannot be stored. It stays on the server. */
  unstorable(candidate: Candidate, code: 'unstorable' | 'raw-mail-differs'): void {
    this.leftUncompared ||= candidate.known !== undefined
    this.#skip(candidate, code)
    this.quarantined.push({ ...candidate, code })
  }

  /**
   * Records that the server sent more than it had listed and more than the account allows. If its UID is stable, the
   * next run does not read this message again.
   */
  aboveLimit(candidate: Candidate, size: number): void {
    const { message, messageId } = candidate
    this.leftUncompared ||= candidate.known !== undefined
    this.madeProgress ||= message.uidIsStable && !this.part.compareContent
    this.#skip(candidate, 'too-large')
    this.tooLarge.push({ message: { ...message, size }, messageId, listedSize: message.size })
    this.quarantined.push({ ...candidate, code: 'too-large', received: size })
  }

  /** Skips a message without usable content. It stays on the server unless another client has removed it. */
  absent(candidate: Candidate, reason: AbsentReason, serverWords: string): void {
    const { message, messageId } = candidate
    if (reason === 'vanished') {
      this.#skip(candidate, 'vanished')
      this.markDone(message.uid)
      this.#vanished.add(message.uid)
      return
    }
    this.leftUncompared ||= candidate.known !== undefined
    this.#skip(candidate, 'absent')
    const said = serverWords ? ` The server responded: ${serverWords}` : ''
    const detail = `The server returned no usable content for message ${message.uid} (${reason}).${said}`
    this.part.log.event('absent', detail, messageId)
    this.quarantined.push({ ...candidate, code: 'absent', words: `The reason is \`${reason}\`.${said}` })
  }

  #skip(candidate: Candidate, reason: SkipReason): void {
    this.unfinished.delete(candidate)
    if (!this.isCounted(candidate)) this.countSkipped(candidate.message.uid, reason)
  }

  /**
   * Lists the messages that the next run reads last and one by one. Earlier suspects that this session did not reach
   * come first, then the messages that were being read or stored when the session broke off. The first of these, which
   * most likely broke it off, comes last, so that a message that always breaks the session blocks no other message.
   *
   * @param mayBeTheMessage false if a message certainly did not break the session
   */
  suspectsAfterBreak(mayBeTheMessage: boolean): string[] {
    const reading = [...this.unfinished].filter((one) => this.chunk.includes(one) || this.beingStored.has(one))
    const [first, ...others] = mayBeTheMessage ? marksOf(reading) : []
    const interrupted = first === undefined ? [] : [...others, first]
    const open = new Set(marksOf([...this.unfinished]))
    const earlier = (this.resume.suspects ?? []).filter((mark) => open.has(mark) && !interrupted.includes(mark))
    return [...earlier, ...interrupted].slice(-limits.suspects)
  }
}

const marksOf = (candidates: readonly Candidate[]): string[] => [
  ...new Set(candidates.map(({ message }) => markOf(message))),
]
