import { type ComponentType, lazy } from 'react'

interface RouteEntry {
  /** A path below `/admin`, in the notation of wouter. */
  readonly path: string
  readonly screen: ComponentType
}

/** Every screen is loaded when it is first visited. The first match wins. */
export const routes: readonly RouteEntry[] = [
  { path: '/', screen: lazy(() => import('./overview/overview-screen.tsx')) },
  { path: '/accounts', screen: lazy(() => import('./accounts/accounts-screen.tsx')) },
  { path: '/accounts/new', screen: lazy(() => import('./accounts/form/new-account-screen.tsx')) },
  { path: '/accounts/:accountId', screen: lazy(() => import('./accounts/account-screen.tsx')) },
  { path: '/accounts/:accountId/edit', screen: lazy(() => import('./accounts/form/edit-account-screen.tsx')) },
  { path: '/runs', screen: lazy(() => import('./runs/runs-screen.tsx')) },
  { path: '/runs/:runId', screen: lazy(() => import('./runs/run-screen.tsx')) },
  { path: '/messages', screen: lazy(() => import('./messages/messages-screen.tsx')) },
  { path: '/messages/:messageId', screen: lazy(() => import('./messages/message-screen.tsx')) },
  { path: '/queues', screen: lazy(() => import('./queues/queues-screen.tsx')) },
  { path: '/oauth2', screen: lazy(() => import('./oauth2/oauth2-screen.tsx')) },
  { path: '/destinations', screen: lazy(() => import('./destinations/destinations-screen.tsx')) },
  { path: '/destinations/new', screen: lazy(() => import('./destinations/form/new-destination-screen.tsx')) },
  { path: '/destinations/:destinationId', screen: lazy(() => import('./destinations/destination-screen.tsx')) },
  {
    path: '/destinations/:destinationId/edit',
    screen: lazy(() => import('./destinations/form/edit-destination-screen.tsx')),
  },
  { path: '/deliveries', screen: lazy(() => import('./deliveries/deliveries-screen.tsx')) },
  { path: '/deliveries/:deliveryId', screen: lazy(() => import('./deliveries/delivery-screen.tsx')) },
  { path: '/quarantine', screen: lazy(() => import('./quarantine/quarantine-screen.tsx')) },
  { path: '/audit', screen: lazy(() => import('./audit/audit-screen.tsx')) },
]
