import { batchEntries, MessageRefused, type SnsTopic } from '../../notifications/sns-topic.ts'
import type { Announcer, Message } from '../message.ts'
import {
  announcementAttributes,
  announcementJson,
  announcementLimit,
  announcementOf,
  announcementSchema,
} from './announcement.ts'

/**
 * In bytes. SNS accepts 256 KiB for all entries including attributes. The difference is a margin for bytes that SNS
 * counts and this code does not.
 */
const batchBytes = 250_000

/**
 * The time to wait for a batch to fill, in milliseconds. With 32 parallel stores, about eight messages arrive in 20 ms,
 * and each of them waits less than its raw mail took.
 */
const linger = 20
/** Batches in progress at once. Eight keep up with 64 parallel stores. SNS accepts hundreds of batches per second. */
const parallel = 8

interface Waiting {
  readonly body: string
  readonly attributes: Record<string, string>
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Publishes announcements to one SNS topic, ten at a time. Each message succeeds or fails separately. Only the SDK
 * retries.
 */
export class SnsAnnouncer implements Announcer {
  readonly #topic: SnsTopic
  readonly #bucket: string
  readonly #waiting: Waiting[] = []
  #underWay = 0
  #timer: NodeJS.Timeout | undefined

  /** @param bucket the raw mail's bucket, for the announcement */
  constructor(topic: SnsTopic, bucket: string) {
    this.#topic = topic
    this.#bucket = bucket
  }

  announce(message: Message): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const announcement = announcementOf(message, this.#bucket)
    const body = announcementJson(announcement)
    const attributes = announcementAttributes(announcement)
    // Subscribers rely on the published schema. A refused message stays on the server, and its run reports it.
    if (!announcementSchema.safeParse(announcement).success) reject(new MessageRefused('NotOfItsSchema'))
    else if (Buffer.byteLength(body) > announcementLimit) reject(new MessageRefused('TooLong'))
    else {
      this.#waiting.push({ body, attributes, bytes: sizeOf(body, attributes), resolve, reject })
      if (this.#waiting.length >= batchEntries) this.#sendWaiting()
      else this.#timer ??= setTimeout(() => this.#sendWaiting(), linger)
    }
    return promise
  }

  /**
   * Publishes waiting entries while fewer than `parallel` batches are in progress. The others wait until a batch ends,
   * and more entries can join them.
   */
  #sendWaiting(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#waiting.length > 0 && this.#underWay < parallel) {
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
