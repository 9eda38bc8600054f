import * as z from 'zod'
import { mergePatch } from '../../lib/changes/merge-patch.ts'
import {
  changeQueue,
  createQueue,
  deleteQueue,
  listQueues,
  type QueueServices,
  queueCursorSchema,
  readQueue,
} from '../../lib/queues/manage-queues.ts'
import { queueFieldDocs, queueInputSchema, queueViewSchema } from '../../lib/queues/queue.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'
import { changeRoute, createRoute, deleteRoute, readRoute, replaceRoute } from '../shared/http/versioned-resource.ts'

const queue = {
  path: '/queues/{queueId}',
  params: z.strictObject({ queueId: z.string().min(1).max(64).meta(queueFieldDocs.queueId) }),
  view: queueViewSchema,
  called: 'queue',
}
const example = { params: { queueId: exampleIds.queue } }

export const queueRoutes = (services: QueueServices): Route[] => [
  createRoute(
    queue,
    {
      body: queueInputSchema,
      operation: 'createQueue',
      summary: 'Create a queue',
      description: 'Queue names are unique. Case is ignored when names are compared.',
      problems: ['name-taken'],
      examples: [
        { summary: 'Only a name', body: { name: 'Sales' }, status: 201 },
        {
          summary: 'Every field',
          body: { name: 'Returns', validity: 'invalid-temporarily', comment: 'From April on' },
          status: 201,
        },
      ],
    },
    (body, by) => createQueue(services, body, by),
    ({ queueId }) => queueId,
  ),
  route({
    method: 'GET',
    path: '/queues',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listQueues',
    summary: 'List the queues',
    description: 'Lists the built-in queue Raw first, and then the other queues by name.',
    answers: { 200: { description: 'A page of queues.', body: pageSchema(queueViewSchema) } },
    examples: [{ summary: 'The first page', query: { limit: '20' }, status: 200 }],
    handle: async ({ query: { limit, next } }) =>
      pageAnswer(await listQueues(services, { limit, cursor: decodeCursor(queueCursorSchema, next) })),
  }),
  readRoute(
    queue,
    { operation: 'readQueue', summary: 'Read a queue', examples: [{ summary: 'A queue', ...example, status: 200 }] },
    ({ queueId }) => readQueue(services, queueId),
  ),
  replaceRoute(
    queue,
    {
      body: queueInputSchema,
      operation: 'replaceQueue',
      summary: 'Replace a queue',
      description:
        'Fields that are omitted are reset to their defaults. A queue may be renamed. Its mail and accounts stay ' +
        'with it.',
      problems: ['built-in', 'name-taken'],
      examples: [
        {
          summary: 'A new name',
          ...example,
          headers: { 'if-match': '"1"' },
          body: { name: 'First level' },
          status: 200,
        },
      ],
    },
    ({ queueId }, body, change) => changeQueue(services, queueId, () => body, change),
  ),
  changeRoute(
    queue,
    {
      body: queueInputSchema,
      operation: 'changeQueue',
      summary: 'Change a queue',
      problems: ['built-in', 'name-taken'],
      examples: [
        {
          summary: 'Disable a queue temporarily and delete its comment',
          ...example,
          headers: { 'if-match': '*' },
          body: { validity: 'invalid-temporarily', comment: null },
          status: 200,
        },
      ],
    },
    ({ queueId }, patch, change) => changeQueue(services, queueId, (current) => mergePatch(current, patch), change),
  ),
  deleteRoute(
    queue,
    {
      operation: 'deleteQueue',
      summary: 'Delete a queue',
      description:
        'The request is refused while a mail account, a system address or the default-queue setting refers to the ' +
        'queue. The mail in the queue is kept.',
      problems: ['built-in', 'queue-in-use'],
      examples: [
        { summary: 'An unused queue', params: { queueId: 'unused' }, headers: { 'if-match': '"1"' }, status: 204 },
      ],
    },
    ({ queueId }, change) => deleteQueue(services, queueId, change),
  ),
]
