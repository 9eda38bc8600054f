import * as z from 'zod'
import { count, type Deployment, flag } from '../assembly/deployment.ts'
import { unsupported } from '../common/errors.ts'
import type { FunctionPool } from '../lambda/function-pool.ts'

/** A function's SQS event source, as declared. */
export interface QueueMapping {
  readonly queueName: string
  readonly queueArn: string
  readonly queueUrl: string
  readonly pool: FunctionPool
  readonly batchSize: number
  readonly batchingWindowMs: number
  readonly maximumConcurrency: number
  readonly partialFailures: boolean
}

/**
 * If nothing is declared, Lambda starts with five concurrent pollers of a standard queue. More would only overload one
 * machine.
 */
const undeclaredConcurrency = 5

const properties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: count.min(1).max(10).default(10),
  MaximumBatchingWindowInSeconds: count.max(300).default(0),
  ScalingConfig: z.strictObject({ MaximumConcurrency: count.min(2).max(1000).optional() }).default({}),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Enabled: flag.default(true),
})

/** The enabled SQS event sources. `pools` is keyed by function ARN. */
export const readQueueMappings = (deployment: Deployment, pools: ReadonlyMap<string, FunctionPool>): QueueMapping[] => {
  const queues = deployment.ofType('AWS::SQS::Queue')
  return deployment.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    const declared = deployment.read(resource, properties)
    if (!declared.Enabled) return []
    const queue = queues.find((one) => deployment.attribute(one, 'Arn') === declared.EventSourceArn)
    const pool = [...pools.values()].find(({ settings }) =>
      [settings.name, settings.arn].includes(declared.FunctionName),
    )
    if (queue === undefined || pool === undefined) {
      throw unsupported(
        `${resource.path} connects ${declared.EventSourceArn} to ${declared.FunctionName}. The local run connects only queues and functions of the templates.`,
      )
    }
    const visibility = Number(queue.property('VisibilityTimeout') ?? 30) * 1000
    if (visibility < pool.settings.timeoutMs) {
      throw unsupported(
        `${queue.path} makes a message visible again before ${pool.settings.id} times out, which Lambda does not allow. Raise its VisibilityTimeout.`,
      )
    }
    return [
      {
        queueName: deployment.attribute(queue, 'QueueName'),
        queueArn: declared.EventSourceArn,
        queueUrl: deployment.physicalId(queue),
        pool,
        batchSize: declared.BatchSize,
        batchingWindowMs: declared.MaximumBatchingWindowInSeconds * 1000,
        maximumConcurrency: declared.ScalingConfig.MaximumConcurrency ?? undeclaredConcurrency,
        partialFailures: declared.FunctionResponseTypes.length > 0,
      },
    ]
  })
}
