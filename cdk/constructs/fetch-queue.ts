import { CfnOutput, Duration } from 'aws-cdk-lib'
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'
import { alarmOnDeadLetters } from './dead-letters-alarm.ts'

export interface FetchQueueProps {
  /** How long a fetch may take before SQS hands its job to somebody else: longer than the function's timeout. */
  readonly visibilityTimeout: Duration
  /** An existing topic that hears of the alarm. */
  readonly alarmTopicArn?: string
}

/** High-throughput FIFO with one message group per account: one session per mailbox, accounts independent of each other. */
const fifo = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  // Equal bodies are two jobs; explicit ids say what may not happen twice.
  contentBasedDeduplication: false,
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
} satisfies QueueProps

/** The jobs waiting to be fetched, what crashed twice, and the alarm that somebody has to look. */
export class FetchQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { visibilityTimeout, alarmTopicArn }: FetchQueueProps) {
    super(scope, id)
    // Fourteen days, the longest SQS keeps anything: a crash on the first day of a holiday is still there after it.
    this.deadLetters = new Queue(this, 'DeadLetters', { ...fifo, retentionPeriod: Duration.days(14) })
    this.queue = new Queue(this, 'Jobs', {
      ...fifo,
      visibilityTimeout,
      // A job of yesterday has nothing to say: since then the schedule has asked again, many times.
      retentionPeriod: Duration.days(1),
      // A throttled receive counts as well (docs/decisions, 0004): MaxConcurrentFetches must fit the AWS account's limit.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 2 },
    })
    alarmOnDeadLetters(this, 'DeadLettersAlarm', {
      queue: this.deadLetters,
      alarmTopicArn,
      description:
        'Impact: the mail of at least one account arrives late, because its fetch function was killed twice over one job, ' +
        'or was throttled twice because the AWS account allows fewer functions at once than MaxConcurrentFetches. ' +
        'Nothing is lost: the mail waits on its server and the schedule goes on trying. ' +
        'Do: where the fetch function has Throttles, raise the limit of the AWS account or lower MaxConcurrentFetches. Else ' +
        'read accountId in the message in the dead-letter queue, look at the latest runs of that account, then delete the message.',
    })
    new CfnOutput(scope, 'FetchQueueUrl', { value: this.queue.queueUrl })
    new CfnOutput(scope, 'DeadLettersUrl', { value: this.deadLetters.queueUrl })
  }

  /** Tells the function where the queue is and lets it ask for fetches. */
  grantSend(fn: CollectorFunction): void {
    fn.addEnvironment(environmentNames.fetchQueueUrl, this.queue.queueUrl)
    fn.may(['sqs:SendMessage'], this.queue.queueArn)
  }
}
