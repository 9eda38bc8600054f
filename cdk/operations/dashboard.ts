import { Duration } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  type Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import { dashboardNameOf, fiveMinutes, lambdaMetric, type OwnMetrics } from './metrics.ts'

export interface DashboardProps {
  readonly own: OwnMetrics
  readonly alarms: readonly Alarm[]
  readonly fetchQueue: Queue
  readonly deliveryQueue: Queue
  readonly announcedQueue: Queue
  /** The functions that rules and queues invoke. Those of the API are shown together. */
  readonly background: readonly CollectorFunction[]
  readonly gateway: HttpApi
}

/** A row has three graphs. CloudWatch divides the width into 24 columns. */
const third = 8
const full = 24

/** The dashboard of the deployment, from the mail's arrival to its hand-over, with the alarms on top. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id)
    const { alarms } = props
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: dashboardNameOf(this),
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: full, height: 4 })],
        ...section('Mail flow and accounts', mailFlow(props)),
        ...section('Hand-over', handOver(props)),
        ...section('Queues', queues(props)),
        ...section('Functions', functions(props)),
        ...section('API', api(props)),
      ],
    })
  }
}

const section = (title: string, graphs: readonly IWidget[]): IWidget[][] => [
  [new TextWidget({ markdown: `## ${title}`, width: full, height: 1 })],
  ...Array.from({ length: Math.ceil(graphs.length / 3) }, (_, row) => graphs.slice(3 * row, 3 * row + 3)),
]

const graph = (title: string, left: IMetric[], leftLabel: string): IWidget =>
  new GraphWidget({ title, left, width: third, leftYAxis: { min: 0, label: leftLabel, showUnits: false } })

const mailFlow = ({ own }: DashboardProps): IWidget[] => [
  graph('Stored messages', [own.total('fetch', 'MessagesStored', 'Sum')], 'messages'),
  graph(
    'Fetch runs',
    [own.total('fetch', 'FetchRuns', 'Sum'), own.total('fetch', 'FetchFailed', 'Sum')],
    'runs per five minutes',
  ),
  graph('Failed runs by reason', [own.each('code', 'FetchFailed', 'Sum')], 'runs per five minutes'),
  graph(
    'Accounts',
    ['AccountsDue', 'AccountsFailing', 'ReauthorizationNeeded'].map((name) => own.total('dispatch', name, 'Maximum')),
    'accounts',
  ),
  graph(
    'Longest failing account, oldest waiting mail',
    [own.total('dispatch', 'LongestFailing', 'Maximum'), own.total('fetch', 'OldestWaiting', 'Maximum')],
    'seconds',
  ),
  graph('Age of the latest tick', [own.total('sweep-deliveries', 'LatestTickAge', 'Maximum')], 'ticks'),
]

const handOver = ({ own }: DashboardProps): IWidget[] => [
  graph(
    'Open deliveries',
    ['DeliveriesOpen', 'DeliveriesInDoubt', 'DeliveriesQuarantined'].map((name) =>
      own.total('sweep-deliveries', name, 'Maximum'),
    ),
    'deliveries',
  ),
  graph('Oldest delivery of each destination', [own.each('destination', 'OldestUndelivered', 'Maximum')], 'seconds'),
  graph(
    'Attempts to send to webhooks',
    ['AttemptsDelivered', 'AttemptsTemporary', 'AttemptsPermanent', 'AttemptsInDoubt'].map((name) =>
      own.total('deliver', name, 'Sum'),
    ),
    'attempts per five minutes',
  ),
  graph(
    'Destinations that do not work',
    ['DestinationsSuspended', 'AgentsSilent'].map((name) => own.total('sweep-deliveries', name, 'Maximum')),
    'destinations',
  ),
  graph('Receivers of mail', [own.total('dispatch', 'MailReceivers', 'Maximum')], 'receivers'),
]

const queues = ({ fetchQueue, announcedQueue, deliveryQueue }: DashboardProps): IWidget[] => {
  const named = [
    ['fetch jobs', fetchQueue],
    ['announcements', announcedQueue],
    ['wakes', deliveryQueue],
  ] as const
  const each = (metricOf: (queue: Queue, label: string) => IMetric) =>
    named.map(([name, queue]) => metricOf(queue, name))
  return [
    graph(
      'Waiting',
      each((queue, label) => queue.metricApproximateNumberOfMessagesVisible({ label, period: fiveMinutes })),
      'messages',
    ),
    graph(
      'Age of the oldest',
      each((queue, label) => queue.metricApproximateAgeOfOldestMessage({ label, period: fiveMinutes })),
      'seconds',
    ),
  ]
}

const functions = ({ background }: DashboardProps): IWidget[] => {
  const each = (metricOf: (fn: CollectorFunction) => Metric) =>
    background.map((fn) => metricOf(fn).with({ label: fn.folder }))
  return [
    graph(
      'Errors',
      each((fn) => lambdaMetric(fn, 'Errors')),
      'errors per five minutes',
    ),
    graph(
      'Throttles',
      each((fn) => lambdaMetric(fn, 'Throttles')),
      'throttles per five minutes',
    ),
    graph(
      'Longest duration',
      each((fn) => lambdaMetric(fn, 'Duration', { statistic: 'Maximum' })),
      'milliseconds',
    ),
  ]
}

const api = ({ gateway }: DashboardProps): IWidget[] => [
  graph('Requests', [gateway.metricCount({ statistic: 'Sum', period: fiveMinutes })], 'requests per five minutes'),
  graph(
    'Refused and failed requests',
    [
      gateway.metricClientError({ statistic: 'Sum', period: fiveMinutes }),
      gateway.metricServerError({ statistic: 'Sum', period: fiveMinutes }),
    ],
    'requests per five minutes',
  ),
  graph(
    'Latency',
    ['p50', 'p99'].map((statistic) => gateway.metricLatency({ statistic, label: statistic, period: fiveMinutes })),
    'milliseconds',
  ),
]
