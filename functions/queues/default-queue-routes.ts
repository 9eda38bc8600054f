import { defaultQueueInputSchema } from '../../lib/dispatching/dispatching-input.ts'
import type { DispatchingServices } from '../../lib/dispatching/dispatching-services.ts'
import { readDefaultQueue, setDefaultQueue } from '../../lib/dispatching/manage-default-queue.ts'
import { type Route, route } from '../shared/http/route.ts'

export const defaultQueueRoutes = (services: DispatchingServices): Route[] => [
  route({
    method: 'GET',
    path: '/default-queue',
    role: 'reader',
    handle: async () => ({ status: 200, body: await readDefaultQueue(services) }),
  }),
  route({
    method: 'PUT',
    path: '/default-queue',
    role: 'admin',
    body: defaultQueueInputSchema,
    handle: async ({ body, caller }) => ({
      status: 200,
      body: await setDefaultQueue(services, body.queueId, caller.name),
    }),
  }),
]
