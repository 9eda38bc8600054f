import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'

export type { SQSClient } from '@aws-sdk/client-sqs'

/** SQS's limit for one SendMessageBatch. */
const batchSize = 10
/** 10,000 jobs are 1,000 batches. 16 at a time finish within seconds and stay below FIFO's 300 requests per second. */
const sendParallelism = 16
/** Milliseconds before each retry of a refused entry, in addition to the client's own retries. */
const defaultPauses: readonly number[] = [100, 400, 1600]

export interface FifoQueueOptions {
  readonly pauses?: readonly number[]
  /** Called for jobs that SQS finally refused. Receives SQS's error code, never a message body. */
  readonly onRefused?: (refusal: { readonly code: string; readonly jobs: number }) => void
}

/** How jobs become messages. SQS limits both IDs to 128 characters. */
interface FifoQueueIds<Job> {
  /** Returns the message group. SQS delivers the messages of a group one after the other. */
  readonly groupOf: (job: Job) => string
  /**
   * Returns the deduplication ID. SQS drops a message if it received the same ID within the last five minutes, so the
   * ID identifies exactly the work that must not happen twice. It is never derived from the message's content.
   */
  readonly deduplicationIdOf: (job: Job) => string
}

interface Refused<Job> {
  readonly job: Job
  readonly code: string
  readonly repeatable: boolean
}

/** One FIFO queue, whose messages are jobs as JSON. No other class sends to SQS. */
export class FifoQueue<Job> {
  readonly #client: SQSClient
  readonly #queueUrl: string
  readonly #ids: FifoQueueIds<Job>
  readonly #pauses: readonly number[]
  readonly #onRefused: NonNullable<FifoQueueOptions['onRefused']>

  constructor(client: SQSClient, queueUrl: string, options: FifoQueueIds<Job> & FifoQueueOptions) {
    this.#client = client
    this.#queueUrl = queueUrl
    this.#ids = options
    this.#pauses = options.pauses ?? defaultPauses
    this.#onRefused = options.onRefused ?? (() => undefined)
  }

  /** Sends any number of jobs in batches of ten. @returns the jobs that the queue did not accept */
  async send(jobs: readonly Job[]): Promise<Job[]> {
    const batches = Array.from({ length: Math.ceil(jobs.length / batchSize) }, (_, i) =>
      jobs.slice(i * batchSize, (i + 1) * batchSize),
    )
    const limit = pLimit(sendParallelism)
    return (await limit.map(batches, (batch) => this.#sendBatch(batch))).flat()
  }

  async #sendBatch(jobs: readonly Job[]): Promise<Job[]> {
    let refused = await this.#attempt(jobs)
    for (const pause of this.#pauses) {
      const repeatable = refused.filter((entry) => entry.repeatable)
      if (repeatable.length === 0) break
      await new Promise((resolve) => setTimeout(resolve, pause))
      // Retrying is safe because SQS drops an entry whose deduplication ID it has already accepted.
      const again = await this.#attempt(repeatable.map(({ job }) => job))
      refused = [...refused.filter((entry) => !entry.repeatable), ...again]
    }
    const byCode = Map.groupBy(refused, ({ code }) => code)
    for (const [code, entries] of byCode) this.#onRefused({ code, jobs: entries.length })
    return refused.map(({ job }) => job)
  }

  async #attempt(jobs: readonly Job[]): Promise<Refused<Job>[]> {
    try {
      const answer = await this.#client.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: jobs.map((job, i) => ({
            Id: String(i),
            MessageBody: JSON.stringify(job),
            MessageGroupId: this.#ids.groupOf(job),
            MessageDeduplicationId: this.#ids.deduplicationIdOf(job),
          })),
        }),
      )
      return (answer.Failed ?? []).flatMap(({ Id, Code, SenderFault }) => {
        const job = jobs[Number(Id)]
        return job ? [{ job, code: Code ?? 'unknown', repeatable: !SenderFault }] : []
      })
    } catch (error) {
      // The whole request failed after the client's own retries. The other batches must still be sent.
      const code = error instanceof Error ? error.name : 'unknown'
      return jobs.map((job) => ({ job, code, repeatable: true }))
    }
  }
}
