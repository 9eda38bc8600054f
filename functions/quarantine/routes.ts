import * as z from 'zod'
import { unstoredMessageSchema } from '../../lib/messages/unstored/unstored-message.ts'
import { handleMessage, type QuarantineServices, retryMessage } from '../../lib/quarantine/decide-about-message.ts'
import {
  type ListQuarantineServices,
  listQuarantine,
  quarantineCursorSchema,
  quarantineItemSchema,
} from '../../lib/quarantine/list-quarantine.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { requestedRunSchema } from '../../lib/schedule/request-runs.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { noteBody } from '../shared/http/note-body.ts'
import { type Route, route } from '../shared/http/route.ts'

const messageParams = z.strictObject({
  messageId: messageIdParam,
})
const exampleMessage = { params: { messageId: exampleIds.message } }

export const quarantineRoutes = (services: ListQuarantineServices & QuarantineServices): Route[] => [
  route({
    method: 'GET',
    path: '/quarantine',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listQuarantine',
    summary: 'List the quarantine',
    description:
      'Lists everything about which a person must decide. Items of the kind `message` come first, newest first: they stay ' +
      'on a mail server, because no run can store them. The list contains up to 500 of each account. Items of the kind ' +
      '`delivery` follow, newest first: `/deliveries/{deliveryId}` has the actions for them. A page can be short, or even ' +
      'empty, and still have a `next`.',
    answers: { 200: { description: 'A page of the quarantine.', body: pageSchema(quarantineItemSchema) } },
    examples: [{ summary: 'The quarantine', status: 200 }],
    handle: async ({ query: { limit, next } }) =>
      pageAnswer(await listQuarantine(services, { limit, cursor: decodeCursor(quarantineCursorSchema, next) })),
  }),
  route({
    method: 'POST',
    path: '/quarantine/{messageId}/retry',
    role: 'admin',
    params: messageParams,
    operation: 'retryUnstoredMessage',
    summary: 'Try to store a message again',
    description:
      'Requests a run of the message’s account. A requested run reads messages again that earlier runs skipped because they ' +
      'crashed. For a message that is too large, first increase `maxMessageSize` of the account. The message leaves the ' +
      'quarantine when it is stored.',
    answers: {
      202: {
        description: 'The requested run. Read it to follow its progress.',
        body: z.object({ runs: z.array(requestedRunSchema).meta({ description: 'The requested run.' }) }),
      },
    },
    problems: ['not-found', 'account-not-valid', 'fetch-queue-refused'],
    examples: [{ summary: 'A message', ...exampleMessage, status: 202 }],
    handle: async ({ params: { messageId }, caller }) => ({
      status: 202,
      body: { runs: await retryMessage(services, messageId, caller) },
    }),
  }),
  route({
    method: 'POST',
    path: '/quarantine/{messageId}/handle',
    role: 'admin',
    params: messageParams,
    body: noteBody,
    operation: 'handleUnstoredMessage',
    summary: 'Mark a message as handled',
    description:
      'Removes the message from the list. It stays on the mail server, and runs still store it once that is possible. Use ' +
      'it if a person has dealt with the message in a mail client.',
    answers: { 200: { description: 'The message.', body: unstoredMessageSchema.omit({ revision: true }) } },
    problems: ['not-found'],
    examples: [
      { summary: 'A message with a note', ...exampleMessage, body: { note: 'Answered by phone.' }, status: 200 },
    ],
    handle: async ({ params: { messageId }, body, caller }) => {
      const { revision: _, ...message } = await handleMessage(services, { messageId, note: body?.note }, caller)
      return { status: 200, body: message }
    },
  }),
]
