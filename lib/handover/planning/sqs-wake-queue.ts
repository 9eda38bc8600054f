import { FifoQueue, type FifoQueueOptions, type SQSClient } from '../../notifications/fifo-queue.ts'
import { groupOf } from '../ledger/conversation.ts'
import type { Wake, WakeJob, WakeQueue } from './wake.ts'

/** Readers of the queue parse it with `wakeSchema`, which drops the number of groups. */
type FlatJob = Wake & Pick<WakeJob, 'concurrency'>

/** The FIFO queue of wakes. The groups limit how many deliveries a destination receives at once. */
export class SqsWakeQueue implements WakeQueue {
  readonly #queue: FifoQueue<FlatJob>

  constructor(client: SQSClient, queueUrl: string, options: FifoQueueOptions = {}) {
    this.#queue = new FifoQueue<FlatJob>(client, queueUrl, {
      ...options,
      groupOf: ({ lane, concurrency }) => groupOf(lane, concurrency),
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
