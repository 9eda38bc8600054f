import { Duration } from 'aws-cdk-lib'
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { OperatorAlarm } from './alarms.ts'
import { fiveMinutes, type OwnMetrics } from './metrics.ts'

/** Three ticks at the default rate, so that one bad minute of a network is not enough. */
const shareWindow = Duration.minutes(30)
/** Of fewer runs, one broken account is already a large share, and the alarm AccountFailing covers it. */
const fewestRuns = 10
/** In percent. Single accounts break for their own reasons. If half of them fail, the cause is common. */
const failingShare = 50
/** In seconds: half a working day. After an hour, a notice already named the account, and it has not been repaired since. */
const longestFailing = 4 * 3600
/** In seconds. A run that leaves mail on the server goes on at the next tick, so an hour means that it does not help. */
const longestWaiting = 3600
/** In seconds. Longer than two attempts of a job that was killed, each of which hides it for 570 seconds. */
const oldestJob = 30 * 60

/** Alarms on mail that is not collected. */
export const fetchAlarms = (own: OwnMetrics, fetchQueue: Queue): OperatorAlarm[] => [
  {
    name: 'RunsFail',
    metric: new MathExpression({
      expression: `IF(runs >= ${fewestRuns}, 100 * failed / runs, 0)`,
      usingMetrics: {
        runs: own.total('fetch', 'FetchRuns', 'Sum', shareWindow),
        failed: own.total('fetch', 'FetchFailed', 'Sum', shareWindow),
      },
      label: 'Failed runs in percent',
      period: shareWindow,
    }),
    threshold: failingShare,
    impact: `At least ${failingShare} % of the fetch runs of the last half hour have failed, so most mail arrives late. No mail is lost.`,
    action:
      'Find the common cause: group the failing accounts of the overview by their reason. One mail server or provider ' +
      'may be down, or a part of AWS, of which the code storage-failed is a sign.',
    section: 'Most runs fail',
  },
  {
    name: 'AccountFailing',
    metric: own.total('dispatch', 'LongestFailing', 'Maximum'),
    threshold: longestFailing,
    // With a long tick, most periods have no data. The latest tick then still counts.
    missing: TreatMissingData.IGNORE,
    impact: 'At least one mail account has not been fetched for four hours. Its mail stays on the mail server.',
    action:
      'Open the overview, or run `postmaster accounts list --health failing`. Follow the remedy of the account, or set ' +
      'the account to invalid if it is no longer needed.',
    section: 'An account fails for hours',
  },
  {
    name: 'MailWaiting',
    metric: own.total('fetch', 'OldestWaiting', 'Maximum', shareWindow),
    threshold: longestWaiting,
    periods: 2,
    impact: 'A run has ended although mail that is older than an hour still waits on the mail server.',
    action:
      'Find the account in the log of the function fetch, or with the command in the runbook, and read the events of its ' +
      'latest run. Usually, the mail server ends the session early.',
    section: 'Mail waits on a mail server',
  },
  {
    name: 'FetchQueueStalls',
    metric: fetchQueue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: fiveMinutes }),
    threshold: oldestJob,
    impact: 'Accounts are fetched late, because a job has waited in the fetch queue for 30 minutes. No mail is lost.',
    action:
      'Check the Throttles and the duration of the function fetch. If many servers do not answer or there are many ' +
      'accounts, raise MaxConcurrentFetches.',
    section: 'The fetch queue does not drain',
  },
  {
    name: 'RawMailDiffers',
    metric: own.total('fetch', 'RawMailDiffers', 'Sum'),
    threshold: 1,
    impact:
      'The bucket already contains other bytes under the id of a message. Postmaster has overwritten nothing, and the ' +
      'message stays on the mail server.',
    action:
      'Find the message with `postmaster quarantine list`, and compare the stored mail with the one on the server before ' +
      'you store it again.',
    section: 'The stored raw mail differs',
  },
]
