import { Duration } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import type { CollectorFunction } from '../collector-function.ts'
import type { OperatorAlarm } from './alarms.ts'
import { fiveMinutes, lambdaMetric, type OwnMetrics } from './metrics.ts'

/** Lambda makes three attempts for an event, within a few minutes. Fewer errors mean that an attempt succeeded. */
const attemptsOfOneEvent = 3
/** The sweep of deliveries runs every minute, and the next one repeats its work. This many errors are ten bad minutes. */
const badMinutes = 10
/** Five minutes each. SQS and EventBridge repeat what a short burst throttled. */
const throttledPeriods = 3

/** The functions on whose concurrency the mail depends. Throttled requests to the API show in the alarm on the API. */
const mailPath = ['dispatch', 'fetch', 'plan-deliveries', 'deliver', 'sweep-deliveries'] as const

/** Alarms on functions that rules and queues invoke. Without an alarm, no one would notice that they fail. */
export const functionAlarms = (own: OwnMetrics, functionIn: (folder: string) => CollectorFunction): OperatorAlarm[] => [
  {
    name: 'Throttled',
    metric: throttlesOf(mailPath.map(functionIn)),
    threshold: 1,
    periods: throttledPeriods,
    impact: 'Mail arrives or is handed over late, because Lambda refuses to start functions. No mail is lost.',
    action:
      'Compare the Throttles of the functions on the dashboard. Ask AWS for more concurrent executions, or lower ' +
      'MaxConcurrentFetches and MaxConcurrentDeliveries so that their sum is at least four below the limit.',
    section: 'Functions are throttled',
  },
  failing('sweep-deliveries', functionIn, badMinutes, {
    impact:
      'Deliveries are late: nothing repeats them after a crash, and their figures and notices are missing. No mail is lost.',
    action: 'Read the log of the function sweep-deliveries, which names the failed step and the error.',
  }),
  failing('sweep-secrets', functionIn, attemptsOfOneEvent, {
    impact: 'Passwords of deleted accounts are not removed. Mail is not affected.',
    action: 'Read the log of the function sweep-secrets. The next sweep is a day later.',
  }),
  failing('end-grants', functionIn, attemptsOfOneEvent, {
    impact: 'Consents that an admin ended may still be valid at their provider. Mail is not affected.',
    action: 'Read the log of the function end-grants. The next attempt is at most 15 minutes later.',
  }),
  {
    name: 'SecretSweepStopped',
    // The sweep runs once a day, so the alarm lasts until a sweep has succeeded.
    metric: own.total('sweep-secrets', 'SecretSweepStopped', 'Sum', Duration.days(1)),
    threshold: 1,
    impact:
      'Unusually many secrets have no owner, so the daily sweep has deleted none of them. If accounts were lost from ' +
      'the tables, their passwords are still there. Mail is not affected.',
    action: 'Compare the ids in the log of the function sweep-secrets with the accounts before you confirm the sweep.',
    section: 'The secret sweep stops',
  },
  {
    name: 'EndGrantsStopped',
    metric: own.total('end-grants', 'EndGrantsStopped', 'Sum', Duration.minutes(30)),
    threshold: 1,
    impact:
      'Unusually many consents have no account, so the function has ended none of them. If the table of accounts was ' +
      'restored, the consents are still valid. Mail is not affected.',
    action: 'Restore the table of consents to the same time as the table of accounts.',
    section: 'Too many consents have no account',
  },
]

const throttlesOf = (functions: readonly CollectorFunction[]): MathExpression => {
  const metrics = functions.map((fn, index) => [`m${index}`, lambdaMetric(fn, 'Throttles')] as const)
  return new MathExpression({
    // SUM leaves out functions that were not invoked in a period.
    expression: `SUM([${metrics.map(([id]) => id).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics),
    label: 'Throttles',
    period: fiveMinutes,
  })
}

const failing = (
  folder: string,
  functionIn: (folder: string) => CollectorFunction,
  threshold: number,
  words: Pick<OperatorAlarm, 'impact' | 'action'>,
): OperatorAlarm => ({
  name: `${folder.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Fails`,
  metric: lambdaMetric(functionIn(folder), 'Errors', { period: Duration.minutes(30) }),
  threshold,
  ...words,
  section: 'A background function fails',
})
