import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts'
import { guardHeader } from './messaging.ts'
import { refusal } from './s3-rules.ts'
import { type ServiceCallObserver, serviceCall } from './service-calls.ts'
import { presignedUrlRefusal } from './signature.ts'

/**
 * Stands in front of fauxqs' S3 and lets through what it does right: fauxqs takes an unknown sub-resource for the plain
 * object (`PutObjectTagging` overwrites it with the XML). Refuses anonymous requests, and presigned URLs that have
 * expired or were changed. Bodies are streamed.
 */
export async function startS3Guard(options: {
  readonly upstream: { readonly url: string; readonly guardKey: string }
  readonly observer: ServiceCallObserver | undefined
  readonly now: () => Date
}): Promise<LoopbackServer> {
  const agent = new Agent({ keepAlive: true })
  const server = await listenOnLoopback(0, (request, response) => {
    const url = new URL(request.url ?? '/', 'http://local')
    const refused = refusalOf(request, url, options.now())
    if (refused !== undefined) return refuse(request, response, refused)
    Promise.resolve(options.observer?.(serviceCall('s3', request)))
      .then(() => forward(request, response, url, options.upstream, agent))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  return {
    ...server,
    close: async () => {
      await server.close()
      agent.destroy()
    },
  }
}

interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

function refusalOf(request: IncomingMessage, url: URL, now: Date): Refusal | undefined {
  const method = request.method ?? 'GET'
  const unknown = refusal(method, url, (request.url ?? '/').split('?')[0] ?? '/', Object.keys(request.headers))
  if (unknown !== undefined) return { status: 501, code: 'NotImplemented', message: `The local run's S3: ${unknown}.` }
  if (request.headers.authorization !== undefined) return undefined
  if (!url.searchParams.has('X-Amz-Signature')) return { status: 403, code: 'AccessDenied', message: 'Access Denied' }
  const header = (name: string): string => String(request.headers[name] ?? '')
  const reason = presignedUrlRefusal(method, url, header, now)
  if (reason === undefined) return undefined
  const code = reason.startsWith('The request signature') ? 'SignatureDoesNotMatch' : 'AccessDenied'
  return { status: 403, code, message: reason }
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, code, message }: Refusal): void {
  request.resume()
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  upstream: { readonly url: string; readonly guardKey: string },
  agent: Agent,
): void {
  const failed = (error: Error): void => {
    if (response.headersSent) response.destroy(error)
    else
      refuse(request, response, { status: 503, code: 'ServiceUnavailable', message: 'The object store did not answer' })
  }
  // A function that was killed takes its connection with it; its runner must not fall with it.
  if (request.destroyed) return
  const target = new URL(request.url ?? '/', upstream.url)
  const passed = httpRequest(
    target,
    {
      method: request.method ?? 'GET',
      headers: { ...request.headers, host: target.host, [guardHeader]: upstream.guardKey },
      agent,
    },
    (answer) => {
      if (response.destroyed) {
        answer.destroy()
        return
      }
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...overrides(url, answer.statusCode ?? 502) })
      pipeline(answer, response, (error) => error === undefined || response.destroy())
    },
  )
  passed.on('error', failed)
  pipeline(request, passed, (error) => error === undefined || passed.destroy())
}

/** `response-content-disposition` and its like, which a presigned URL carries and fauxqs leaves out. */
function overrides(url: URL, status: number): Record<string, string> {
  if (status >= 300) return {}
  const changed: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('response-')) changed[name.slice('response-'.length)] = value
  }
  return changed
}
