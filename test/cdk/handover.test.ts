import { beforeAll, describe, expect, it } from 'vitest'
import { type Resource, resourcesByPath, synthesised, type Templates } from './synthesised.ts'

let templates: Templates

beforeAll(() => {
  templates = synthesised()
})

const resource = (type: string, path: string): Resource => {
  const found = resourcesByPath(templates.collector, type).get(path)
  if (!found) throw new Error(`no ${type} at ${path}`)
  return found
}
const queue = (path: string) => resource('AWS::SQS::Queue', path).Properties
const arnOf = (path: string) => ({ 'Fn::GetAtt': [expect.stringMatching(`^${path.replace('/', '')}`), 'Arn'] })
const twoWeeks = 14 * 24 * 3600

describe('the queue of announcements', () => {
  it('the queue of announcements receives each announcement as it is, and keeps those that SNS or the function cannot handle', () => {
    const [subscription, ...more] = resourcesByPath(templates.collector, 'AWS::SNS::Subscription').values()
    expect(more).toEqual([])
    expect(subscription?.Properties).toMatchObject({
      Protocol: 'sqs',
      RawMessageDelivery: true,
      Endpoint: arnOf('Planning/Announced'),
      RedrivePolicy: { deadLetterTargetArn: arnOf('Planning/DeadLetters') },
    })
    expect(queue('Planning/Announced')).toMatchObject({
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Planning/DeadLetters'), maxReceiveCount: 3 },
    })
    expect(queue('Planning/DeadLetters')).toMatchObject({ MessageRetentionPeriod: twoWeeks })
  })

  it('the queue of announcements delays them, so that a reply is planned after the mail that it answers', () => {
    expect(queue('Planning/Announced').DelaySeconds).toBe(2)
  })

  it('the queue of announcements accepts messages only from the topic of announcements', () => {
    const { PolicyDocument } = resource('AWS::SQS::QueuePolicy', 'Planning/Announced/Policy').Properties as {
      PolicyDocument: { Statement: { Effect: string }[] }
    }
    expect(PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      expect.objectContaining({
        Action: 'sqs:SendMessage',
        Principal: { Service: 'sns.amazonaws.com' },
        Condition: {
          ArnEquals: { 'aws:SourceArn': { 'Fn::ImportValue': expect.stringContaining('AnnouncementsTopic') } },
        },
      }),
    ])
  })

  it('the queue of announcements hides a batch for longer than its function can work on it', () => {
    const { Timeout } = resource('AWS::Lambda::Function', 'Planning/Function').Properties
    expect(queue('Planning/Announced').VisibilityTimeout).toBe(6 * Number(Timeout))
    expect(resource('AWS::Lambda::EventSourceMapping', 'Planning/Announcements').Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    })
  })
})

describe('the delivery queue', () => {
  it('the delivery queue handles the wakes of a group one after the other, and keeps those that failed three times', () => {
    const fifo = { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
    expect(queue('DeliveryQueue/Wakes')).toMatchObject({
      ...fifo,
      ContentBasedDeduplication: false,
      RedrivePolicy: { deadLetterTargetArn: arnOf('DeliveryQueue/DeadLetters'), maxReceiveCount: 3 },
    })
    expect(queue('DeliveryQueue/DeadLetters')).toMatchObject({ ...fifo, MessageRetentionPeriod: twoWeeks })
  })

  it('the delivery queue wakes one conversation per invocation, and not again while its function may still run', () => {
    const longestAttempt = 60
    const { Timeout } = resource('AWS::Lambda::Function', 'Delivering/Function').Properties
    // The function starts attempts for 60 s.
    expect(Timeout).toBeGreaterThan(60 + longestAttempt)
    expect(queue('DeliveryQueue/Wakes').VisibilityTimeout).toBeGreaterThan(Number(Timeout))
    expect(resource('AWS::Lambda::EventSourceMapping', 'Delivering/Wakes').Properties).toMatchObject({
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: { Ref: 'MaxConcurrentDeliveries' } },
    })
  })
})

describe('the sweep of deliveries', () => {
  it('the sweep of deliveries runs every minute and ends before its next run', () => {
    expect(resource('AWS::Events::Rule', 'DeliverySweep/EveryMinute').Properties.ScheduleExpression).toBe(
      'rate(1 minute)',
    )
    expect(resource('AWS::Lambda::Function', 'DeliverySweep/Function').Properties.Timeout).toBe(60)
  })
})
