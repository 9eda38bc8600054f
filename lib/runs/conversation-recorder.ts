import type { Transcript } from '../mailbox/mailbox.ts'
import type { Redact } from '../redaction/redaction.ts'
import type { Clock } from '../text/clock.ts'
import { cutTo, escaped } from '../text/printable.ts'
import { type ConversationLine, conversationLimit } from './conversation.ts'
import type { ConversationStore } from './conversation-store.ts'
import type { RunConversation } from './run.ts'

/** Milliseconds until a line is available to clients that follow the run. */
const longestWait = 1000
/** Bytes in one part, which is far below DynamoDB's limit of 400 KB per row and can be read at once. */
const largestPart = 64 * 1024
/** Characters of one line. The start of a set of thousands of UIDs is as useful as all of it. */
const longestLine = 2000
/** Bytes that a line takes in addition to its text. */
const lineOverhead = 48

export interface RecorderOptions {
  readonly runId: string
  /** What earlier invocations of the run have recorded. */
  readonly before: RunConversation
  readonly writer: Pick<ConversationStore, 'write'>
  readonly redact: Redact
  readonly now: Clock
}

/** Records the lines of a session in parts during the session. A failed recording does not affect the fetch. */
export class ConversationRecorder implements Transcript {
  readonly #options: RecorderOptions
  #lines: ConversationLine[] = []
  #waiting = 0
  #parts: number
  #bytes: number
  #cut: boolean
  #failed = false
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#parts = options.before.parts
    this.#bytes = options.before.bytes
    this.#cut = options.before.cut
  }

  get listening(): boolean {
    return !this.#cut && !this.#failed
  }

  /** True if a part could not be written. The lines after it are not recorded. */
  get failed(): boolean {
    return this.#failed
  }

  sent(line: string): void {
    this.#take('postmaster', line)
  }

  received(line: string): void {
    this.#take('server', line)
  }

  /** How much has been recorded so far. */
  get recorded(): RunConversation {
    return { parts: this.#parts, bytes: this.#bytes, cut: this.#cut }
  }

  /** Writes the remaining lines. @returns how much has been recorded */
  async end(): Promise<RunConversation> {
    this.#flush()
    await this.#writing
    return this.recorded
  }

  #take(by: 'postmaster' | 'server', line: string): void {
    if (!this.listening) return
    const text = escaped(this.#options.redact(line))
    this.#add(by, text.length > longestLine ? `${cutTo(text, longestLine)}… (${text.length} characters)` : text)
    if (this.#bytes < conversationLimit) return
    this.#cut = true
    this.#add('note', `The recording ends here, at its limit of ${conversationLimit} bytes. The run continues.`)
    this.#flush()
  }

  #add(by: ConversationLine['by'], text: string): void {
    this.#lines.push({ at: this.#options.now().toISOString(), by, text })
    const bytes = Buffer.byteLength(text) + lineOverhead
    this.#bytes += bytes
    this.#waiting += bytes
    if (this.#waiting >= largestPart) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), longestWait)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#lines.length === 0) return
    const lines = this.#lines
    this.#lines = []
    this.#waiting = 0
    this.#writing = this.#writing.then(() => this.#write(lines))
  }

  async #write(lines: readonly ConversationLine[]): Promise<void> {
    if (this.#failed) return
    try {
      const { writer, runId } = this.#options
      await writer.write({ runId, number: this.#parts + 1, lines })
      this.#parts += 1
    } catch {
      // The caller of `end` reports the failure. Later parts are not written, because a gap in the numbers would hide
      // them.
      this.#failed = true
    }
  }
}
