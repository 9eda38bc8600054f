import type { ServiceCall } from '../signed-calls/service-call.ts'

/**
 * What goes wrong with a call to a service:
 *
 * - `throttled`: the service refuses the call, as it does if too many arrive.
 * - `failed`: the service refuses the call with an internal error.
 * - `answer-lost`: the call has its effect, and the connection ends before the answer.
 * - `partly-done`: a batch is done for the first half of its entries, and the answer names the others.
 * - `index-behind`: a query of an index finds nothing, as if DynamoDB had not yet added anything to the index. Global
 *   secondary indexes are eventually consistent.
 */
export type Fault = 'throttled' | 'failed' | 'answer-lost' | 'partly-done' | 'index-behind'

/** Decides for each call what goes wrong with it. It is asked once for every attempt of a client. */
export type FaultPlan = (call: ServiceCall) => Fault | undefined

/**
 * The operation of a call, for example `PutItem`, `PublishBatch` or `PutObject`. For S3 operations that clients do not
 * name, it is the method with the parameters, for example `POST uploads`.
 */
export const operationOf = ({ service, operation, method, path, body }: ServiceCall): string => {
  if (operation !== undefined) return operation
  if (service !== 's3') return new URLSearchParams(body.toString()).get('Action') ?? ''
  const query = new URL(`http://local${path}`).searchParams
  return query.get('x-id') ?? [method, ...query.keys()].join(' ')
}
