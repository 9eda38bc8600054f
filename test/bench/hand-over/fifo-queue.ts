import { SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { SqsWakeQueue } from '../../../lib/handover/planning/sqs-wake-queue.ts'

const batchSchema = z.object({
  Entries: z.array(
    z.object({ MessageBody: z.string(), MessageGroupId: z.string(), MessageDeduplicationId: z.string() }),
  ),
})

/** SQS drops an id that it received within this time, in milliseconds. */
const deduplicationTime = 5 * 60_000

interface Queued {
  readonly body: string
  readonly number: number
}

interface FifoOptions {
  /** The number of handlers at once: `MaxConcurrentDeliveries`. */
  readonly slots: number
  readonly handle: (body: string) => Promise<void>
  /** In milliseconds. */
  readonly clock: () => number
}

/**
 * The delivery queue and the event source of `deliver` in memory: message groups, deduplication and slots as SQS FIFO and
 * Lambda have them. The groups and ids come from the real `SqsWakeQueue`. A free slot takes the oldest message of all
 * groups that nothing works on, which is the order that disturbs other destinations most.
 */
export class MemoryFifo {
  readonly wakes: SqsWakeQueue
  readonly #options: FifoOptions
  readonly #groups = new Map<string, Queued[]>()
  readonly #working = new Set<string>()
  readonly #accepted = new Map<string, number>()
  #count = 0
  /** The number of messages that a handler received. */
  handled = 0

  constructor(options: FifoOptions) {
    this.#options = options
    const client = new SQSClient({
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    client.middlewareStack.add(
      () => async (args) => {
        this.#accept(batchSchema.parse(args.input))
        return { response: {}, output: { $metadata: {}, Successful: [], Failed: [] } }
      },
      { step: 'initialize', name: 'memoryFifo' },
    )
    this.wakes = new SqsWakeQueue(client, 'https://sqs.invalid/wakes.fifo', { slots: options.slots })
  }

  get isIdle(): boolean {
    return this.#working.size === 0 && [...this.#groups.values()].every(({ length }) => length === 0)
  }

  #accept({ Entries }: z.infer<typeof batchSchema>): void {
    const now = this.#options.clock()
    for (const { MessageBody, MessageGroupId, MessageDeduplicationId } of Entries) {
      const former = this.#accepted.get(MessageDeduplicationId)
      if (former !== undefined && now - former < deduplicationTime) continue
      this.#accepted.set(MessageDeduplicationId, now)
      this.#count += 1
      const group = this.#groups.get(MessageGroupId) ?? []
      this.#groups.set(MessageGroupId, group)
      group.push({ body: MessageBody, number: this.#count })
    }
    this.#fillSlots()
  }

  #fillSlots(): void {
    while (this.#working.size < this.#options.slots) {
      const next = [...this.#groups]
        .filter(([name, messages]) => messages.length > 0 && !this.#working.has(name))
        .toSorted(([, one], [, other]) => (one[0]?.number ?? 0) - (other[0]?.number ?? 0))[0]
      const message = next?.[1].shift()
      if (!next || !message) return
      void this.#work(next[0], message.body)
    }
  }

  async #work(group: string, body: string): Promise<void> {
    this.#working.add(group)
    this.handled += 1
    // The handler acknowledges every message, as the tests of the function `deliver` show.
    await this.#options.handle(body)
    this.#working.delete(group)
    this.#fillSlots()
  }
}
