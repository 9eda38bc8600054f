import { CfnOutput, Duration } from 'aws-cdk-lib'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import { deadLetterQueue, fifo } from './queues.ts'

export interface FetchQueueProps {
  /** The time after which SQS delivers an unfinished job again. It is longer than the function's timeout. */
  readonly visibilityTimeout: Duration
}

/**
 * The queue of fetch jobs with one message group per account, so that each mailbox has one session at a time, and the dead-letter queue for jobs that failed twice.
 */
export class FetchQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { visibilityTimeout }: FetchQueueProps) {
    super(scope, id)
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', fifo)
    this.queue = new Queue(this, 'Jobs', {
      ...fifo,
      visibilityTimeout,
      // A job from yesterday is obsolete, because the schedule has requested many runs since then.
      retentionPeriod: Duration.days(1),
      // A throttled receive also counts (docs/decisions, 0004), so MaxConcurrentFetches must fit the AWS account's
      // limit.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 2 },
    })
    new CfnOutput(scope, 'FetchQueueUrl', { value: this.queue.queueUrl })
    new CfnOutput(scope, 'DeadLettersUrl', { value: this.deadLetters.queueUrl })
  }

  /** Passes the queue's URL to the function and lets it request fetches. */
  grantSend(fn: CollectorFunction): void {
    fn.addEnvironment('FETCH_QUEUE_URL', this.queue.queueUrl)
    fn.may(['sqs:SendMessage'], this.queue.queueArn)
  }
}
