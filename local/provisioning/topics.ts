import * as z from 'zod'
import { type Deployment, flag } from '../assembly/deployment.ts'
import { LocalError } from '../common/errors.ts'
import type { Messaging, QueueSubscription } from '../emulators/fauxqs/messaging.ts'

const subscriptionProperties = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  FilterPolicy: z.record(z.string(), z.unknown()).optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).optional(),
  RawMessageDelivery: flag.optional(),
})

/** Creates the topics and replaces their subscriptions with the declared ones. Only queues can be subscribed. */
export const provisionTopics = (deployment: Deployment, messaging: Messaging): string[] => {
  const subscriptions = new Map<string, QueueSubscription[]>()
  const arns: string[] = []
  for (const resource of deployment.ofType('AWS::SNS::Topic')) {
    const topicProperties = z.object({ FifoTopic: flag.optional() })
    const { FifoTopic } = deployment.read(resource, topicProperties, [
      'TopicName',
      'DisplayName',
      'KmsMasterKeyId',
      'TracingConfig',
    ])
    if (FifoTopic === true)
      throw new LocalError('assembly', `${resource.path} is a FIFO topic, which the local run does not support.`)
    const arn = deployment.physicalId(resource)
    messaging.createTopic(arn, deployment.attribute(resource, 'TopicName'))
    subscriptions.set(arn, [])
    arns.push(arn)
  }
  for (const resource of deployment.ofType('AWS::SNS::Subscription')) {
    const declared = deployment.read(resource, subscriptionProperties, ['Region', 'RedrivePolicy', 'DeliveryPolicy'])
    const ofTopic = subscriptions.get(declared.TopicArn)
    if (ofTopic === undefined || declared.Protocol !== 'sqs') {
      throw new LocalError(
        'assembly',
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
  return arns
}
