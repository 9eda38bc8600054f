import type { IncomingMessage, RequestListener, Server } from 'node:http'

/** One call of a function (or a test) to an emulated service, seen before it is served. */
export interface ServiceCall {
  readonly service: 'dynamodb' | 'messaging' | 's3' | 'secretsmanager'
  /** The caller: a function's logical id, or what a test signs with. Undefined for an unsigned call. */
  readonly accessKeyId: string | undefined
  readonly method: string
  readonly path: string
  /** The JSON protocols' operation such as `PutItem`. SNS and S3 name none. */
  readonly operation: string | undefined
}

/** Sees every service call and may hold it back by its promise. */
export type ServiceCallObserver = (call: ServiceCall) => void | Promise<void>

export function serviceCall(service: ServiceCall['service'], request: IncomingMessage): ServiceCall {
  const target = request.headers['x-amz-target']
  return {
    service,
    accessKeyId: accessKeyId(request),
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    operation: typeof target === 'string' ? target.split('.').at(-1) : undefined,
  }
}

/**
 * Puts the observer in front of a server's own listener. `sort` may take a request out of it: `pass` is served unseen,
 * `refuse` not at all.
 */
export function observeServer(
  server: Server,
  service: ServiceCall['service'],
  observer: ServiceCallObserver | undefined,
  sort: (request: IncomingMessage) => 'observe' | 'pass' | 'refuse' = () => 'observe',
): void {
  const [original] = server.listeners('request')
  if (original === undefined) throw new Error(`the ${service} emulator has no request listener`)
  server.removeAllListeners('request')
  const listener: RequestListener = (request, response) => {
    const way = sort(request)
    if (way === 'refuse') {
      request.resume()
      response.writeHead(403).end()
      return
    }
    if (way === 'pass' || observer === undefined) {
      original.call(server, request, response)
      return
    }
    // The body waits in the socket until the original listener reads it.
    void Promise.resolve(observer(serviceCall(service, request)))
      .then(() => original.call(server, request, response))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))))
  }
  server.on('request', listener)
}

function accessKeyId(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization
  const signed = header === undefined ? undefined : /Credential=([^/,\s]+)\//.exec(header)?.[1]
  if (signed !== undefined) return signed
  const credential = new URL(request.url ?? '/', 'http://local').searchParams.get('X-Amz-Credential')
  return credential?.split('/')[0]
}
