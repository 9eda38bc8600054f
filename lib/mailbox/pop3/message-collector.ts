import { type ListedMessage, type RetrievedMessage, wholeMessageLimit } from '../mailbox.ts'
import { PullQueue } from './pull-queue.ts'

/** Where a buffer starts that cannot trust the size the server announced. */
const smallestBuffer = 512
/** Above this share of unused space a whole message is copied to its size: it may be kept for long, and the announced size may have been a lie. */
const wasteAllowed = 1 / 8

/** Takes one message's bytes as they come and makes it `whole`, or a `stream` as soon as it is, or turns out, larger than `wholeMessageLimit`. */
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

  /** The reader of the stream has left. */
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

  /** One buffer that doubles: as many copies for a message that comes byte by byte as for one that comes at once. */
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
