import { CfnOutput, Duration } from 'aws-cdk-lib'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import { alarmOnDeadLetters } from './operator-alarm.ts'
import { deadLetterQueue, fifo } from './queues.ts'

export interface FetchQueueProps {
  /** The time after which SQS delivers an unfinished job again. It is longer than the function's timeout. */
  readonly visibilityTimeout: Duration
  /** An existing topic to which the alarm is sent. */
  readonly alarmTopicArn?: string
}

/**
 * The queue of fetch jobs with one message group per account, so that each mailbox has one session at a time, the dead-letter queue for jobs that failed twice, and the alarm for operators.
 */
export class FetchQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { visibilityTimeout, alarmTopicArn }: FetchQueueProps) {
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
    alarmOnDeadLetters(this, 'DeadLettersAlarm', {
      queue: this.deadLetters,
      alarmTopicArn,
      description:
        'Impact: Mail for at least one account arrives late. The fetch function was killed twice during the same job, or ' +
        'it was throttled twice because the AWS account allows fewer concurrent functions than MaxConcurrentFetches. ' +
        'No mail is lost. It stays on the mail server, and the schedule keeps trying. ' +
        'Action: If the fetch function has Throttles, raise the limit of the AWS account or lower MaxConcurrentFetches. ' +
        'Otherwise, find the accountId in the message of the dead-letter queue, check the latest runs of that account, and ' +
        'then delete the message.',
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
