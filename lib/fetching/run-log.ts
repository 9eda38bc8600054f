import type { Account } from '../accounts/account.ts'
import { secretOf } from '../mailbox/connect-session.ts'
import type { Credential, Mailbox, OpeningObserver, SessionWatch } from '../mailbox/mailbox.ts'
import { reasonOf } from '../reasons/reason.ts'
import { type Redact, redaction } from '../redaction/redaction.ts'
import { ConversationRecorder } from '../runs/conversation-recorder.ts'
import type { ConversationStore } from '../runs/conversation-store.ts'
import { type Run, type RunConnection, type RunCounts, runEventLimit, type skipReasons } from '../runs/run.ts'
import type { Clock } from '../text/clock.ts'
import { countedUnder } from '../text/names.ts'
import type { FetchFailure } from './failures.ts'

export type SkipReason = (typeof skipReasons)[number]
type Counter = keyof RunCounts

/** The record of a run in progress. Counts only rise, except that a continuation counts leftover messages again. */
export class RunLog {
  #run: Run
  readonly #now: Clock

  constructor(run: Run, now: Clock) {
    this.#run = run
    this.#now = now
  }

  get run(): Run {
    return this.#run
  }

  /** Starts the first part or a continuation. A continuation counts the messages left by the previous part again. */
  start(part: number, { debug = false }: { readonly debug?: boolean | undefined } = {}): void {
    // A run that was recorded as lost but starts now has not ended.
    const { endedAt: _end, duration: _duration, error: _error, ...run } = this.#run
    const { counts, startedAt, conversation } = run
    const partStartedAt = this.#time()
    this.#run = {
      ...run,
      state: 'running',
      parts: part,
      startedAt: startedAt ?? partStartedAt,
      partStartedAt,
      counts: { ...counts, found: counts.found - counts.left, left: 0 },
      ...(debug && { conversation: conversation ?? { parts: 0, bytes: 0, cut: false } }),
    }
  }

  count(counter: Counter, by = 1): void {
    const { counts } = this.#run
    this.note({ counts: { ...counts, [counter]: counts[counter] + by } })
  }

  /** Uncounts messages before a continuation, which lists and counts them again. */
  takeBack(counted: Iterable<'alreadyKnown' | SkipReason>): void {
    for (const as of counted) {
      this.count('found', -1)
      if (as === 'alreadyKnown') this.count('alreadyKnown', -1)
      else this.skipped(as, -1)
    }
    const reasons = Object.entries(this.#run.skippedBecause).filter(([, count]) => count !== 0)
    this.note({ skippedBecause: Object.fromEntries(reasons) })
  }

  stored(queueName: string, size: number): void {
    this.count('stored')
    const { bytes, storedByQueue } = this.#run
    this.note({ bytes: bytes + size, storedByQueue: countedUnder(storedByQueue, queueName) })
  }

  skipped(reason: SkipReason, by = 1): void {
    this.count('skipped', by)
    const { skippedBecause } = this.#run
    this.note({ skippedBecause: { ...skippedBecause, [reason]: (skippedBecause[reason] ?? 0) + by } })
  }

  /**
   * Adds an event unless the limit is reached. Beyond it, only the counts grow.
   *
   * @param messages the number of messages, if the event concerns several
   */
  event(code: string, detail: string, messageId?: string, messages?: number): void {
    if (this.#run.events.length >= runEventLimit) return
    const about = { ...(messageId !== undefined && { messageId }), ...(messages !== undefined && { messages }) }
    this.note({ events: [...this.#run.events, { at: this.#time(), code, detail, ...about }] })
  }

  session(roundTrips: number, oldestWaitingAt: string | undefined): void {
    const { oldestWaitingAt: _before, ...run } = this.#run
    this.#run = {
      ...run,
      roundTrips: run.roundTrips + roundTrips,
      ...(oldestWaitingAt !== undefined && { oldestWaitingAt }),
    }
  }

  /** Replaces fields of the record. */
  note(details: Partial<Run>): void {
    this.#run = { ...this.#run, ...details }
  }

  end(state: 'done' | 'failed' | 'crashed', failure?: FetchFailure): void {
    const endedAt = this.#time()
    const { startedAt = endedAt } = this.#run
    const duration = Date.parse(endedAt) - Date.parse(startedAt)
    this.note({
      ...{ state, startedAt, endedAt, duration },
      ...(failure && { error: reasonOf(failure) }),
    })
  }

  #time(): string {
    return this.#now().toISOString()
  }
}

/** The placeholder for credentials in recorded conversations, for example in the commands that send them. */
const credentialMark = '(credential)'

interface ReportServices {
  readonly conversations: Pick<ConversationStore, 'write'>
  readonly now: Clock
}

/** Records one part's session: how far it got and, in a run with `debug`, the conversation with the server. */
export class SessionReport {
  readonly #services: ReportServices
  readonly #log: RunLog
  readonly #began: number
  #connection: RunConnection
  #recorder: ConversationRecorder | undefined
  /** True if a session of this part broke during a batch of commands. */
  pipeliningBroke = false
  /** One redaction for each credential of this part. */
  readonly #redactions = new Map<string, Redact>()

  constructor(services: ReportServices, log: RunLog, { host, port }: Account) {
    this.#services = services
    this.#log = log
    this.#began = services.now().getTime()
    const { logins = 0, bytesReceived = 0 } = log.run.connection ?? {}
    this.#connection = { host, port, logins, bytesReceived }
  }

  /** Redacts a credential in all recordings. Call it before the credential is sent. */
  conceal(credential: Credential): void {
    const key = JSON.stringify(credential)
    if (!this.#redactions.has(key)) this.#redactions.set(key, redaction([secretOf(credential)], credentialMark))
  }

  /** Returns the observers for a session of this part. Call `conceal` with the session's credential first. */
  watch(): SessionWatch {
    const { runId, conversation } = this.#log.run
    if (conversation)
      this.#recorder ??= new ConversationRecorder({
        runId,
        before: conversation,
        writer: this.#services.conversations,
        redact: (line) => this.#redactions.values().reduce((text, redact) => redact(text), line),
        now: this.#services.now,
      })
    const observer: OpeningObserver = {
      connected: (address) => this.#reached({ address, connectedAfter: this.#time() }),
      secured: ({ version, certificate }) => {
        const { subject, issuer, validTo } = certificate ?? {}
        const tls = { version, ...(certificate && { subject, issuer, validTo }) }
        this.#reached({ tls, securedAfter: this.#time() })
      },
      loggedIn: (login) => this.#reached({ login, loggedInAfter: this.#time(), logins: this.#connection.logins + 1 }),
    }
    const onPipeliningBroken = () => {
      this.pipeliningBroke = true
    }
    return { observer, transcript: this.#recorder, onPipeliningBroken }
  }

  opened({ messageCount }: Mailbox, { folder }: Account): void {
    this.#reached({ ...(folder !== undefined && { folder }), messages: messageCount, openedAfter: this.#time() })
  }

  /** The report so far. */
  soFar(mailbox?: Mailbox): Pick<Run, 'connection' | 'conversation'> {
    const bytesReceived = this.#connection.bytesReceived + (mailbox?.bytesReceived ?? 0)
    return {
      connection: { ...this.#connection, bytesReceived },
      ...(this.#recorder && { conversation: this.#recorder.recorded }),
    }
  }

  /** Writes the report into the run's record. Called when the session is over. */
  async end(mailbox?: Mailbox): Promise<void> {
    this.#log.note(this.soFar(mailbox))
    const recorder = this.#recorder
    if (!recorder) return
    this.#log.note({ conversation: await recorder.end() })
    if (recorder.failed)
      this.#log.event(
        'conversation-incomplete',
        'The rest of the conversation could not be recorded. This did not affect the fetch.',
      )
  }

  /**
   * Keeps the times of the first login. POP3 logs in repeatedly, and the times of later logins would describe the run
   * rather than the server.
   */
  #reached(steps: Partial<RunConnection>): void {
    const again = this.#connection.openedAfter !== undefined
    this.#connection = again
      ? { ...this.#connection, ...(steps.logins !== undefined && { logins: steps.logins }) }
      : { ...this.#connection, ...steps }
  }

  #time(): number {
    return this.#services.now().getTime() - this.#began
  }
}
