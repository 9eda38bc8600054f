import * as z from 'zod'
import { messageSchema } from '../../lib/messages/message.ts'
import {
  findRawMail,
  type MessageCatalog,
  messageCursorSchema,
  readMessage,
} from '../../lib/messages/store/message-catalog.ts'
import type { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { decodeCursor, pageAnswer, pageSchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'
import { messageListQuerySchema, scopeOf } from './list-query.ts'
import { runMessagesRoute } from './run-messages-route.ts'

export interface MessagesServices {
  readonly messages: MessageCatalog
  readonly raw: Pick<S3RawStore, 'downloadLink'>
}

const params = z.strictObject({
  messageId: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .meta({ description: 'The message’s id.', examples: [exampleIds.message] }),
})
const example = { params: { messageId: exampleIds.message } }
const messageViewSchema = messageSchema.meta({
  id: 'Message',
  description: 'Everything known about one stored message.',
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
      'Sorted with the newest first. At most one of `queueId`, `accountId` and `runId` may be given. Without ' +
      '`from`, lists by queue and lists of all messages ' +
      'cover the last 31 days. A page can be short, or even empty, and still have a `next`.',
    answers: { 200: { description: 'A page of messages.', body: pageSchema(messageViewSchema) } },
    examples: [
      { summary: 'The latest messages', status: 200 },
      {
        summary: 'The messages of one queue and one day',
        query: { queueId: exampleIds.queue, from: '2026-03-02', to: '2026-03-02', state: 'announced' },
        status: 200,
      },
      { summary: 'The messages stored by one run', query: { runId: exampleIds.run }, status: 200 },
    ],
    handle: async ({ query }) => {
      const cursor = decodeCursor(messageCursorSchema, query.next)
      const { from, to, state: filter, limit } = query
      const page = await services.messages.list({ scope: scopeOf(query), from, to, filter, limit, cursor })
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
    operation: 'readRawMessage',
    summary: 'Download a message’s raw bytes',
    description:
      'Redirects to a link that is valid for five minutes. The bytes are exactly as the mail server sent them. ' +
      'Treat them as ' +
      'hostile. Do not send the API’s token to that link.',
    answers: { 303: { description: 'The link to the bytes, as `message/rfc822`.', headers: ['location'] } },
    problems: ['not-found', 'raw-mail-expired'],
    examples: [{ summary: 'A message', ...example, status: 303 }],
    handle: async ({ params }) => ({
      status: 303,
      headers: {
        location: await findRawMail(services.messages, params.messageId, (id) => services.raw.downloadLink(id)),
      },
    }),
  }),
  runMessagesRoute(services),
]
