import * as z from 'zod'
import openapi from '../../docs/openapi.json' with { type: 'json' }

/**
 * In the order in which the gateway's routes are created. The integration of a function is named after its first route,
 * so another order would replace the integrations.
 */
const methods = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const

/** A route key, for example `GET /accounts/{accountId}`. */
export type RouteKey = `${(typeof methods)[number]} /${string}`

const operationSchema = z.object({ 'x-postmaster-function': z.string() })
const { paths } = z
  .object({ paths: z.record(z.templateLiteral(['/', z.string()]), z.record(z.string(), operationSchema)) })
  .parse(openapi)

/**
 * @returns the routes that docs/openapi.json lists for this folder under functions/
 * @throws Error if it lists none
 */
export const documentedRoutes = (folder: string): RouteKey[] => {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    methods
      .filter((method) => operations[method.toLowerCase()]?.['x-postmaster-function'] === folder)
      .map((method): RouteKey => `${method} ${path as `/${string}`}`),
  )
  if (routes.length === 0) throw new Error(`docs/openapi.json has no routes of functions/${folder}`)
  return routes
}
