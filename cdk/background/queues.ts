import { Duration, Validations } from 'aws-cdk-lib'
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'

const encrypted = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } satisfies QueueProps

/** A queue whose messages may arrive in any order and more than once. */
export const standard = encrypted

/** High-throughput FIFO: the messages of a group are handled one after the other, and groups do not wait for each other. */
export const fifo = {
  ...encrypted,
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  // Two jobs may have equal bodies. Explicit IDs identify the work that must not happen twice.
  contentBasedDeduplication: false,
} satisfies QueueProps

/** SQS's maximum. A crash on the first day of a holiday is still visible afterwards. */
const deadLettersRetention = Duration.days(14)

/** Creates a queue for what could not be processed. Each one has an alarm, so that a person learns of its first message. */
export const deadLetterQueue = (scope: Construct, id: string, kind: typeof standard | typeof fifo): Queue => {
  const queue = new Queue(scope, id, { ...kind, retentionPeriod: deadLettersRetention })
  Validations.of(queue).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'This queue is itself a dead-letter queue. No function reads it, and an alarm reports its first message.',
  })
  return queue
}

export interface ConsumptionProps {
  readonly queue: Queue
  readonly batchSize: number
  /** How many invocations may run at once. SQS's event source accepts at least 2. */
  readonly maxConcurrency: number
}

/** Invokes the function with the messages of the queue. The function reports which of them failed. */
export const consume = (
  scope: Construct,
  id: string,
  fn: CollectorFunction,
  { queue, batchSize, maxConcurrency }: ConsumptionProps,
): void => {
  fn.may(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queueArn)
  const mapping = new EventSourceMapping(scope, id, {
    target: fn,
    eventSourceArn: queue.queueArn,
    batchSize,
    maxConcurrency,
    reportBatchItemFailures: true,
  })
  Validations.of(mapping).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason:
      'Lambda supports this destination for streams and Kafka, but not for SQS. The redrive policy of the queue moves ' +
      'messages that failed to a dead-letter queue with an alarm.',
  })
  fn.acknowledgeNoDeadLetters(
    'Lambda polls the queue for this function. Its failures are handled by the redrive policy of the queue.',
  )
  // Lambda refuses the mapping if the role does not yet have permission to read the queue.
  if (fn.role) mapping.node.addDependency(fn.role)
}
