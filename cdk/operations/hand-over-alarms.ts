import { Duration } from 'aws-cdk-lib'
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { OperatorAlarm } from './alarms.ts'
import type { OwnMetrics } from './metrics.ts'

/** In seconds. A working destination receives a message within seconds, and a retry within minutes. */
const longestUndelivered = 30 * 60
/** At least three ticks at the default rate, so that a receiver may be replaced without an alarm. */
const receiversWindow = Duration.minutes(30)

/**
 * Alarms on mail that is stored but does not reach a ticket system. The sweep counts every minute, and its metrics
 * without the dimension `destination` cover all destinations, because destinations are created at run time.
 */
export const handOverAlarms = (own: OwnMetrics): OperatorAlarm[] => [
  {
    name: 'NoReceivers',
    metric: own.total('dispatch', 'MailReceivers', 'Maximum', receiversWindow),
    threshold: 1,
    below: true,
    // With a long tick, most periods have no data. The latest tick then still counts.
    missing: TreatMissingData.IGNORE,
    impact:
      'Mail is collected and stored, but no ticket system receives it: there is neither a valid destination nor a ' +
      'confirmed subscription of the announcement topic. No mail is lost.',
    action: 'Create or enable a destination, or subscribe to the announcement topic and confirm the subscription.',
    section: 'The mail has no receiver',
  },
  {
    name: 'OldestUndelivered',
    metric: own.total('sweep-deliveries', 'OldestUndelivered', 'Maximum'),
    threshold: longestUndelivered,
    impact: 'At least one message has not reached its destination for 30 minutes. It is kept and handed over later.',
    action:
      'List the open deliveries with `postmaster deliveries list`. If all of them belong to one destination, ' +
      'check it with `postmaster destinations show`. If they wait without an attempt, check the Throttles of the deliver ' +
      'function.',
    section: 'Mail waits for 30 minutes',
  },
  {
    name: 'DestinationsSuspended',
    metric: own.total('sweep-deliveries', 'DestinationsSuspended', 'Maximum'),
    threshold: 1,
    impact: 'A destination has failed for 24 hours or wants no further requests, so its mail waits. No mail is lost.',
    action:
      'Find the destination and the reason with `postmaster destinations list`. Repair it, and then test it with ' +
      '`postmaster destinations test`. Deliveries resume with the next successful probe, at most an hour later.',
    section: 'A destination is suspended',
  },
  {
    name: 'AgentsSilent',
    metric: own.total('sweep-deliveries', 'AgentsSilent', 'Maximum'),
    threshold: 1,
    impact: 'No agent has collected the mail of a destination for 15 minutes, so its mail waits. No mail is lost.',
    action:
      'Find the destination with `postmaster destinations list`, and check the agent on its machine: whether it ' +
      'runs, whether it reaches the API, and whether its token was revoked.',
    section: 'An agent is silent',
  },
  {
    name: 'DeliveriesQuarantined',
    metric: own.total('sweep-deliveries', 'DeliveriesQuarantined', 'Maximum'),
    threshold: 1,
    impact:
      'At least one message is not stored, or not handed over, until a person decides. Other messages are not affected.',
    action:
      'List the quarantine with `postmaster quarantine list`, which shows each reason and remedy. Then ' +
      'retry or handle each entry.',
    section: 'The quarantine is not empty',
  },
  {
    name: 'DeliveriesMissing',
    metric: own.total('sweep-deliveries', 'DeliveriesMissing', 'Maximum'),
    threshold: 1,
    impact:
      'A planned delivery had no row, or a message was not planned within 15 minutes. The sweep creates what is ' +
      'missing, so the message arrives late.',
    action:
      'Read the errors of the plan-deliveries and sweep-deliveries functions. If the alarm repeats, a defect ' +
      'loses rows: keep the logs, and report it.',
    section: 'The balance is off',
  },
]
