import { CfnOutput, Duration } from 'aws-cdk-lib'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { alarmOnDeadLetters } from '../background/operator-alarm.ts'
import { deadLetterQueue, fifo } from '../background/queues.ts'
import type { CollectorFunction } from '../collector-function.ts'

export interface DeliveryQueueProps {
  /** The time after which SQS delivers an unfinished wake again. It is longer than the function's timeout. */
  readonly visibilityTimeout: Duration
  /** The number of wakes that are worked on at once. */
  readonly maxConcurrency: number
  /** An existing topic to which the alarm is sent. */
  readonly alarmTopicArn?: string
}

/**
 * The queue that wakes conversations with webhooks, the dead-letter queue for wakes that failed three times, and the
 * alarm for operators. A destination has as many message groups as it may receive conversations at once.
 */
export class DeliveryQueue extends Construct {
  readonly queue: Queue
  readonly #maxConcurrency: number

  constructor(scope: Construct, id: string, { visibilityTimeout, maxConcurrency, alarmTopicArn }: DeliveryQueueProps) {
    super(scope, id)
    this.#maxConcurrency = maxConcurrency
    const deadLetters = deadLetterQueue(this, 'DeadLetters', fifo)
    this.queue = new Queue(this, 'Wakes', {
      ...fifo,
      visibilityTimeout,
      // A wake carries no work, and the sweep wakes every conversation with due deliveries again.
      retentionPeriod: Duration.hours(1),
      // A throttled receive also counts, so MaxConcurrentDeliveries must fit the AWS account's limit.
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 3 },
    })
    alarmOnDeadLetters(this, 'DeadLettersAlarm', {
      queue: deadLetters,
      alarmTopicArn,
      description:
        'Impact: Messages of at least one conversation reach a webhook late. The deliver function was killed or throttled ' +
        'three times for the same wake. No mail is lost, because the sweep wakes the conversation again every minute. ' +
        'Action: If the deliver function has Throttles, raise the limit of the AWS account or lower ' +
        'MaxConcurrentDeliveries. Otherwise, find the deliveryId in the message of the dead-letter queue, read the log of ' +
        'the deliver function at that time, and then delete the message.',
    })
    new CfnOutput(scope, 'DeliveryQueueUrl', { value: this.queue.queueUrl })
    new CfnOutput(scope, 'DeliveryDeadLettersUrl', { value: deadLetters.queueUrl })
  }

  /** Passes the queue's URL to the function and lets it wake conversations. */
  grantSend(fn: CollectorFunction): void {
    fn.addEnvironment('DELIVERY_QUEUE_URL', this.queue.queueUrl)
    fn.addEnvironment('MAX_CONCURRENT_DELIVERIES', String(this.#maxConcurrency))
    fn.may(['sqs:SendMessage'], this.queue.queueArn)
  }
}
