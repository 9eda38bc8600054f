import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ApiSettings } from './api-settings.ts'
import type { MatchedRoute } from './route-table.ts'

export interface ProxyRequest {
  readonly request: IncomingMessage
  readonly body: Buffer
  /** Percent-decoded, like the `rawPath` that an HTTP API passes. */
  readonly path: string
  readonly query: string
  readonly matched: MatchedRoute
  readonly authorizer: { readonly claims: Record<string, string>; readonly scopes: string[] | null } | undefined
  readonly now: Date
}

/** Creates an event in payload format 2.0. */
export const proxyEvent = (
  api: ApiSettings,
  { request, body, path, query, matched, authorizer, now }: ProxyRequest,
  accountId: string,
): object => {
  const { cookie, ...headers } = request.headers
  const parameters = new URLSearchParams(query)
  const host = request.headers.host ?? ''
  const text = isText(request.headers['content-type'])
  return {
    version: '2.0',
    routeKey: matched.route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
    ),
    ...(query !== '' && {
      queryStringParameters: Object.fromEntries(
        [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
      ),
    }),
    requestContext: {
      accountId,
      apiId: api.id,
      ...(authorizer !== undefined && { authorizer: { jwt: authorizer } }),
      domainName: host.split(':')[0],
      domainPrefix: host.split('.')[0],
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: matched.route.key,
      stage: api.stage,
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(matched.pathParameters).length > 0 && { pathParameters: matched.pathParameters }),
    ...(api.stageVariables !== undefined && { stageVariables: api.stageVariables }),
    ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  }
}

/** Returns true for the types that API Gateway passes as text. It encodes all others in base64. */
const isText = (contentType = ''): boolean => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  return type.startsWith('text/') || ['application/json', 'application/javascript', 'application/xml'].includes(type)
}

/** For example `22/Nov/2026:17:02:05 +0000`. */
const logTime = (now: Date): string => {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
}
