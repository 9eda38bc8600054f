import * as z from 'zod'
import { count, type Deployment, flag } from '../assembly/deployment.ts'
import { unsupported } from '../common/errors.ts'
import type { Messaging, QueueSubscription } from '../emulators/fauxqs/messaging.ts'
import { AwsJsonError } from '../emulators/signed-calls/call-aws-json.ts'

const text = z.union([z.string(), z.boolean(), z.number()]).transform(String)

const properties = z.object({
  FifoQueue: flag.optional(),
  ContentBasedDeduplication: text.optional(),
  DelaySeconds: text.optional(),
  MaximumMessageSize: text.optional(),
  ReceiveMessageWaitTimeSeconds: text.optional(),
  VisibilityTimeout: text.optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: count }).optional(),
})

/**
 * Encryption at rest and retention have no local effect: a local queue keeps its messages. fauxqs deduplicates across
 * the whole queue, regardless of the scope, so two groups must not use the same deduplication id.
 */
const idle = [
  'QueueName',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MessageRetentionPeriod',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
]

/** Creates the queues that do not exist yet, and sets the declared attributes on the existing ones. */
export const provisionQueues = async (deployment: Deployment, messaging: Messaging): Promise<void> => {
  for (const resource of deployment.ofType('AWS::SQS::Queue')) {
    const { FifoQueue, RedrivePolicy, ...declared } = deployment.read(resource, properties, idle)
    const QueueName = deployment.attribute(resource, 'QueueName')
    if ((FifoQueue === true) !== QueueName.endsWith('.fifo')) {
      throw unsupported(
        `${resource.path} is named ${QueueName}. The name of a FIFO queue must end in .fifo, and the name of any other queue must not.`,
      )
    }
    const Attributes = {
      ...declared,
      ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    }
    try {
      await messaging.call('CreateQueue', {
        QueueName,
        Attributes: { ...Attributes, ...(FifoQueue === true && { FifoQueue: 'true' }) },
      })
    } catch (error) {
      if (!(error instanceof AwsJsonError) || !error.code.includes('QueueNameExists')) throw error
    }
    await messaging.call('SetQueueAttributes', { QueueUrl: deployment.physicalId(resource), Attributes })
  }
}

const subscriptionProperties = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  FilterPolicy: z.record(z.string(), z.unknown()).optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).optional(),
  RawMessageDelivery: flag.optional(),
})

/** Creates the topics and replaces their subscriptions with the declared ones. Only queues can be subscribed. */
export const provisionTopics = (deployment: Deployment, messaging: Messaging): void => {
  const subscriptions = new Map<string, QueueSubscription[]>()
  for (const resource of deployment.ofType('AWS::SNS::Topic')) {
    const topicProperties = z.object({ FifoTopic: flag.optional() })
    const { FifoTopic } = deployment.read(resource, topicProperties, [
      'TopicName',
      'DisplayName',
      'KmsMasterKeyId',
      'TracingConfig',
    ])
    if (FifoTopic === true) throw unsupported(`${resource.path} is a FIFO topic, which the local run does not support.`)
    const arn = deployment.physicalId(resource)
    messaging.createTopic(arn, deployment.attribute(resource, 'TopicName'))
    subscriptions.set(arn, [])
  }
  for (const resource of deployment.ofType('AWS::SNS::Subscription')) {
    const declared = deployment.read(resource, subscriptionProperties, ['Region', 'RedrivePolicy', 'DeliveryPolicy'])
    const ofTopic = subscriptions.get(declared.TopicArn)
    if (ofTopic === undefined || declared.Protocol !== 'sqs') {
      throw unsupported(
        `${resource.path} subscribes ${declared.Protocol} to ${declared.TopicArn}. The local run supports only queues that subscribe to topics of the templates.`,
      )
    }
    ofTopic.push({
      queueArn: declared.Endpoint,
      attributes: {
        ...(declared.FilterPolicy !== undefined && { FilterPolicy: JSON.stringify(declared.FilterPolicy) }),
        ...(declared.FilterPolicyScope !== undefined && { FilterPolicyScope: declared.FilterPolicyScope }),
        ...(declared.RawMessageDelivery !== undefined && { RawMessageDelivery: String(declared.RawMessageDelivery) }),
      },
    })
  }
  for (const [arn, ofTopic] of subscriptions) messaging.setSubscriptions(arn, ofTopic)
}
