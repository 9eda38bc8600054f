import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A call from a function or a test to an emulated service, reported before it is served. */
export interface ServiceCall {
  readonly service: 'dynamodb' | 'messaging' | 's3' | 'secretsmanager' | 'kms'
  /** The caller, whose signature has been verified: a function's logical id, or the id with which a test signs. */
  readonly accessKeyId: string
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The operation of the JSON protocols, for example `PutItem`. Undefined for SNS and S3. */
  readonly operation: string | undefined
  /** The signed bytes. */
  readonly body: Buffer
}

/** Receives every service call. The call is delayed until a returned promise resolves. */
export type ServiceCallObserver = (call: ServiceCall) => void | Promise<void>

export const serviceCall = (
  service: ServiceCall['service'],
  accessKeyId: string,
  request: IncomingMessage,
  body: Buffer,
): ServiceCall => {
  const target = request.headers['x-amz-target']
  return {
    service,
    accessKeyId,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: request.headers,
    operation: typeof target === 'string' ? target.split('.').at(-1) : undefined,
    body,
  }
}
