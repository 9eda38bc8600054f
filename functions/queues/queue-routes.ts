import * as z from 'zod'
import { queueInputSchema } from '../../lib/dispatching/dispatching-input.ts'
import type { DispatchingServices } from '../../lib/dispatching/dispatching-services.ts'
import {
  changeQueue,
  createQueue,
  deleteQueue,
  listQueues,
  queueCursorSchema,
  readQueue,
  replaceQueue,
} from '../../lib/dispatching/manage-queues.ts'
import { expectedVersionOf } from '../shared/http/etag.ts'
import { decodeCursor, encodeCursor, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { versionedAnswer } from './versioned-answer.ts'

const path = '/queues/{queueId}'
const params = z.strictObject({ queueId: z.string().min(1).max(64) })

export const queueRoutes = (services: DispatchingServices): Route[] => [
  route({
    method: 'POST',
    path: '/queues',
    role: 'admin',
    body: queueInputSchema,
    handle: async ({ body, caller }) => {
      const made = await createQueue(services, body, caller.name)
      return versionedAnswer(201, made, `/queues/${made.view.queueId}`)
    },
  }),
  route({
    method: 'GET',
    path: '/queues',
    role: 'reader',
    query: pagingQuerySchema,
    handle: async ({ query }) => {
      const cursor = decodeCursor(queueCursorSchema, query.next)
      const { items, next } = await listQueues(services, { limit: query.limit, cursor })
      return { status: 200, body: { items, ...(next && { next: encodeCursor(next) }) } }
    },
  }),
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    handle: async ({ params }) => versionedAnswer(200, await readQueue(services, params.queueId)),
  }),
  route({
    method: 'PUT',
    path,
    role: 'admin',
    params,
    body: queueInputSchema,
    handle: async ({ params, body, caller, headers }) => {
      const expected = expectedVersionOf(headers)
      return versionedAnswer(200, await replaceQueue(services, params.queueId, body, expected, caller.name))
    },
  }),
  route({
    method: 'PATCH',
    path,
    role: 'admin',
    params,
    body: z.record(z.string(), z.unknown()),
    handle: async ({ params, body, caller, headers }) => {
      const expected = expectedVersionOf(headers)
      return versionedAnswer(200, await changeQueue(services, params.queueId, body, expected, caller.name))
    },
  }),
  route({
    method: 'DELETE',
    path,
    role: 'admin',
    params,
    handle: async ({ params, headers }) => {
      await deleteQueue(services, params.queueId, expectedVersionOf(headers))
      return { status: 204 }
    },
  }),
]
