import * as z from 'zod'
import type { InterceptedCall } from '../signed-calls/serve-service.ts'
import type { ServiceCall } from '../signed-calls/service-call.ts'
import { changeAnswer, loseAnswer } from './changed-answer.ts'
import type { Fault, FaultPlan } from './fault.ts'
import { servePartly } from './part-of-batch.ts'

type ServiceName = 'dynamodb' | 'sqs' | 'sns' | 's3' | 'secretsmanager' | 'kms'

/**
 * The services' own errors, as their API references list them. The clients repeat calls that failed with one of these.
 */
const errors: Readonly<Record<'throttled' | 'failed', Readonly<Record<ServiceName, readonly [number, string]>>>> = {
  throttled: {
    dynamodb: [400, 'ThrottlingException'],
    sqs: [400, 'ThrottlingException'],
    sns: [429, 'Throttled'],
    s3: [503, 'SlowDown'],
    secretsmanager: [400, 'ThrottlingException'],
    kms: [400, 'ThrottlingException'],
  },
  failed: {
    dynamodb: [500, 'InternalServerError'],
    sqs: [500, 'InternalError'],
    sns: [500, 'InternalError'],
    s3: [500, 'InternalError'],
    secretsmanager: [500, 'InternalServiceError'],
    kms: [500, 'KMSInternalException'],
  },
}

/** Makes the calls fail that the plan chooses. The others are served. */
export const injectFaults =
  (plan: FaultPlan) =>
  (intercepted: InterceptedCall): boolean => {
    const fault = plan(intercepted.call)
    if (fault !== undefined) inject(fault, intercepted)
    return fault !== undefined
  }

const inject = (fault: Fault, { call, response, serve, refuse }: InterceptedCall): void => {
  if (fault === 'answer-lost') {
    loseAnswer(response)
    serve(call.body)
  } else if (fault === 'partly-done') {
    servePartly(call, response, serve)
  } else if (fault === 'index-behind') {
    if (indexOf(call) === undefined) throw new Error(`${call.operation} is not a query of an index.`)
    changeAnswer(response, () => JSON.stringify({ Items: [], Count: 0, ScannedCount: 0 }))
    serve(call.body)
  } else {
    const [status, code] = errors[fault][serviceOf(call)]
    refuse({ status, code, message: `The test makes this call end with ${code}.` })
  }
}

const querySchema = z.object({ IndexName: z.string().optional() })

/** The index that a call queries. Undefined for all other calls. */
export const indexOf = ({ operation, body }: ServiceCall): string | undefined =>
  operation === 'Query' ? querySchema.parse(JSON.parse(body.toString())).IndexName : undefined

const serviceOf = ({ service, operation }: ServiceCall): ServiceName => {
  if (service !== 'messaging') return service
  return operation === undefined ? 'sns' : 'sqs'
}
