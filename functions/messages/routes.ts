import * as z from 'zod'
import type { RawStore } from '../../lib/messages/message.ts'
import { type MessageCatalog, messageCursorSchema } from '../../lib/messages/message-catalog.ts'
import { linkToRawMail, readMessage } from '../../lib/messages/read-messages.ts'
import { decodeCursor, encodeCursor } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { messageListQuerySchema, scopeOf } from './list-query.ts'

export interface MessagesServices {
  readonly messages: MessageCatalog
  readonly raw: Pick<RawStore, 'downloadLink'>
}

const params = z.strictObject({ messageId: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits') })

export const messageRoutes = (services: MessagesServices): Route[] => [
  route({
    method: 'GET',
    path: '/messages',
    role: 'reader',
    query: messageListQuerySchema,
    handle: async ({ query }) => {
      const cursor = decodeCursor(messageCursorSchema, query.next)
      const { from, to, state: filter, limit } = query
      const page = await services.messages.list({ scope: scopeOf(query), from, to, filter, limit, cursor })
      return { status: 200, body: { items: page.messages, ...(page.next && { next: encodeCursor(page.next) }) } }
    },
  }),
  route({
    method: 'GET',
    path: '/messages/{messageId}',
    role: 'reader',
    params,
    handle: async ({ params }) => ({ status: 200, body: await readMessage(services, params.messageId) }),
  }),
  route({
    method: 'GET',
    path: '/messages/{messageId}/raw',
    role: 'reader',
    params,
    handle: async ({ params }) => ({
      status: 303,
      headers: { location: await linkToRawMail(services, params.messageId) },
    }),
  }),
]
