import { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { operatorAlarm } from '../background/operator-alarm.ts'
import { deploymentNames } from '../deployment-names.ts'

interface Figure {
  readonly threshold: number
  readonly description: string
}

/**
 * What the sweep (functions/sweep-deliveries) counts every minute, and when a person must act. The metrics without the dimension `destination` cover
 * all destinations, because destinations are created at run time.
 */
const figures: Readonly<Record<string, Figure>> = {
  OldestUndelivered: {
    // In seconds. A working destination receives a message within seconds, and a retry within minutes.
    threshold: 30 * 60,
    description:
      'Impact: At least one message has not reached its destination for 30 minutes. It is kept and handed over later. ' +
      'Action: List the open deliveries with `postmaster deliveries list`. If all of them belong to one destination, ' +
      'check it with `postmaster destinations show`. If they wait without an attempt, check the Throttles of the deliver ' +
      'function.',
  },
  DestinationsSuspended: {
    threshold: 1,
    description:
      'Impact: A destination has failed for 24 hours or wants no further requests, so its mail waits. No mail is lost. ' +
      'Action: Find the destination and the reason with `postmaster destinations list`. Repair it, and then test it with ' +
      '`postmaster destinations test`. Deliveries resume with the next successful probe, at most an hour later.',
  },
  AgentsSilent: {
    threshold: 1,
    description:
      'Impact: No agent has collected the mail of a destination for 15 minutes, so its mail waits. No mail is lost. ' +
      'Action: Find the destination with `postmaster destinations list`, and check the agent on its machine: whether it ' +
      'runs, whether it reaches the API, and whether its token was revoked.',
  },
  DeliveriesQuarantined: {
    threshold: 1,
    description:
      'Impact: At least one message is not stored, or not handed over, until a person decides. Other messages are not ' +
      'affected. Action: List the quarantine with `postmaster quarantine list`, which shows each reason and remedy. Then ' +
      'retry or handle each entry.',
  },
  DeliveriesMissing: {
    threshold: 1,
    description:
      'Impact: A planned delivery had no row, or a message was not planned within 15 minutes. The sweep creates what is ' +
      'missing, so the message arrives late. ' +
      'Action: Read the errors of the plan-deliveries and sweep-deliveries functions. If the alarm repeats, a defect ' +
      'loses rows: keep the logs, and report it.',
  },
}

/** Creates the alarms on the figures of the sweep. */
export const alarmOnDeliveries = (scope: Construct, id: string, alarmTopicArn: string | undefined): void => {
  const alarms = new Construct(scope, id)
  const namespace = deploymentNames(scope).metricsNamespace
  for (const [metricName, { threshold, description }] of Object.entries(figures))
    operatorAlarm(alarms, metricName, {
      metric: new Metric({
        namespace,
        metricName,
        dimensionsMap: { service: 'sweep-deliveries' },
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold,
      description,
      alarmTopicArn,
    })
}
