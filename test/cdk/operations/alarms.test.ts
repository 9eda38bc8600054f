import { beforeAll, describe, expect, it } from 'vitest'
import { overdueAfter } from '../../../lib/overview/latest-tick.ts'
import { type Resource, resourcesByPath, synthesised, type Templates } from '../synthesised.ts'

let templates: Templates
let alarms: Map<string, Resource['Properties']>
const alarmsOf = ({ collector }: Templates) =>
  new Map(
    [...resourcesByPath(collector, 'AWS::CloudWatch::Alarm').values()].map(({ Properties }) => [
      String(Properties.AlarmName).replace(/^.*Collector-/, ''),
      Properties,
    ]),
  )

beforeAll(() => {
  templates = synthesised()
  alarms = alarmsOf(templates)
})

const alarm = (name: string): Resource['Properties'] => {
  const found = alarms.get(name)
  if (!found) throw new Error(`no alarm ${name}`)
  return found
}

describe('every alarm', () => {
  const noticesTopic = { 'Fn::ImportValue': expect.stringContaining('NoticesTopic') }

  it('every alarm tells the notices topic when it goes off and when it ends', () => {
    expect(alarms.size).toBeGreaterThan(20)
    for (const [name, { AlarmActions, OKActions }] of alarms) {
      expect(AlarmActions, name).toEqual([noticesTopic])
      expect(OKActions, name).toEqual([noticesTopic])
    }
  })

  it('every alarm is sent to the deployer’s topic instead if the context names one', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-central-1:111122223333:alarms'
    for (const [name, { AlarmActions, OKActions }] of alarmsOf(synthesised({ alarmTopicArn }))) {
      expect(AlarmActions, name).toEqual([alarmTopicArn])
      expect(OKActions, name).toEqual([alarmTopicArn])
    }
  })

  it('every alarm describes the impact and the action, and ends with a link into the runbook', () => {
    const longest = 1024 // of a description, in CloudWatch
    for (const [name, { AlarmDescription }] of alarms) {
      expect(AlarmDescription, name).toMatch(/^Impact: .+\. Action: .+\. Runbook: docs\/runbook\.md#[a-z0-9-]+$/)
      expect(String(AlarmDescription).length, name).toBeLessThanOrEqual(longest)
    }
  })

  it('every alarm links to the deployer’s copy of the runbook if the context names one', () => {
    const runbookUrl = 'https://git.example.com/postmaster/docs/runbook.md'
    for (const { AlarmDescription } of alarmsOf(synthesised({ runbookUrl })).values())
      expect(AlarmDescription).toContain(` Runbook: ${runbookUrl}#`)
    expect(() => synthesised({ runbookUrl: 'runbook' })).toThrow(/runbookUrl/)
  })

  it('every alarm has a name that begins with the name of its stack', () => {
    const { collector } = synthesised({ stage: 'test' })
    for (const { Properties } of resourcesByPath(collector, 'AWS::CloudWatch::Alarm').values()) {
      expect(Properties.AlarmName).toMatch(/^Postmaster-test-Collector-[A-Z][A-Za-z]+$/)
      expect([undefined, 'Postmaster/test', expect.stringMatching(/^AWS\//)]).toContainEqual(Properties.Namespace)
    }
  })
})

describe('the alarm on the schedule', () => {
  it('the alarm on the schedule goes off when the overview says that the schedule is not running, or without data', () => {
    expect(alarm('NoTick')).toMatchObject({
      MetricName: 'LatestTickAge',
      Statistic: 'Maximum',
      Threshold: overdueAfter,
      TreatMissingData: 'breaching',
      EvaluationPeriods: 1,
    })
  })
})

describe('the alarms on totals', () => {
  it.each([
    ['AccountFailing', 'dispatch', 'LongestFailing', 4 * 3600, 'ignore'],
    ['MailWaiting', 'fetch', 'OldestWaiting', 3600, 'notBreaching'],
    ['RawMailDiffers', 'fetch', 'RawMailDiffers', 1, 'notBreaching'],
    ['SecretSweepStopped', 'sweep-secrets', 'SecretSweepStopped', 1, 'notBreaching'],
    ['EndGrantsStopped', 'end-grants', 'EndGrantsStopped', 1, 'notBreaching'],
    ['OldestUndelivered', 'sweep-deliveries', 'OldestUndelivered', 1800, 'notBreaching'],
    ['DestinationsSuspended', 'sweep-deliveries', 'DestinationsSuspended', 1, 'notBreaching'],
    ['AgentsSilent', 'sweep-deliveries', 'AgentsSilent', 1, 'notBreaching'],
    ['DeliveriesQuarantined', 'sweep-deliveries', 'DeliveriesQuarantined', 1, 'notBreaching'],
    ['DeliveriesMissing', 'sweep-deliveries', 'DeliveriesMissing', 1, 'notBreaching'],
  ])('the alarm %s watches the total that the function %s records', (name, service, metric, threshold, missing) => {
    expect(alarm(name)).toMatchObject({
      Namespace: 'Postmaster',
      MetricName: metric,
      Dimensions: [{ Name: 'service', Value: service }],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: threshold,
      TreatMissingData: missing,
    })
  })

  it('the alarm on receivers goes off when three ticks in a row have found none', () => {
    expect(alarm('NoReceivers')).toMatchObject({
      MetricName: 'MailReceivers',
      Statistic: 'Maximum',
      Period: 3 * 600,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'ignore',
    })
  })

  it('the alarm on failed runs compares them with all runs, and ignores them if there were fewer than ten', () => {
    expect(alarm('RunsFail')).toMatchObject({ Threshold: 50, TreatMissingData: 'notBreaching' })
    const metrics = alarm('RunsFail').Metrics as { Id: string; Expression?: string; MetricStat?: unknown }[]
    expect(metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual(['IF(runs >= 10, 100 * failed / runs, 0)'])
    const statOf = (MetricName: string) => ({
      Metric: { Namespace: 'Postmaster', MetricName, Dimensions: [{ Name: 'service', Value: 'fetch' }] },
      Period: 1800,
      Stat: 'Sum',
    })
    expect(metrics.find(({ Id }) => Id === 'runs')?.MetricStat).toEqual(statOf('FetchRuns'))
    expect(metrics.find(({ Id }) => Id === 'failed')?.MetricStat).toEqual(statOf('FetchFailed'))
  })
})

describe('the alarms on resources of AWS', () => {
  const logicalIds = (type: string) => Object.keys(templates.collector.findResources(type))
  const dimension = (name: string, value: unknown) => ({ Name: name, Value: value })

  it('every dead-letter queue has an alarm that a single message triggers', () => {
    const queues = Object.entries(templates.collector.findResources('AWS::SQS::Queue'))
    const deadLetters = queues.filter(([, { Properties }]) => !('RedrivePolicy' in Properties)).map(([id]) => id)
    expect(deadLetters).toHaveLength(4)
    const watched = [...alarms.values()].filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible')
    expect(watched.map(({ Dimensions }) => JSON.stringify(Dimensions)).sort()).toEqual(
      deadLetters.map((id) => JSON.stringify([dimension('QueueName', { 'Fn::GetAtt': [id, 'QueueName'] })])).sort(),
    )
    for (const { Threshold, Period } of watched) expect([Threshold, Period]).toEqual([1, 300])
  })

  it('the alarm on the fetch queue goes off when its oldest job is older than 30 minutes', () => {
    const [jobs] = logicalIds('AWS::SQS::Queue').filter((id) => id.startsWith('FetchQueueJobs'))
    expect(alarm('FetchQueueStalls')).toMatchObject({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [dimension('QueueName', { 'Fn::GetAtt': [jobs, 'QueueName'] })],
      Threshold: 1800,
    })
  })

  it.each([
    ['DispatchFails', 'ScheduleFunction', 3],
    ['SweepDeliveriesFails', 'DeliverySweepFunction', 10],
    ['SweepSecretsFails', 'SecretSweepFunction', 3],
    ['EndGrantsFails', 'EndGrantsFunction', 3],
  ])(
    'the alarm %s goes off if the function fails for all attempts of an event, or again and again',
    (name, id, threshold) => {
      const [fn] = logicalIds('AWS::Lambda::Function').filter((logicalId) => logicalId.startsWith(id))
      expect(alarm(name)).toMatchObject({
        MetricName: 'Errors',
        Dimensions: [dimension('FunctionName', { Ref: fn })],
        Statistic: 'Sum',
        Period: 1800,
        Threshold: threshold,
      })
    },
  )

  it('the alarm on throttles watches every function between a mail server and a ticket system', () => {
    const { Metrics, EvaluationPeriods } = alarm('Throttled') as {
      Metrics: { MetricStat?: { Metric: { MetricName: string; Dimensions: { Value: { Ref: string } }[] } } }[]
      EvaluationPeriods: number
    }
    expect(EvaluationPeriods).toBe(3)
    const watched = Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))
    expect(watched.map(({ MetricName }) => MetricName)).toEqual(Array(5).fill('Throttles'))
    expect(watched.map(({ Dimensions }) => Dimensions[0]?.Value.Ref.replace(/Function.*/, ''))).toEqual([
      ...['Schedule', 'Fetching', 'Planning', 'Delivering', 'DeliverySweep'],
    ])
  })

  it.each([
    ['AnnouncementsUndelivered', 'AnnouncementsTopic'],
    ['NoticesUndelivered', 'NoticesTopic'],
  ])('the alarm %s watches the notifications that SNS could not deliver', (name, topic) => {
    expect(alarm(name)).toMatchObject({
      Namespace: 'AWS/SNS',
      MetricName: 'NumberOfNotificationsFailed',
      // arn:aws:sns:REGION:ACCOUNT:NAME
      Dimensions: [
        dimension('TopicName', {
          'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::ImportValue': expect.stringContaining(topic) }] }],
        }),
      ],
      Threshold: 1,
    })
  })

  it('the alarm on the API goes off when five requests fail within five minutes', () => {
    expect(alarm('ApiFails')).toMatchObject({
      Namespace: 'AWS/ApiGateway',
      MetricName: '5xx',
      Dimensions: [dimension('ApiId', { Ref: logicalIds('AWS::ApiGatewayV2::Api')[0] })],
      Statistic: 'Sum',
      Period: 300,
      Threshold: 5,
    })
  })
})
