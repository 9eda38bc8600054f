import {
  defaultQueueInputSchema,
  defaultQueueViewSchema,
  readDefaultQueue,
  setDefaultQueue,
} from '../../lib/queues/default-queue.ts'
import type { QueueServices } from '../../lib/queues/manage-queues.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

export const defaultQueueRoutes = (services: QueueServices): Route[] => [
  route({
    method: 'GET',
    path: '/default-queue',
    role: 'reader',
    operation: 'readDefaultQueue',
    summary: 'Read the default queue',
    description:
      'Returns the queue for mail that no system address matches. It is the built-in queue Raw until another queue ' +
      'is set. ' +
      'While the configured queue is not valid, its mail goes to Raw, but the response still contains the ' +
      'configured queue.',
    answers: { 200: { description: 'The default queue.', body: defaultQueueViewSchema } },
    examples: [{ summary: 'The configured queue', status: 200 }],
    handle: async () => ({ status: 200, body: await readDefaultQueue(services) }),
  }),
  route({
    method: 'PUT',
    path: '/default-queue',
    role: 'admin',
    body: defaultQueueInputSchema,
    operation: 'setDefaultQueue',
    summary: 'Set the default queue',
    description: 'The queue must exist and be valid. Runs in progress may use the previous queue for up to a minute.',
    answers: { 200: { description: 'The new default queue.', body: defaultQueueViewSchema } },
    examples: [{ summary: 'A queue that you created', body: { queueId: exampleIds.queue }, status: 200 }],
    handle: async ({ body, caller }) => ({
      status: 200,
      body: await setDefaultQueue(services, body.queueId, caller),
    }),
  }),
]
