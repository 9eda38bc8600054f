import { CfnOutput, Duration, Validations } from 'aws-cdk-lib'
import { Rule, type RuleProps } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { CollectorFunction } from './collector-function.ts'
import { alarmOnDeadLetters } from './dead-letters-alarm.ts'

export interface FailedEventsProps {
  /** An existing topic that hears of the alarm. */
  readonly alarmTopicArn?: string
}

/** An older event is overtaken by the next one of its rule, or by an operator who has seen the alarm. */
const maxEventAge = Duration.minutes(10)
/** More than EventBridge needs: its pauses grow, so that ten minutes end first. */
const deliveries = 20
/** Lambda's highest number. It waits one minute and then two. */
const retryAttempts = 2

/** The events of rules that no function could handle, and the alarm for an operator. */
export class FailedEvents extends Construct {
  readonly #queue: Queue

  constructor(scope: Construct, id: string, { alarmTopicArn }: FailedEventsProps) {
    super(scope, id)
    this.#queue = new Queue(this, 'Queue', {
      // The longest that SQS keeps anything, as for the jobs of accounts.
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    })
    Validations.of(this.#queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is a dead-letter queue itself.' })
    alarmOnDeadLetters(this, 'Alarm', {
      queue: this.#queue,
      alarmTopicArn,
      description:
        'Impact: a function of the schedule did not do its work for one event. If it is dispatch, mail arrives a tick late ' +
        'and later if this repeats; the other functions remove what is no longer needed, so nobody waits for them. ' +
        'Nothing is lost: the next event of the rule does the work again. ' +
        'Do: the message in the queue names the rule or the function. Look in the log of that function at the time of the ' +
        'event; without a log entry the function could not start, so look at its Throttles. Then delete the message.',
    })
    new CfnOutput(scope, 'FailedEventsUrl', { value: this.#queue.queueUrl })
  }

  /**
   * Invokes the function whenever the rule says so. What EventBridge cannot deliver, or the function cannot handle, ends
   * in the queue.
   */
  invokeByRule(
    scope: Construct,
    id: string,
    fn: CollectorFunction,
    rule: Pick<RuleProps, 'description' | 'schedule'>,
  ): void {
    const deadLetterQueue = this.#queue
    new Rule(scope, id, {
      ...rule,
      targets: [new LambdaFunction(fn, { maxEventAge, retryAttempts: deliveries, deadLetterQueue })],
    })
    fn.may(['sqs:SendMessage'], deadLetterQueue.queueArn)
    // CDK's own destination would grant more than to send.
    const onFailure = { bind: () => ({ destination: deadLetterQueue.queueArn }) }
    fn.configureAsyncInvoke({ maxEventAge, retryAttempts, onFailure })
  }
}
