import httpRouter from '@middy/http-router'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

type Response = APIGatewayProxyStructuredResultV2

export interface RoutedHandler {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** In API Gateway's notation: `/accounts/{accountId}`. */
  readonly path: string
  readonly handler: (event: APIGatewayProxyEventV2) => Promise<Response>
}

/** Passes each request to the handler for its method and path. */
export const routerOf = (routes: readonly RoutedHandler[], notFoundResponse: () => Response) =>
  httpRouter<APIGatewayProxyEventV2, Response>({ routes: [...routes], notFoundResponse })
