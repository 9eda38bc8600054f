import type { IncomingMessage } from 'node:http'

/** One call of a function (or a test) to an emulated service, seen before it is served. */
export interface ServiceCall {
  readonly service: 'dynamodb' | 'messaging' | 's3' | 'secretsmanager' | 'kms'
  /** The caller, whose signature has been checked: a function's logical id, or the id a test signs with. */
  readonly accessKeyId: string
  readonly method: string
  readonly path: string
  /** The JSON protocols' operation such as `PutItem`. SNS and S3 name none. */
  readonly operation: string | undefined
  /** As it was signed. */
  readonly body: Buffer
}

/** Sees every service call and may hold it back by its promise. */
export type ServiceCallObserver = (call: ServiceCall) => void | Promise<void>

export function serviceCall(
  service: ServiceCall['service'],
  accessKeyId: string,
  request: IncomingMessage,
  body: Buffer,
): ServiceCall {
  const target = request.headers['x-amz-target']
  return {
    service,
    accessKeyId,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    operation: typeof target === 'string' ? target.split('.').at(-1) : undefined,
    body,
  }
}
