import middy, { type MiddlewareObj } from '@middy/core'
import httpRouter from '@middy/http-router'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { invocationStart } from '../invocation.ts'

type Event = APIGatewayProxyEventV2
type Response = APIGatewayProxyStructuredResultV2

export interface RoutedFunction {
  readonly routes: readonly {
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    /** In API Gateway's notation: `/accounts/{accountId}`. */
    readonly path: string
    readonly handler: (event: Event) => Promise<Response>
  }[]
  readonly notFound: () => Response
  /** Creates the response to a request that failed or ran out of time. */
  readonly failed: (error: unknown, requestId: string) => Response
  readonly middlewares?: MiddlewareObj<Event, Response>[]
}

/** Milliseconds of the function's timeout that are reserved, so that a slow request still receives our own response. */
const answerReserve = 500

/** Creates a Lambda handler that passes each request to the handler for its method and path. */
export const routedFunction = ({ routes, notFound, failed, middlewares = [] }: RoutedFunction) => {
  const handler = middy<Event, Response>({ timeoutEarlyInMillis: answerReserve })
    .use([invocationStart, ...middlewares])
    .onError((request) => {
      request.response = failed(request.error, request.event.requestContext?.requestId ?? 'unknown')
    })
    .handler(httpRouter<Event, Response>({ routes: [...routes], notFoundResponse: notFound }))
  return (event: Event, context: Context): Promise<Response> => handler(event, context)
}
