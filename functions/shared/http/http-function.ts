import middy from '@middy/core'
import httpSecurityHeaders from '@middy/http-security-headers'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import type { Log } from '../logger.ts'
import type { RoleSettings } from './caller.ts'
import { problemResponse } from './problem-document.ts'
import { httpEventSchema } from './request.ts'
import type { Answer, Route } from './route.ts'
import { routerOf } from './routed-function.ts'

export interface HttpFunction {
  readonly routes: readonly Route[]
  readonly roles: RoleSettings
  readonly log: Log
}

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

/** Milliseconds of the function's timeout that are reserved, so that a slow request still receives our own response. */
const answerReserve = 500

const notFoundResponse = (): never => {
  throw new ProblemError('not-found', 'No route has this method and path.')
}

/**
 * Creates the Lambda handler for one part of the API, with router, roles, schemas, problem documents and security
 * headers.
 */
export const httpFunction = ({ routes, roles, log }: HttpFunction): HttpHandler => {
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: answerReserve,
  })
    .use(httpSecurityHeaders({ contentSecurityPolicy: { 'default-src': "'none'" }, permissionsPolicy: false }))
    .onError((request) => {
      request.response = problemResponse(request.error, request.event.requestContext?.requestId ?? 'unknown', log)
    })
    .handler(
      routerOf(
        routes.map(({ method, path, answer }) => ({
          method,
          path,
          handler: async (event) => responseOf(await answer(httpEventSchema.parse(event), roles)),
        })),
        notFoundResponse,
      ),
    )
  return (event, context) => handler(event, context)
}

const responseOf = ({ status, body, headers }: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    // Responses contain names of people and mailboxes, so proxies and browsers must not store them.
    'cache-control': 'no-store',
    ...headers,
  },
  ...(body !== undefined && { body: JSON.stringify(body) }),
})
