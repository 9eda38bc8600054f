import { CfnOutput, Duration, Validations } from 'aws-cdk-lib'
import { Rule, type RuleProps } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import { deadLetterQueue, standard } from './queues.ts'

/** An older event is obsolete, because the rule's next event or an operator who saw the alarm has replaced it. */
const maxEventAge = Duration.minutes(10)
/** More attempts than EventBridge makes. Its pauses grow, so the ten minutes end first. */
const deliveries = 20
/** Lambda's maximum. It waits one minute before the first retry and two minutes before the second. */
const retryAttempts = 2

/** The queue for events that a rule's function could not handle. */
export class FailedEvents extends Construct {
  readonly queue: Queue

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.queue = deadLetterQueue(this, 'Queue', standard)
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself a dead-letter queue.',
    })
    new CfnOutput(scope, 'FailedEventsUrl', { value: this.queue.queueUrl })
  }

  /**
   * Invokes the function on the rule's schedule. Events that EventBridge cannot deliver or the function cannot handle
   * are sent to the queue.
   */
  invokeByRule(
    scope: Construct,
    id: string,
    fn: CollectorFunction,
    rule: Pick<RuleProps, 'description' | 'schedule'>,
  ): void {
    const deadLetterQueue = this.queue
    new Rule(scope, id, {
      ...rule,
      targets: [new LambdaFunction(fn, { maxEventAge, retryAttempts: deliveries, deadLetterQueue })],
    })
    fn.may(['sqs:SendMessage'], deadLetterQueue.queueArn)
    // CDK's own destination would grant more than the permission to send.
    const onFailure = { bind: () => ({ destination: deadLetterQueue.queueArn }) }
    fn.configureAsyncInvoke({ maxEventAge, retryAttempts, onFailure })
    fn.acknowledgeNoDeadLetters(
      'The on-failure destination of the function sends failed events to a queue with an alarm. It replaces the ' +
        'dead-letter queue and also contains the error.',
    )
  }
}
