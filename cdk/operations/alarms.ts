import { Stack } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

/** An alarm as its subject describes it. */
export interface OperatorAlarm {
  /** Unique in the deployment. The alarm's name is the name of the stack, a hyphen and this name. */
  readonly name: string
  readonly metric: IMetric
  /** The lowest value that triggers the alarm. With `below`, every value below it does. */
  readonly threshold: number
  readonly below?: boolean
  /** How many periods of the metric in a row must reach the threshold. 1 by default. */
  readonly periods?: number
  /**
   * What a period without data means. By default, nothing is wrong: SQS sends no metrics for a queue that has not been
   * used for hours, and Lambda none for a function that is not invoked.
   */
  readonly missing?: TreatMissingData
  /** What it means for the mail. */
  readonly impact: string
  /** What a person does. */
  readonly action: string
  /** The title of the section in docs/runbook.md. */
  readonly section: string
}

export interface AlarmsProps {
  /** Where an alarm is sent when it goes off and when it ends. */
  readonly topicArn: string
  /** The address of docs/runbook.md, to which the name of a section is added. */
  readonly runbookUrl: string
  readonly alarms: readonly OperatorAlarm[]
}

/** Creates the alarms, which tell the topic when they go off and when they end. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[]

  constructor(scope: Construct, id: string, { topicArn, runbookUrl, alarms }: AlarmsProps) {
    super(scope, id)
    const action = new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn))
    this.all = alarms.map(({ name, metric, threshold, below = false, periods = 1, missing, ...words }) => {
      const alarm = new Alarm(this, name, {
        alarmName: `${Stack.of(this).stackName}-${name}`,
        alarmDescription: descriptionOf(words, runbookUrl),
        metric,
        threshold,
        comparisonOperator: below
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
      })
      alarm.addAlarmAction(action)
      // Without it, a person who repaired something would have to check whether it helped.
      alarm.addOkAction(action)
      return alarm
    })
  }
}

const descriptionOf = (
  { impact, action, section }: Pick<OperatorAlarm, 'impact' | 'action' | 'section'>,
  runbookUrl: string,
): string => `Impact: ${impact} Action: ${action} Runbook: ${runbookUrl}#${anchorOf(section)}`

/** @returns the anchor that GitHub and GitLab give a heading */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
