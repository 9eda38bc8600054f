import type { RequestRunsServices } from '../../lib/schedule/request-runs.ts'
import type { Route } from '../shared/http/route.ts'
import { fetchRoutes } from './fetch-routes.ts'
import { type ViewRoutesServices, viewRoutes } from './view-routes.ts'

export const runRoutes = (services: RequestRunsServices & ViewRoutesServices): Route[] => [
  ...fetchRoutes(services),
  ...viewRoutes(services),
]
