import * as z from 'zod'
import { count, type Deployment, flag } from '../assembly/deployment.ts'
import { LocalError } from '../common/errors.ts'
import type { Messaging } from '../emulators/fauxqs/messaging.ts'
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
export const provisionQueues = async (deployment: Deployment, messaging: Messaging): Promise<string[]> => {
  const names: string[] = []
  for (const resource of deployment.ofType('AWS::SQS::Queue')) {
    const { FifoQueue, RedrivePolicy, ...declared } = deployment.read(resource, properties, idle)
    const QueueName = deployment.attribute(resource, 'QueueName')
    if ((FifoQueue === true) !== QueueName.endsWith('.fifo')) {
      throw new LocalError(
        'assembly',
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
    names.push(QueueName)
  }
  return names
}
