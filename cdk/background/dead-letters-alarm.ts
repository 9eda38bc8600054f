import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

export interface DeadLettersAlarmProps {
  readonly queue: Queue
  /** The impact on people and the instructions for operators. */
  readonly description: string
  /** An existing topic to which the alarm is sent. */
  readonly alarmTopicArn: string | undefined
}

/** Creates an alarm that a single message in the queue triggers. */
export const alarmOnDeadLetters = (
  scope: Construct,
  id: string,
  { queue, description, alarmTopicArn }: DeadLettersAlarmProps,
): void => {
  const alarm = new Alarm(scope, id, {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // SQS sends no metrics for a queue that has not been used for hours, which means that the queue is empty.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: description,
  })
  if (alarmTopicArn) alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(scope, 'AlarmTopic', alarmTopicArn)))
}
