import { type ListedMessage, type RetrievedMessage, wholeMessageLimit } from '../mailbox.ts'
import { PullQueue } from './pull-queue.ts'

/** The initial size of a buffer, because the announced size may be wrong. */
const smallestBuffer = 512
/**
 * If a larger share of the buffer is unused, a whole message is copied to a buffer of its size: the message may be kept
 * for long, and the announced size may have been wrong.
 */
const wasteAllowed = 1 / 8

/**
 * Collects one message's bytes as they arrive and delivers it as `whole`, or as `stream` as soon as its announced or
 * actual size exceeds `wholeMessageLimit`.
 */
export class MessageCollector {
  readonly #message: ListedMessage
  readonly #deliver: (message: RetrievedMessage) => void
  readonly #onWeight: (change: number) => void
  #stream: PullQueue<Buffer> | undefined
  #buffer = Buffer.alloc(0)
  #length = 0

  constructor(
    message: ListedMessage,
    deliver: (message: RetrievedMessage) => void,
    onWeight: (change: number) => void,
  ) {
    this.#message = message
    this.#deliver = deliver
    this.#onWeight = onWeight
  }

  /** True if the stream's reader has left. */
  get abandoned(): boolean {
    return this.#stream?.abandoned ?? false
  }

  add(bytes: Buffer): void {
    if (this.#stream !== undefined) {
      this.#stream.push(bytes)
    } else if (this.#message.size > wholeMessageLimit || this.#length + bytes.length > wholeMessageLimit) {
      this.#becomeStream().push(bytes)
    } else {
      this.#makeRoom(this.#length + bytes.length)
      this.#length += bytes.copy(this.#buffer, this.#length)
    }
  }

  end(): void {
    if (this.#stream !== undefined) {
      this.#stream.end()
    } else if (this.#length === 0 && this.#message.size > 0) {
      this.#deliver({ kind: 'absent', message: this.#message, reason: 'empty', serverWords: '' })
    } else {
      this.#deliver({ kind: 'whole', message: this.#message, bytes: this.#whole() })
    }
  }

  fail(error: Error): void {
    this.#stream?.fail(error)
  }

  #becomeStream(): PullQueue<Buffer> {
    const stream = new PullQueue<Buffer>((bytes) => bytes.length, this.#onWeight)
    this.#stream = stream
    this.#deliver({ kind: 'stream', message: this.#message, chunks: stream })
    if (this.#length > 0) stream.push(this.#buffer.subarray(0, this.#length))
    this.#buffer = Buffer.alloc(0)
    return stream
  }

  /**
   * Doubles one buffer, so that a message that arrives byte by byte costs as few copies as one that arrives at once.
   */
  #makeRoom(needed: number): void {
    if (needed <= this.#buffer.length) return
    const announced = Math.max(this.#message.size, smallestBuffer)
    const size = Math.min(Math.max(needed, this.#buffer.length * 2, announced), wholeMessageLimit)
    const larger = Buffer.allocUnsafeSlow(size)
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }

  #whole(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#length)
    return this.#buffer.length - this.#length > this.#buffer.length * wasteAllowed ? Buffer.from(bytes) : bytes
  }
}
