import httpSecurityHeaders from '@middy/http-security-headers'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { readRoles } from '../../environment.ts'
import type { Log } from '../logger.ts'
import { problemResponse } from './problem-document.ts'
import { type HttpEvent, httpEventSchema, type RoleSettings } from './request.ts'
import type { Answer, Route } from './route.ts'
import { routedFunction } from './routed-function.ts'

export interface HttpFunction {
  readonly routes: readonly Route[]
  /** Read from the environment if omitted. */
  readonly roles?: RoleSettings
  readonly log: Log
}

export type HttpHandler = ReturnType<typeof httpFunction>

/**
 * Creates the Lambda handler for one part of the API, with router, roles, schemas, problem documents and security
 * headers.
 */
export const httpFunction = ({ routes, roles = readRoles(), log }: HttpFunction) =>
  jsonFunction({
    routes: routes.map(({ method, path, answer }) => ({ method, path, answer: (event) => answer(event, roles, log) })),
    log,
  })

export interface JsonFunction {
  readonly routes: readonly {
    readonly method: Route['method']
    readonly path: string
    readonly answer: (event: HttpEvent) => Promise<Answer>
  }[]
  readonly log: Log
}

/** As `httpFunction`, for routes that authorize their callers themselves. */
export const jsonFunction = ({ routes, log }: JsonFunction) =>
  routedFunction({
    routes: routes.map(({ method, path, answer }) => ({
      method,
      path,
      handler: async (event) => responseOf(await answer(httpEventSchema.parse(event))),
    })),
    notFound: () => {
      throw new ProblemError('not-found', 'No route has this method and path.')
    },
    failed: (error, requestId) => problemResponse(error, requestId, log),
    middlewares: [
      httpSecurityHeaders({ contentSecurityPolicy: { 'default-src': "'none'" }, permissionsPolicy: false }),
    ],
  })

const responseOf = ({ status, body, headers, cookies }: Answer) => ({
  statusCode: status,
  headers: {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    // Responses contain names of people and mailboxes, so proxies and browsers must not store them.
    'cache-control': 'no-store',
    ...headers,
  },
  ...(cookies !== undefined && { cookies: [...cookies] }),
  ...(body !== undefined && { body: JSON.stringify(body) }),
})
