import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

export interface OperatorAlarmProps {
  readonly metric: IMetric
  /** The lowest value that triggers the alarm. */
  readonly threshold: number
  /** The impact on people and the instructions for operators. */
  readonly description: string
  /** An existing topic to which the alarm is sent. */
  readonly alarmTopicArn: string | undefined
}

/** Creates an alarm that one period of the metric triggers. */
export const operatorAlarm = (
  scope: Construct,
  id: string,
  { metric, threshold, description, alarmTopicArn }: OperatorAlarmProps,
): void => {
  const alarm = new Alarm(scope, id, {
    metric,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // SQS sends no metrics for a queue that has not been used for hours, which means that the queue is empty. Postmaster
    // sends no figures of destinations if there are none.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: description,
  })
  if (alarmTopicArn) alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(alarm, 'Topic', alarmTopicArn)))
}

/** Creates an alarm that a single message in the queue triggers. */
export const alarmOnDeadLetters = (
  scope: Construct,
  id: string,
  { queue, ...props }: Pick<OperatorAlarmProps, 'description' | 'alarmTopicArn'> & { readonly queue: Queue },
): void =>
  operatorAlarm(scope, id, {
    ...props,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
    threshold: 1,
  })
