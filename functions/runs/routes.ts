import type { Route } from '../shared/http/route.ts'
import { type ConversationRouteServices, conversationRoute } from './conversation-route.ts'
import { fetchRoutes } from './fetch-routes.ts'
import { viewRoutes } from './view-routes.ts'

export const runRoutes = (services: Parameters<typeof fetchRoutes>[0] & ConversationRouteServices): Route[] => [
  ...fetchRoutes(services),
  ...viewRoutes(services),
  conversationRoute(services),
]
