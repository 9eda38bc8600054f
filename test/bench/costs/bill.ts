import type { Measured } from './measure.ts'
import { prices } from './prices.ts'
import { noUsage, totalOf, type Usage } from './usage.ts'

/** What a deployment does in a month, and what cannot be measured without AWS. */
export interface Load {
  readonly accounts: number
  /** New messages of each account in a month. */
  readonly messages: number
  /** KB. */
  readonly messageSize: number
  readonly tickMinutes: number
  /** Whether the accounts use OAuth2 instead of passwords. */
  readonly tokens: boolean
  /** Destinations to which each message is handed over. */
  readonly destinations: number
}

/** What the templates contain. */
export interface Fixed {
  /** Metrics that alarms read. */
  readonly alarmMetrics: number
  readonly dashboards: number
}

export interface Bill {
  readonly lines: Readonly<Record<string, number>>
  readonly total: number
}

const minutesPerMonth = 730 * 60

/**
 * Assumptions, because a local run does not predict times in AWS. Seconds of an invocation, and GB of memory, by the
 * logical id of the function. A fetch of an empty mailbox needs five round trips (docs/benchmarks.md) and the rest is
 * TLS, the password and the rows.
 */
export const assumed: Readonly<Record<string, { readonly seconds: number; readonly memory: number }>> = {
  ScheduleFunction: { seconds: 2, memory: 1 },
  FetchingFunction: { seconds: 2, memory: 0.5 },
  DeliverySweepFunction: { seconds: 0.3, memory: 0.5 },
  EndGrantsFunction: { seconds: 0.5, memory: 0.25 },
  SecretSweepFunction: { seconds: 5, memory: 0.25 },
  PlanningFunction: { seconds: 0.3, memory: 0.5 },
  DeliveringFunction: { seconds: 0.5, memory: 0.5 },
}
/** Seconds for each message of a run, beyond the fetch of an empty mailbox. */
const secondsPerMessage = 0.05
/** Bytes of Lambda's own log lines for each invocation. */
const platformLog = 800
/** GB of all rows about one message, with their index entries. */
const rowsPerMessage = 6 / 1024 ** 2
/** Lambda asks each queue with five connections that wait for 20 seconds. The deployment has three queues. */
const pollingRequests = (3 * 5 * minutesPerMonth * 60) / 20
/** SNS asks KMS for a new data key about every five minutes for each of two topics and each sender. */
const topicKeyRequests = (2 * 2 * minutesPerMonth) / 5
/** Requests of people, the page and agents. */
const apiRequests = 200_000

/** The costs of a month in US dollars, by service. */
export const billOf = (measured: Measured, load: Load, fixed: Fixed): Bill => {
  const { accounts, messages, messageSize, tickMinutes, tokens, destinations } = load
  const allMessages = accounts * messages
  const deliveries = allMessages * destinations
  const ticks = minutesPerMonth / tickMinutes
  const polls = ticks * accounts
  const usage = totalOf([
    [measured.tick, ticks],
    [measured.sweep, minutesPerMonth],
    [measured.endGrants, minutesPerMonth / 15],
    [measured.secretSweep, 30],
    [tokens ? measured.tokenPoll : measured.poll, polls],
    [measured.message, allMessages],
    [destinations > 0 ? measured.delivery : noUsage(), deliveries],
  ])
  const gigabytes = (allMessages * messageSize) / 1024 ** 2
  const invocations = Object.values(usage.invocations).reduce((sum, count) => sum + count, 0)
  const lines = {
    'Secrets Manager': (tokens ? 1 : accounts) * prices.secretPerMonth + usage.secretReads * prices.secretRead,
    Lambda: lambdaCosts(usage, allMessages),
    DynamoDB:
      usage.writeUnits * prices.writeUnit +
      usage.readUnits * prices.readUnit +
      allMessages * rowsPerMessage * prices.tableStorage,
    S3: usage.s3Writes * prices.s3Write + usage.s3Reads * prices.s3Read + gigabytes * prices.s3Storage,
    'SQS and SNS':
      // Each job is sent, received and deleted.
      (usage.sqsSends + 2 * queued(usage) + pollingRequests) * prices.sqsFifo + usage.snsPublishes * prices.snsPublish,
    KMS: prices.keyPerMonth + (usage.kmsRequests + topicKeyRequests) * prices.kmsRequest,
    'API Gateway': apiRequests * prices.apiRequest,
    CloudWatch:
      (measured.metrics.always + destinations * measured.metrics.perDestination) * prices.metricPerMonth +
      fixed.alarmMetrics * prices.alarmPerMonth +
      fixed.dashboards * prices.dashboardPerMonth +
      ((usage.logBytes + invocations * platformLog) / 1024 ** 3) * prices.logs,
  }
  return { lines, total: Object.values(lines).reduce((sum, one) => sum + one, 0) }
}

const lambdaCosts = (usage: Usage, messages: number): number =>
  Object.entries(usage.invocations).reduce(
    (sum, [name, count]) => {
      const { seconds, memory } = assumed[name] ?? { seconds: 0.1, memory: 0.5 }
      return sum + count * (prices.lambdaRequest + seconds * memory * prices.lambdaSecond)
    },
    messages * secondsPerMessage * 0.5 * prices.lambdaSecond,
  )

const queued = ({ invocations }: Usage): number =>
  ['FetchingFunction', 'PlanningFunction', 'DeliveringFunction'].reduce(
    (sum, name) => sum + (invocations[name] ?? 0),
    0,
  )
