import { type CloudWatchClient, paginateDescribeAlarms, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import type { AlarmFacts, Alarms } from './cloud.ts'

export class AwsAlarms implements Alarms {
  readonly #cloudWatch: CloudWatchClient

  constructor(cloudWatch: CloudWatchClient) {
    this.#cloudWatch = cloudWatch
  }

  async list(stack: string): Promise<AlarmFacts[]> {
    const alarms: AlarmFacts[] = []
    const pages = paginateDescribeAlarms(
      { client: this.#cloudWatch },
      // CloudFormation starts the names of alarms with the name of their stack.
      { AlarmNamePrefix: `${stack}-`, AlarmTypes: ['MetricAlarm'] },
    )
    for await (const { MetricAlarms = [] } of pages)
      for (const { AlarmName, StateValue = '', ActionsEnabled, AlarmActions = [], OKActions = [] } of MetricAlarms) {
        const topicArn = AlarmActions.find((action) => isTopic(action) && OKActions.includes(action))
        if (AlarmName !== undefined && topicArn !== undefined && ActionsEnabled)
          alarms.push({ name: AlarmName, state: StateValue, topicArn })
      }
    return alarms
  }

  async set(name: string, state: 'ALARM' | 'OK', reason: string): Promise<void> {
    await this.#cloudWatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: reason }))
  }
}

const isTopic = (arn: string): boolean => arn.split(':')[2] === 'sns'
