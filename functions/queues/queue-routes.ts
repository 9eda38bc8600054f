import * as z from 'zod'
import { queueInputSchema } from '../../lib/dispatching/dispatching-input.ts'
import { type DispatchingServices, queueViewSchema } from '../../lib/dispatching/dispatching-services.ts'
import {
  changeQueue,
  createQueue,
  deleteQueue,
  listQueues,
  queueCursorSchema,
  readQueue,
  replaceQueue,
} from '../../lib/dispatching/manage-queues.ts'
import { queueFieldDocs } from '../../lib/dispatching/queue.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { mergePatchSchema } from '../../lib/requests/merge-patch-schema.ts'
import { expectedVersionOf } from '../shared/http/etag.ts'
import { decodeCursor, encodeCursor, pageSchema, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { versionProblems } from '../shared/http/route-documentation.ts'
import { versionedAnswer } from '../shared/http/versioned-answer.ts'

const path = '/queues/{queueId}'
const params = z.strictObject({ queueId: z.string().min(1).max(64).meta(queueFieldDocs.queueId) })
const example = { params: { queueId: exampleIds.queue } }
const changed = { 200: { description: 'The queue as it is now.', body: queueViewSchema, headers: ['etag'] as const } }

export const queueRoutes = (services: DispatchingServices): Route[] => [
  route({
    method: 'POST',
    path: '/queues',
    role: 'admin',
    body: queueInputSchema,
    operation: 'createQueue',
    summary: 'Create a queue',
    description: 'Names are unique, compared without case.',
    answers: { 201: { description: 'The new queue.', body: queueViewSchema, headers: ['etag', 'location'] } },
    problems: ['name-taken'],
    examples: [
      { summary: 'A name is enough', body: { name: 'Sales' }, status: 201 },
      {
        summary: 'Every field',
        body: { name: 'Returns', validity: 'invalid-temporarily', comment: 'From April on' },
        status: 201,
      },
    ],
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
    operation: 'listQueues',
    summary: 'List the queues',
    description: 'The built-in queue Raw first, then by name.',
    answers: { 200: { description: 'A page of queues.', body: pageSchema(queueViewSchema) } },
    examples: [{ summary: 'The first page', query: { limit: '20' }, status: 200 }],
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
    operation: 'readQueue',
    summary: 'Read a queue',
    description: 'Its ETag is what a change of it names.',
    answers: { 200: { description: 'The queue.', body: queueViewSchema, headers: ['etag'] } },
    problems: ['not-found'],
    examples: [{ summary: 'A queue', ...example, status: 200 }],
    handle: async ({ params }) => versionedAnswer(200, await readQueue(services, params.queueId)),
  }),
  route({
    method: 'PUT',
    path,
    role: 'admin',
    params,
    body: queueInputSchema,
    operation: 'replaceQueue',
    summary: 'Replace a queue',
    description: 'What is left out returns to its default. A queue may be renamed: its mail and accounts stay with it.',
    answers: changed,
    problems: ['not-found', 'built-in', 'name-taken', ...versionProblems],
    examples: [
      { summary: 'A new name', ...example, headers: { 'if-match': '"1"' }, body: { name: 'First level' }, status: 200 },
    ],
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
    documentedBody: mergePatchSchema(queueInputSchema),
    operation: 'changeQueue',
    summary: 'Change a queue',
    description: 'A JSON merge patch (RFC 7396): what is left out stays, `null` returns a field to its default.',
    answers: changed,
    problems: ['not-found', 'built-in', 'name-taken', ...versionProblems],
    examples: [
      {
        summary: 'Out of use for now, without its comment',
        ...example,
        headers: { 'if-match': '*' },
        body: { validity: 'invalid-temporarily', comment: null },
        status: 200,
      },
    ],
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
    operation: 'deleteQueue',
    summary: 'Delete a queue',
    description: 'Refused while a mail account, a system address or the default queue still names it. Its mail stays.',
    answers: { 204: { description: 'It is gone.' } },
    problems: ['not-found', 'built-in', 'queue-in-use', ...versionProblems],
    examples: [
      { summary: 'A queue nothing uses', params: { queueId: 'unused' }, headers: { 'if-match': '"1"' }, status: 204 },
    ],
    handle: async ({ params, caller, headers }) => {
      await deleteQueue(services, params.queueId, expectedVersionOf(headers), caller.name)
      return { status: 204 }
    },
  }),
]
