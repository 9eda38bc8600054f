import type { IncomingMessage, ServerResponse } from 'node:http'
import { unsupported } from '../common/errors.ts'
import type { LocalEvent } from '../common/local-event.ts'
import { readBody } from '../common/loopback-server.ts'
import type { FunctionPool } from '../lambda/function-pool.ts'
import type { ApiSettings } from './api-settings.ts'
import { type Authorization, type Authorizer, jwtAuthorizer } from './jwt-authorizer.ts'
import type { LocalIssuer } from './local-issuer.ts'
import { proxyEvent } from './proxy-event.ts'
import { sendMessage, sendProxyResponse } from './proxy-response.ts'
import { RouteTable } from './route-table.ts'

/** An HTTP API allows at most 10 MB. */
const requestLimit = 10 * 1024 * 1024

export interface HttpApiOptions {
  readonly settings: ApiSettings
  readonly accountId: string
  readonly pools: ReadonlyMap<string, FunctionPool>
  readonly issuer: LocalIssuer
  readonly onEvent: (event: LocalEvent) => void
}

/** The request path that is reported in events. */
interface Seen {
  path: string
}

export type HttpApiListener = (request: IncomingMessage, response: ServerResponse) => void

/** Serves the routes of the HTTP API. `pools` is keyed by function ARN. */
export const httpApi = async (options: HttpApiOptions): Promise<HttpApiListener> => {
  const { settings, pools, issuer, onEvent } = options
  const routes = new RouteTable(settings.routes)
  const authorizers = new Map<string, Authorizer>()
  for (const route of settings.routes) {
    if (!pools.has(route.functionArn)) {
      throw unsupported(
        `The route '${route.key}' leads to ${route.functionArn}, which is not a function of the templates.`,
      )
    }
    if (route.authorizer === undefined || authorizers.has(route.authorizer.id)) continue
    authorizers.set(route.authorizer.id, await jwtAuthorizer(route.authorizer, issuer))
  }

  const serve = async (request: IncomingMessage, response: ServerResponse, seen: Seen): Promise<void> => {
    const [encodedPath = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s)
    const segments = decodedSegments(encodedPath, settings.stage)
    const matched = segments === undefined ? undefined : routes.match(request.method ?? 'GET', segments)
    if (segments === undefined || matched === undefined) {
      seen.path = withoutEnd(seen.path)
      return sendMessage(response, 404, 'Not Found')
    }
    const path = `/${segments.join('/')}`
    // Without an authorizer, the path itself may be a credential, so the log shows the route's path instead.
    if (matched.route.authorizer === undefined) seen.path = matched.route.key.replace(/^\S+ /, '')
    const { authorizer, scopes, functionArn, timeoutMs } = matched.route
    let authorization: Authorization | undefined
    if (authorizer !== undefined) {
      authorization = await authorizers.get(authorizer.id)?.(request.headers.authorization, scopes)
      if (authorization?.granted !== true) {
        const { status, wwwAuthenticate } = authorization ?? { status: 401, wwwAuthenticate: 'Bearer' }
        return sendMessage(response, status, status === 401 ? 'Unauthorized' : 'Forbidden', {
          'www-authenticate': wwwAuthenticate,
        })
      }
    }
    const body = await readBody(request, requestLimit)
    if (body === undefined) return sendMessage(response, 413, 'Request Entity Too Large', { connection: 'close' })
    const granted =
      authorization?.granted === true ? { claims: authorization.claims, scopes: authorization.scopes } : undefined
    const event = proxyEvent(
      settings,
      { request, body, path, query, matched, authorizer: granted, now: new Date() },
      options.accountId,
    )
    const pool = pools.get(functionArn)
    const outcome = await within(timeoutMs, pool?.invoke(event, 'api'))
    if (outcome === undefined) return sendMessage(response, 503, 'Service Unavailable')
    if (outcome.status === 'throttled') return sendMessage(response, 429, 'Too Many Requests')
    if (outcome.status !== 'ok' || !sendProxyResponse(outcome.payload, response))
      sendMessage(response, 500, 'Internal Server Error')
  }

  return (request, response) => {
    const begun = performance.now()
    const seen: Seen = { path: request.url?.split('?')[0] ?? '/' }
    response.setHeader('apigw-requestid', crypto.randomUUID())
    response.on('finish', () => {
      onEvent({
        type: 'request',
        method: request.method ?? '',
        path: seen.path,
        status: response.statusCode,
        durationMs: performance.now() - begun,
      })
    })
    serve(request, response, seen).catch(() => {
      if (response.headersSent) response.destroy()
      else sendMessage(response, 500, 'Internal Server Error')
    })
  }
}

/**
 * Shortens a path without a route. It may be a misspelled path of an open route, or one requested with another method.
 */
const withoutEnd = (path: string): string => path.replace(/^(\/[^/]*\/).+$/, '$1…')

/**
 * Removes the stage's segment.
 * @returns undefined if the path is outside the stage or cannot be decoded
 */
const decodedSegments = (encoded: string, stage: string): string[] | undefined => {
  const prefix = stage === '$default' ? '' : `/${stage}`
  if (!encoded.startsWith(`${prefix}/`) && encoded !== prefix) return undefined
  try {
    return (encoded.slice(prefix.length) || '/').split('/').slice(1).map(decodeURIComponent)
  } catch {
    return undefined
  }
}

const within = async <T>(milliseconds: number, promise: Promise<T> | undefined): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
