import { FifoQueue, type FifoQueueOptions, type SQSClient } from '../../notifications/fifo-queue.ts'
import { groupOf } from '../ledger/conversation.ts'
import type { Wake, WakeJob, WakeQueue } from './wake.ts'

/** Readers of the queue parse it with `wakeSchema`, which drops the number of groups. */
type FlatJob = Wake & Pick<WakeJob, 'concurrency'>

interface WakeQueueOptions extends FifoQueueOptions {
  /** The number of wakes that are worked on at once. */
  readonly slots: number
}

/**
 * The FIFO queue of wakes. The groups limit how many deliveries a destination receives at once. A destination never has
 * as many groups as there are slots, so that a webhook that does not answer leaves a slot for the others.
 */
export class SqsWakeQueue implements WakeQueue {
  readonly #queue: FifoQueue<FlatJob>

  constructor(client: SQSClient, queueUrl: string, { slots, ...options }: WakeQueueOptions) {
    this.#queue = new FifoQueue<FlatJob>(client, queueUrl, {
      ...options,
      groupOf: ({ lane, concurrency }) => groupOf(lane, Math.min(concurrency, Math.max(1, slots - 1))),
      deduplicationIdOf,
    })
  }

  async send(jobs: readonly WakeJob[]): Promise<readonly Wake[]> {
    return await this.#queue.send(jobs.map(({ wake, concurrency }) => ({ ...wake, concurrency })))
  }
}

/**
 * SQS drops an id that it received within the last five minutes, even if the message with that id is gone. Each revision
 * of a delivery therefore has its own id, and so has each wake of the sweep. The longest id has 124 characters.
 */
const deduplicationIdOf = ({ deliveryId, revision, minute }: Wake): string =>
  `${deliveryId}:${revision}${minute === undefined ? '' : `:${minute}`}`
