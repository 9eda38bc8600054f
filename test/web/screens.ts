import type { Desk } from './seeds/desk.ts'

/** A screen with something to show on a seeded desk. */
export interface ScreenCase {
  /** The path in `web/routes.tsx`. */
  readonly route: string
  readonly address: (desk: Desk) => string
}

const at = (route: string, address: ScreenCase['address'] = () => route): ScreenCase => ({ route, address })

export const screenCases: readonly ScreenCase[] = [
  at('/'),
  at('/accounts'),
  at('/accounts/new'),
  at('/accounts/:accountId', ({ failingAccountId }) => `/accounts/${failingAccountId}`),
  at('/accounts/:accountId/edit', ({ accountId }) => `/accounts/${accountId}/edit`),
  at('/runs'),
  at('/runs/:runId', ({ runId }) => `/runs/${runId}`),
  at('/messages'),
  at('/messages/:messageId', ({ messageId }) => `/messages/${messageId}`),
  at('/queues'),
  at('/oauth2'),
  at('/destinations'),
  at('/destinations/new'),
  at('/destinations/:destinationId', ({ destinationId }) => `/destinations/${destinationId}`),
  at('/destinations/:destinationId/edit', ({ destinationId }) => `/destinations/${destinationId}/edit`),
  at('/deliveries'),
  at('/deliveries/:deliveryId', ({ deliveryId }) => `/deliveries/${encodeURIComponent(deliveryId)}`),
  at('/quarantine'),
  at('/audit'),
]
