import type { Transcript } from '../mailbox/connection/session-watch.ts'
import type { Redact } from '../redaction/redaction.ts'
import { escaped } from '../text/escaped.ts'
import { cutTo } from '../text/printable.ts'
import { type ConversationLine, type ConversationWriter, conversationLimit } from './conversation.ts'
import type { RunConversation } from './run.ts'

/** Milliseconds until a line can be read by whoever follows the run. */
const longestWait = 1000
/** Bytes in one part: far below DynamoDB's 400 KB a row, and few enough to be read in one go. */
const largestPart = 64 * 1024
/** Characters of one line; a UID set of thousands says no more than its beginning. */
const longestLine = 2000
/** Bytes a line costs beside its text. */
const lineOverhead = 48

export interface RecorderOptions {
  readonly runId: string
  /** What earlier invocations of the run recorded. */
  readonly before: RunConversation
  readonly writer: ConversationWriter
  readonly redact: Redact
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Writes a session's lines down in parts while it goes on. Whatever happens to it, the fetch does not notice. */
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

  /** A part could not be written: what follows it was not recorded. */
  get failed(): boolean {
    return this.#failed
  }

  sent(line: string): void {
    this.#take('postmaster', line)
  }

  received(line: string): void {
    this.#take('server', line)
  }

  /** Writes what waits. @returns what there is now */
  async end(): Promise<RunConversation> {
    this.#flush()
    await this.#writing
    return { parts: this.#parts, bytes: this.#bytes, cut: this.#cut }
  }

  #take(by: 'postmaster' | 'server', line: string): void {
    if (!this.listening) return
    const text = escaped(this.#options.redact(line))
    this.#add(by, text.length > longestLine ? `${cutTo(text, longestLine)}… (${text.length} characters)` : text)
    if (this.#bytes < conversationLimit) return
    this.#cut = true
    this.#add('note', `The recording ends here, at its limit of ${conversationLimit} bytes. The run goes on.`)
    this.#flush()
  }

  #add(by: ConversationLine['by'], text: string): void {
    this.#lines.push({ at: new Date(this.#options.now()).toISOString(), by, text })
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
      // Reported by whoever ends the recording; a gap in the numbers would hide what follows.
      this.#failed = true
    }
  }
}
