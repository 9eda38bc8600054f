import { CfnOutput, Duration } from 'aws-cdk-lib'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { deadLetterQueue, fifo } from '../background/queues.ts'
import type { CollectorFunction } from '../collector-function.ts'

export interface DeliveryQueueProps {
  /** The time after which SQS delivers an unfinished wake again. It is longer than the function's timeout. */
  readonly visibilityTimeout: Duration
  /** The number of wakes that are worked on at once. */
  readonly maxConcurrency: number
}

/**
 * The queue that wakes conversations with webhooks, and the dead-letter queue for wakes that failed three times. A destination has as many message groups as it may receive conversations at once.
 */
export class DeliveryQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue
  readonly #maxConcurrency: number

  constructor(scope: Construct, id: string, { visibilityTimeout, maxConcurrency }: DeliveryQueueProps) {
    super(scope, id)
    this.#maxConcurrency = maxConcurrency
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', fifo)
    this.queue = new Queue(this, 'Wakes', {
      ...fifo,
      visibilityTimeout,
      // A wake carries no work, and the sweep wakes every conversation with due deliveries again.
      retentionPeriod: Duration.hours(1),
      // A throttled receive also counts, so MaxConcurrentDeliveries must fit the AWS account's limit.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 3 },
    })
    new CfnOutput(scope, 'DeliveryQueueUrl', { value: this.queue.queueUrl })
    new CfnOutput(scope, 'DeliveryDeadLettersUrl', { value: this.deadLetters.queueUrl })
  }

  /** Passes the queue's URL to the function and lets it wake conversations. */
  grantSend(fn: CollectorFunction): void {
    fn.addEnvironment('DELIVERY_QUEUE_URL', this.queue.queueUrl)
    fn.addEnvironment('MAX_CONCURRENT_DELIVERIES', String(this.#maxConcurrency))
    fn.may(['sqs:SendMessage'], this.queue.queueArn)
  }
}
