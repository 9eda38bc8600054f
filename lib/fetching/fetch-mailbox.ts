import type { AccountStatus } from '../accounts/account-status.ts'
import { IncompleteMessage, type ListedMessage, type Mailbox, type RetrievedMessage } from '../mailbox/mailbox.ts'
import { announceMessage } from './announce-message.ts'
import type { Candidate, Departing } from './candidate.ts'
import { classify, type Verdict } from './classify.ts'
import { Departures } from './departures.ts'
import type { FetchContext } from './fetch-context.ts'
import { limits } from './limits.ts'
import { chunkBytesAt, nextChunk } from './plan-chunks.ts'
import { idOf, type StoreOutcome, sha256Of, storeStream, storeWhole } from './store-message.ts'
import { StorePool } from './store-pool.ts'

/** Why a session stopped before everything found was dealt with. */
export type Interruption = 'time' | 'account-changed' | 'too-many'

/** Fetches one opened folder: list, then chunk by chunk store and announce, and delete behind it (design of one fetch run). */
export class MailboxFetch {
  readonly #context: FetchContext
  readonly #mailbox: Mailbox
  readonly #status: AccountStatus
  readonly #pool = new StorePool(limits.storesUnderWay, limits.storeBytesUnderWay)
  readonly #departures: Departures
  /** Uids whose store is under way: what a crash would leave in doubt. */
  readonly #inFlight = new Set<string>()
  /** Found and wanted, but not dealt with yet. */
  readonly #unfinished = new Set<Candidate>()
  #chunk: readonly Candidate[] = []
  readonly listed: ListedMessage[] = []
  readonly tooLarge: Array<{ readonly message: ListedMessage; readonly messageId: string | undefined }> = []
  /** Uids this run need not look at again when the account keeps its mail on the server. */
  readonly settled = new Set<string>()
  interruption: Interruption | undefined
  madeProgress = false

  constructor(context: FetchContext, mailbox: Mailbox, status: AccountStatus) {
    this.#context = context
    this.#mailbox = mailbox
    this.#status = status
    this.#departures = new Departures(context, mailbox, this.#pool)
  }

  /** What the session was reading when it ended: one of these may be what ended it. */
  interruptedUids(): string[] {
    return this.#chunk
      .filter((one) => one.message.uidIsStable && this.#unfinished.has(one))
      .map(({ message }) => message.uid)
  }

  isGone(uid: string): boolean {
    return this.#departures.isGone(uid)
  }

  /** @param accountStillWanted asked between chunks; renews the context's account, false when the run must stop */
  async run(after: string | undefined, accountStillWanted: () => Promise<boolean>): Promise<void> {
    try {
      await this.#fetch(await this.#list(after), accountStillWanted)
      await this.#pool.drain()
    } finally {
      await this.#pool.idle()
      this.#context.log.count('left', this.#unfinished.size)
    }
    await this.#departures.send()
    await this.#moveTooLarge()
  }

  async #moveTooLarge(): Promise<void> {
    const { account, log } = this.#context
    if (account.tooLarge.action !== 'move' || this.tooLarge.length === 0) return
    const messages = this.tooLarge.map(({ message }) => message)
    const moved = await this.#departures.moveAside(messages, account.tooLarge.folder)
    log.event('too-large-moved', `${moved} too large messages were moved to ${account.tooLarge.folder}.`)
  }

  /**
   * Ends the session; for POP3 this is what commits the deletes. Never throws for the mail server's sake.
   * @param usable false when the session is over already, so that nothing more can be asked of it
   */
  async close(usable: boolean): Promise<void> {
    if (usable) await this.#departures.send()
    await this.#departures.close()
    await this.#pool.idle()
  }

  async #fetch(candidates: readonly Candidate[], accountStillWanted: () => Promise<boolean>): Promise<void> {
    const { now } = this.#context.services
    const began = now()
    let rest = candidates
    while (rest.length > 0 && this.#mayStart()) {
      // Alone means alone: a suspect must not die in company that is still being stored.
      if (rest[0]?.suspect) await this.#pool.drain()
      const chunk = nextChunk(rest, chunkBytesAt(this.#mailbox.bytesReceived, now() - began))
      const [wanted] = await Promise.all([
        accountStillWanted(),
        this.#writeInFlight(chunk),
        this.#departures.sendWhenDue(),
      ])
      if (!wanted) {
        this.interruption = 'account-changed'
        return
      }
      await this.#departures.settle()
      this.#chunk = chunk
      await this.#read(chunk)
      this.#chunk = []
      rest = rest.slice(chunk.length)
    }
  }

  #mayStart(): boolean {
    const { deadline, services } = this.#context
    const inTime = services.now() < deadline.startNothingAfter && !deadline.signal.aborted
    if (!inTime) this.interruption = 'time'
    return inTime
  }

  async #list(after: string | undefined): Promise<Candidate[]> {
    const candidates: Candidate[] = []
    const announcements: Array<Extract<Verdict, { action: 'announce' }>> = []
    for await (const window of this.#mailbox.list(after === undefined ? {} : { after })) {
      this.listed.push(...window)
      this.#context.log.count('found', window.length)
      for (const verdict of await classify(this.#context, this.#status, window)) {
        if (verdict.action === 'announce') announcements.push(verdict)
        else this.#sort(verdict, candidates)
      }
      if (candidates.length >= limits.candidates) {
        this.#stopListing(after)
        break
      }
    }
    for (const candidate of candidates) this.#unfinished.add(candidate)
    for (const { departing, known } of announcements) {
      this.#context.log.count('alreadyKnown')
      await this.#pool.add(0, async () => {
        if (await announceMessage(this.#context, known)) this.#done(departing)
      })
    }
    return [...candidates.filter(({ suspect }) => !suspect), ...candidates.filter(({ suspect }) => suspect)]
  }

  /** What was not even listed counts as left, where the server's own count tells how much that is. */
  #stopListing(after: string | undefined): void {
    this.interruption = 'too-many'
    const unlisted = after === undefined ? Math.max(0, this.#mailbox.messageCount - this.listed.length) : 0
    this.#context.log.count('found', unlisted)
    this.#context.log.count('left', unlisted)
  }

  #sort(verdict: Exclude<Verdict, { action: 'announce' }>, candidates: Candidate[]): void {
    const { log } = this.#context
    switch (verdict.action) {
      case 'read':
        candidates.push(verdict.candidate)
        return
      case 'depart':
        log.count('alreadyKnown')
        this.#done(verdict.departing)
        return
      case 'leave':
        log.count('alreadyKnown')
        this.settled.add(verdict.message.uid)
        return
      case 'skip':
        log.skipped(verdict.reason)
        if (verdict.reason === 'too-large') this.tooLarge.push(verdict)
        else this.settled.add(verdict.message.uid)
        if (verdict.reason === 'deadly')
          log.event(
            'deadly',
            `Message ${verdict.message.uid} ended ${limits.deaths} runs and is left alone.`,
            verdict.messageId,
          )
    }
  }

  #done(departing: Departing): void {
    this.settled.add(departing.message.uid)
    this.#departures.add(departing)
  }

  /** In one row write per chunk: after a crash these messages are read one by one, and the one that kills is found. */
  async #writeInFlight(chunk: readonly Candidate[]): Promise<void> {
    const { services, account } = this.#context
    const inFlight = [...new Set([...this.#inFlight, ...chunk.map(({ message }) => message.uid)])]
    await services.statuses.change(account.accountId, { inFlight })
  }

  async #read(chunk: readonly Candidate[]): Promise<void> {
    const byUid = new Map(chunk.map((candidate) => [candidate.message.uid, candidate]))
    const twice: Array<{ readonly candidate: Candidate; readonly sha256: string }> = []
    for await (const retrieved of this.#mailbox.retrieve(chunk.map(({ message }) => message))) {
      const candidate = byUid.get(retrieved.message.uid)
      if (!candidate) continue
      if (retrieved.kind === 'absent') this.#absent(candidate, retrieved.reason, retrieved.serverWords)
      else if (retrieved.kind === 'whole') await this.#whole(candidate, retrieved.bytes)
      else if (candidate.messageId !== undefined && !candidate.known)
        await this.#stream(candidate, candidate.messageId, retrieved)
      else await this.#hash(candidate, retrieved, twice)
    }
    for (const { candidate, sha256 } of twice) await this.#readAgain(candidate, sha256)
  }

  async #whole(candidate: Candidate, bytes: Buffer): Promise<void> {
    await this.#pool.add(bytes.length, async () => {
      this.#inFlight.add(candidate.message.uid)
      await this.#finish(candidate, await storeWhole(this.#context, candidate, bytes))
      this.#inFlight.delete(candidate.message.uid)
    })
  }

  async #stream(
    candidate: Candidate,
    messageId: string,
    retrieved: Extract<RetrievedMessage, { kind: 'stream' }>,
  ): Promise<void> {
    try {
      await this.#finish(candidate, await storeStream(this.#context, { ...candidate, messageId }, retrieved.chunks))
    } catch (error) {
      if (!(error instanceof IncompleteMessage)) throw error
      this.#absent(candidate, 'incomplete', error.message)
    }
  }

  /** Only its bytes say which message this is: read it once for its hash, and where it is new once more to store it. */
  async #hash(
    candidate: Candidate,
    { chunks }: Extract<RetrievedMessage, { kind: 'stream' }>,
    twice: Array<{ readonly candidate: Candidate; readonly sha256: string }>,
  ): Promise<void> {
    try {
      const sha256 = await sha256Of(chunks)
      if (candidate.known?.sha256 === sha256) await this.#finish(candidate, { outcome: 'known', row: candidate.known })
      else twice.push({ candidate, sha256 })
    } catch (error) {
      if (!(error instanceof IncompleteMessage)) throw error
      this.#absent(candidate, 'incomplete', error.message)
    }
  }

  async #readAgain(candidate: Candidate, sha256: string): Promise<void> {
    const messageId = idOf(this.#context, candidate, sha256)
    const [row] = await this.#context.services.ledger.readMany([messageId])
    if (row) return await this.#finish(candidate, { outcome: 'known', row })
    for await (const retrieved of this.#mailbox.retrieve([candidate.message])) {
      if (retrieved.kind === 'absent') this.#absent(candidate, retrieved.reason, retrieved.serverWords)
      else if (retrieved.kind === 'whole') await this.#whole(candidate, retrieved.bytes)
      else await this.#stream(candidate, messageId, retrieved)
    }
  }

  async #finish(candidate: Candidate, { outcome, row }: StoreOutcome): Promise<void> {
    const { log } = this.#context
    this.#unfinished.delete(candidate)
    this.madeProgress = true
    if (outcome === 'stored') log.stored(row.queueName, row.size)
    else log.count('alreadyKnown')
    if (candidate.known && outcome === 'known')
      log.event(
        'reappeared',
        'The server lists a message again that it had confirmed as deleted; its bytes are the same.',
        row.messageId,
      )
    if (row.state !== 'stored' || (await announceMessage(this.#context, row)))
      this.#done({ message: candidate.message, messageId: row.messageId })
  }

  #absent(candidate: Candidate, reason: string, serverWords: string): void {
    const { message, messageId } = candidate
    this.#unfinished.delete(candidate)
    this.#context.log.skipped('absent')
    const said = serverWords ? ` It said: ${serverWords}` : ''
    this.#context.log.event(
      'absent',
      `The server gave no usable content for message ${message.uid} (${reason}).${said}`,
      messageId,
    )
  }
}
