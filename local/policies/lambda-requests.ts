import * as z from 'zod'
import type { Deployment } from '../assembly/deployment.ts'
import { unsupported } from '../common/errors.ts'
import { type AccessRequest, arnOf, type Place, UnknownCall } from './access-request.ts'
import type { Caller, PolicyCheck } from './policy-check.ts'

/** A request that Lambda itself makes with the role of a function. */
interface LambdaRequest extends Pick<AccessRequest, 'action' | 'resource'> {
  readonly functionId: string
  readonly purpose: string
}

export interface LoggingCaller extends Caller {
  readonly arn: string
  readonly logGroup: string
}

/**
 * Checks that each role allows what Lambda does with it: write the log, read the function's queue, and send failed
 * events to their destination. AWS checks the last two during a deployment.
 * @throws LocalError if a role lacks a permission
 */
export const checkLambdaRequests = (
  deployment: Deployment,
  callers: readonly LoggingCaller[],
  policies: PolicyCheck,
  place: Place,
): void => {
  const functionOf = (nameOrArn: string): LoggingCaller[] =>
    callers.filter(({ name, arn }) => name === nameOrArn || arn === nameOrArn)
  const requests = [
    ...callers.flatMap((caller) => logRequests(caller, place)),
    ...mappings(deployment).flatMap(({ FunctionName, EventSourceArn }) =>
      functionOf(FunctionName).flatMap(({ id }) => queueRequests(id, EventSourceArn)),
    ),
    ...destinations(deployment).flatMap(({ FunctionName, destination }) =>
      functionOf(FunctionName).map(({ id }) => destinationRequest(id, destination)),
    ),
  ]
  for (const { functionId, purpose, action, resource } of requests) {
    const denied = policies.checkFor(functionId, { action, resource, keys: {} })
    if (denied !== undefined)
      throw unsupported(
        `The role of ${functionId} does not let Lambda ${purpose}. ${denied}. Add the permission in cdk/.`,
      )
  }
}

const logRequests = ({ id, logGroup }: LoggingCaller, place: Place): LambdaRequest[] =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    functionId: id,
    purpose: 'write the log',
    action,
    resource: arnOf('logs', place, `log-group:${logGroup}:log-stream:any`),
  }))

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const queueRequests = (functionId: string, resource: string): LambdaRequest[] =>
  ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].map((action) => ({
    functionId,
    purpose: 'read the queue',
    action,
    resource,
  }))

const destinationRequest = (functionId: string, resource: string): LambdaRequest => {
  const action = { sqs: 'sqs:SendMessage', sns: 'sns:Publish' }[resource.split(':')[2] ?? '']
  if (action === undefined) throw new UnknownCall(`a destination for failed events such as ${resource}`)
  return { functionId, purpose: 'send failed events to their destination', action, resource }
}

const mappingSchema = z.object({ FunctionName: z.string(), EventSourceArn: z.string() })

const mappings = (deployment: Deployment) =>
  deployment
    .ofType('AWS::Lambda::EventSourceMapping')
    .map(({ property }) =>
      mappingSchema.parse({ FunctionName: property('FunctionName'), EventSourceArn: property('EventSourceArn') }),
    )

const targetSchema = z.object({ Destination: z.string() })
const destinationSchema = z
  .object({ OnFailure: targetSchema.optional(), OnSuccess: targetSchema.optional() })
  .default({})

const destinations = (deployment: Deployment) =>
  deployment.ofType('AWS::Lambda::EventInvokeConfig').flatMap(({ property }) => {
    const { OnFailure, OnSuccess } = destinationSchema.parse(property('DestinationConfig'))
    return [OnFailure, OnSuccess].flatMap((target) =>
      target === undefined ? [] : [{ FunctionName: String(property('FunctionName')), destination: target.Destination }],
    )
  })
