import httpRouter from '@middy/http-router'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

type Response = APIGatewayProxyStructuredResultV2

export interface RoutedHandler {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As API Gateway writes it: `/accounts/{accountId}`. */
  readonly path: string
  readonly handler: (event: APIGatewayProxyEventV2) => Promise<Response>
}

/** Hands each request to the handler of its method and path. */
export const routerOf = (routes: readonly RoutedHandler[], notFoundResponse: () => Response) =>
  httpRouter<APIGatewayProxyEventV2, Response>({ routes: [...routes], notFoundResponse })
