import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { jsonFunction } from '../shared/http/http-function.ts'
import type { Log } from '../shared/logger.ts'
import { pageFunction } from '../shared/page/page-function.ts'
import { type SessionApiServices, sessionApiRoutes } from './api-routes.ts'
import { type SessionPageServices, sessionPageRoutes } from './page-routes.ts'

export type SessionHandlerServices = Omit<SessionApiServices & SessionPageServices, 'onRefused' | 'onNotRevoked'>

/** Handles the navigations of a sign-in with pages, and the requests of the page with JSON. */
export const sessionHandler = (services: SessionHandlerServices, log: Log) => {
  const onRefused: SessionPageServices['onRefused'] = (failure, code) =>
    log.warn('a sign-in to the admin page failed', { failure, code })
  const onNotRevoked: SessionApiServices['onNotRevoked'] = (code) =>
    log.warn('the sign-in service could not end a session', { code })
  const pages = pageFunction({ log, routes: sessionPageRoutes({ ...services, onRefused }) })
  const api = jsonFunction({ log, routes: sessionApiRoutes({ ...services, onNotRevoked }) })
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    if (event.requestContext.http.method !== 'POST') return await pages(event, context)
    const response = await api(event, context)
    // A cookie of an ended session is useless, so the browser no longer needs to send it. If the request had no cookie, the
    // browser may have received a new one in the meantime, which must stay.
    const isOver = response.statusCode === 401 && services.cookies.session(event.cookies ?? []) !== undefined
    return isOver ? { ...response, cookies: services.cookies.end() } : response
  }
}
