import { batchEntries, MessageRefused, type SnsTopic } from '../topics/sns-topic.ts'
import { announcementJson, announcementLimit, announcementSchema } from './announcement.ts'
import { announcementAttributes } from './announcement-attributes.ts'
import { announcementOf } from './announcement-of.ts'
import type { Announcer, Message } from './message.ts'

/** SNS: 256 KiB for all entries with their attributes; the rest is room for what it counts and we do not. */
const batchBytes = 250_000

export interface SnsAnnouncerOptions {
  /** Milliseconds to wait for a batch to fill; less than one round trip, so nobody notices. */
  readonly linger?: number
  /** Batches under way at once. Eight keep up with 64 stores at a time; SNS takes hundreds of batches a second. */
  readonly parallel?: number
}

interface Waiting {
  readonly body: string
  readonly attributes: Record<string, string>
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Announces over one SNS topic, ten at a time. Each message succeeds or fails on its own; nothing is repeated here beyond the SDK's attempts. */
export class SnsAnnouncer implements Announcer {
  readonly #topic: SnsTopic
  readonly #bucket: string
  readonly #linger: number
  readonly #parallel: number
  readonly #waiting: Waiting[] = []
  #underWay = 0
  #timer: NodeJS.Timeout | undefined

  /** @param bucket where the raw mail lies, for the announcement */
  constructor(topic: SnsTopic, bucket: string, options: SnsAnnouncerOptions = {}) {
    this.#topic = topic
    this.#bucket = bucket
    this.#linger = options.linger ?? 5
    this.#parallel = options.parallel ?? 8
  }

  announce(message: Message): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const announcement = announcementOf(message, this.#bucket)
    const body = announcementJson(announcement)
    const attributes = announcementAttributes(announcement)
    // Subscribers rely on the published schema. The message then stays on the server, and its run says so.
    if (!announcementSchema.safeParse(announcement).success) reject(new MessageRefused('NotOfItsSchema'))
    else if (Buffer.byteLength(body) > announcementLimit) reject(new MessageRefused('TooLong'))
    else {
      this.#waiting.push({ body, attributes, bytes: sizeOf(body, attributes), resolve, reject })
      if (this.#waiting.length >= batchEntries) this.#sendWaiting()
      else this.#timer ??= setTimeout(() => this.#sendWaiting(), this.#linger)
    }
    return promise
  }

  /** What finds no free place waits for the next batch to end, and meanwhile fills up. */
  #sendWaiting(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#waiting.length > 0 && this.#underWay < this.#parallel) {
      this.#underWay += 1
      void this.#publish(this.#takeBatch()).finally(() => {
        this.#underWay -= 1
        this.#sendWaiting()
      })
    }
  }

  #takeBatch(): Waiting[] {
    let bytes = 0
    const end = this.#waiting.findIndex((entry, index) => {
      bytes += entry.bytes
      return index === batchEntries || (index > 0 && bytes > batchBytes)
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  /** Never rejects. */
  async #publish(batch: readonly Waiting[]): Promise<void> {
    const failures = await this.#topic.publishBatch(batch)
    for (const [index, { resolve, reject }] of batch.entries()) {
      const failure = failures[index]
      if (failure === undefined) resolve()
      else reject(failure)
    }
  }
}

const sizeOf = (body: string, attributes: Record<string, string>): number =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 'String'.length,
    Buffer.byteLength(body),
  )
