import { Duration } from 'aws-cdk-lib'
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { CollectorFunction } from '../collector-function.ts'
import type { OperatorAlarm } from './alarms.ts'
import { lambdaMetric, type OwnMetrics } from './metrics.ts'

/**
 * In ticks: 25 minutes at the default rate. The overview uses the same limit (lib/overview/latest-tick.ts). CloudWatch
 * cannot calculate a number of periods from the parameter TickMinutes, so the sweep of deliveries measures the age of
 * the latest tick in ticks.
 */
const overdueAfter = 2.5
/** Lambda makes three attempts for an event, within a few minutes. Fewer errors mean that an attempt succeeded. */
const attemptsOfOneEvent = 3

/** Alarms on the schedule, without which no account is fetched. */
export const scheduleAlarms = (own: OwnMetrics, dispatch: CollectorFunction): OperatorAlarm[] => [
  {
    name: 'NoTick',
    metric: own.total('sweep-deliveries', 'LatestTickAge', 'Maximum'),
    threshold: overdueAfter,
    // The sweep runs every minute. If it does not, nothing watches the schedule, and deliveries are not repaired.
    missing: TreatMissingData.BREACHING,
    impact:
      'No account is fetched automatically, because the schedule has missed two ticks, or because the function that ' +
      'watches it does not run. No mail is lost: it stays on the mail servers.',
    action:
      'Check that the rules of the functions dispatch and sweep-deliveries are enabled, and read the logs of both ' +
      'functions. The alarm also goes off once right after the first deployment, until the first minute is over.',
    section: 'No tick arrives',
  },
  {
    name: 'DispatchFails',
    metric: lambdaMetric(dispatch, 'Errors', { period: Duration.minutes(30) }),
    threshold: attemptsOfOneEvent,
    impact: 'At least one account is fetched a tick late, or later if this repeats. No mail is lost.',
    action: 'Read the log of the function dispatch, which names the failed step, the error and some of the accounts.',
    section: 'A tick fails',
  },
]
