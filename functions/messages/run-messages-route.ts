import * as z from 'zod'
import { messageLineOf, messageLineSchema } from '../../lib/messages/message-line.ts'
import { type MessageCatalog, messageCursorSchema } from '../../lib/messages/store/message-catalog.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'

const params = z.strictObject({
  runId: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'The run’s id.', examples: [exampleIds.run] }),
})

/** This route belongs to the function that reads messages, not to the function for runs. */
export const runMessagesRoute = ({ messages }: { readonly messages: Pick<MessageCatalog, 'list'> }): Route =>
  route({
    method: 'GET',
    path: '/runs/{runId}/messages',
    role: 'reader',
    params,
    query: pagingQuerySchema,
    operation: 'listMessagesOfRun',
    summary: 'List the messages stored by a run',
    description:
      'Returns one line for each message, newest first: sender, subject, size, queue with the reason, and what ' +
      'Postmaster did with the message. Messages stored by an earlier run are listed for that run. ' +
      'For skipped messages, see `skippedBecause` and `events` of the run. The list is empty if the run stored ' +
      'nothing or does not exist.',
    answers: { 200: { description: 'A page of messages.', body: pageSchema(messageLineSchema) } },
    examples: [{ summary: 'A run', params: { runId: exampleIds.run }, status: 200 }],
    handle: async ({ params: { runId }, query }) => {
      const cursor = decodeCursor(messageCursorSchema, query.next)
      const page = await messages.list({ scope: { by: 'run', runId }, limit: query.limit, cursor })
      return pageAnswer({ items: page.messages.map(messageLineOf), next: page.next })
    },
  })
