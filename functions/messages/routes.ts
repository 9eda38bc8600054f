import * as z from 'zod'
import { messageSchema } from '../../lib/messages/message.ts'
import { messageLineOf, messageLineSchema } from '../../lib/messages/message-line.ts'
import {
  findRawMail,
  type MessageCatalog,
  messageCursorSchema,
  messageFilters,
  readMessage,
} from '../../lib/messages/store/message-catalog.ts'
import type { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { downloadAnswer, downloadAnswers, downloadQuerySchema } from '../shared/http/download.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema, timeRangeQuery } from '../shared/http/lists.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { type Route, route } from '../shared/http/route.ts'

export interface MessagesServices {
  readonly messages: MessageCatalog
  readonly raw: Pick<S3RawStore, 'downloadLink'>
}

const params = z.strictObject({
  messageId: messageIdParam,
})
const example = { params: { messageId: exampleIds.message } }
const messageViewSchema = messageSchema.meta({
  id: 'Message',
  description: 'Everything known about one stored message.',
})

const id = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description, examples: [example] })
    .optional()

const messageListQuerySchema = pagingQuerySchema.extend({
  queueId: id('Returns only messages in this queue.', exampleIds.queue),
  accountId: id('Returns only messages from this account.', exampleIds.account),
  runId: id('Returns only messages stored by this run.', exampleIds.run),
  ...timeRangeQuery('Stored'),
  state: z
    .enum(messageFilters)
    .meta({
      description: 'Returns only messages in this state. `unparsed` selects messages whose header could not be read.',
      examples: ['announced'],
    })
    .optional(),
})

export const messageRoutes = (services: MessagesServices): Route[] => [
  route({
    method: 'GET',
    path: '/messages',
    role: 'reader',
    query: messageListQuerySchema,
    operation: 'listMessages',
    summary: 'List the stored messages',
    description:
      'Sorted with the newest first. All parameters can be combined, and a message must match all of them. Without `from`, ' +
      'lists without `accountId` and `runId` cover the last 31 days. The work for one page is limited, so a page can be ' +
      'short, or even empty, and still have a `next`.',
    answers: { 200: { description: 'A page of messages.', body: pageSchema(messageViewSchema) } },
    examples: [
      { summary: 'The latest messages', status: 200 },
      {
        summary: 'The messages of one queue and one day',
        query: { queueId: exampleIds.queue, from: '2026-03-02', to: '2026-03-02', state: 'announced' },
        status: 200,
      },
      {
        summary: 'The messages of one account in one queue that are not announced yet',
        query: { accountId: exampleIds.account, queueId: exampleIds.queue, state: 'stored' },
        status: 200,
      },
      { summary: 'The messages stored by one run', query: { runId: exampleIds.run }, status: 200 },
    ],
    handle: async ({ query }) => {
      const cursor = decodeCursor(messageCursorSchema, query.next)
      const { next: _, state: filter, ...selection } = query
      const page = await services.messages.list({ ...selection, filter, cursor })
      return pageAnswer({ items: page.messages, next: page.next })
    },
  }),
  route({
    method: 'GET',
    path: '/messages/{messageId}',
    role: 'reader',
    params,
    operation: 'readMessage',
    summary: 'Read a message’s record',
    description:
      'Returns the message’s header, its queue with the reason, and what happened to the message on the mail server.',
    answers: { 200: { description: 'The message.', body: messageViewSchema } },
    problems: ['not-found'],
    examples: [{ summary: 'A message', ...example, status: 200 }],
    handle: async ({ params }) => ({ status: 200, body: await readMessage(services.messages, params.messageId) }),
  }),
  route({
    method: 'GET',
    path: '/messages/{messageId}/raw',
    role: 'reader',
    params,
    query: downloadQuerySchema,
    operation: 'readRawMessage',
    summary: 'Download a message’s raw bytes',
    description:
      'Redirects to a link that is valid for five minutes, or returns it. The bytes are exactly as the mail server ' +
      'sent them, as `message/rfc822`. Treat them as hostile. Do not send the API’s token to that link.',
    answers: downloadAnswers,
    problems: ['not-found', 'message-erased', 'raw-mail-expired'],
    examples: [
      { summary: 'A message', ...example, status: 303 },
      { summary: 'The link, for a browser', ...example, query: { as: 'link' }, status: 200 },
    ],
    access: ({ params: { messageId } }) => ({ action: 'download-message', messageId }),
    handle: async ({ params, query }) => {
      const url = await findRawMail(services.messages, params.messageId, (id) => services.raw.downloadLink(id))
      return downloadAnswer(url, query)
    },
  }),
  runMessagesRoute(services),
]

const runParams = z.strictObject({
  runId: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'The run’s id.', examples: [exampleIds.run] }),
})

/** This route belongs to the function that reads messages, not to the function for runs. */
const runMessagesRoute = ({ messages }: { readonly messages: Pick<MessageCatalog, 'list'> }): Route =>
  route({
    method: 'GET',
    path: '/runs/{runId}/messages',
    role: 'reader',
    params: runParams,
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
      const page = await messages.list({ runId, limit: query.limit, cursor })
      return pageAnswer({ items: page.messages.map(messageLineOf), next: page.next })
    },
  })
