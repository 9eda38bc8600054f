import * as z from 'zod'
import { eraseMessage } from '../../lib/erasing/erase-message.ts'
import { eraseSelection, mostMatching, type SelectionServices } from '../../lib/erasing/erase-selection.ts'
import { messageSchema } from '../../lib/messages/message.ts'
import { messageFilters } from '../../lib/messages/store/message-catalog.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { timeRangeQuery } from '../shared/http/lists.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { type Route, route } from '../shared/http/route.ts'

const id = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description, examples: [example] })
    .optional()

const count = (description: string, example: number) =>
  z
    .int()
    .min(0)
    .meta({ description, examples: [example] })

const selectionSchema = z
  .strictObject({
    queueId: id('Only messages in this queue.', exampleIds.queue),
    accountId: id('Only messages from this account.', exampleIds.account),
    runId: id('Only messages that this run stored.', exampleIds.run),
    ...timeRangeQuery('Stored'),
    state: z
      .enum(messageFilters)
      .exclude(['erased'])
      .meta({ description: 'Only messages in this state.', examples: ['announced'] })
      .optional(),
    expected: z
      .int()
      .min(1)
      .meta({
        description:
          'The number of matching messages that you confirm. Nothing is erased if another number matches, or without ' +
          'this field.',
        examples: [2],
      })
      .optional(),
  })
  .refine(({ queueId, accountId, runId }) => queueId ?? accountId ?? runId, {
    path: ['queueId'],
    error: 'must be present, unless `accountId` or `runId` is',
  })

export const selectionAnswerSchema = z.object({
  matching: count('The number of messages that matched at the beginning and were not erased.', 2),
  erased: count('The number of messages that this request erased.', 2),
  left: count('The number of messages that match and are not erased. Send it as `expected` to continue.', 0),
  refused: z
    .array(
      z.object({
        messageId: messageIdParam,
        code: z.string().meta({ description: 'A stable code for programs.', examples: ['message-under-way'] }),
        detail: z.string().meta({
          description: 'Why the message cannot be erased now.',
          examples: ['The message is stored but not announced yet.'],
        }),
        erased: z.boolean().meta({
          description: 'Whether the content is erased nevertheless, and only the record of an attempt is left.',
          examples: [false],
        }),
      }),
    )
    .meta({
      description:
        'The first 20 messages that could not be erased, with the reasons. It also names erased messages with a ' +
        'delivery whose attempt began at the same moment. Erase each of these again after the attempt, because its ' +
        'record is not erased.',
    }),
})

/** The routes that erase the content of messages for ever. */
export const eraseRoutes = (services: SelectionServices): Route[] => [
  route({
    method: 'POST',
    path: '/messages/{messageId}/erase',
    role: 'admin',
    params: z.strictObject({ messageId: messageIdParam }),
    operation: 'eraseMessage',
    summary: 'Erase a message',
    description:
      'Removes the content of a message for ever: every version of its raw mail, the attachments and copies made from ' +
      'it, and everything in its record and its deliveries that quotes it. Messages that repeat the same mail, because ' +
      'the mailbox’s identity changed, are erased as well. Open deliveries end and are never sent. The record that the ' +
      'message existed stays, so that no run stores it again. Mail that was already handed over stays with its receiver.',
    answers: { 200: { description: 'What is left of the message.', body: messageSchema } },
    problems: ['not-found', 'message-under-way', 'delivery-under-way'],
    examples: [{ summary: 'A message', params: { messageId: exampleIds.message }, status: 200 }],
    handle: async ({ params, caller }) => ({
      status: 200,
      body: await eraseMessage(services, params.messageId, caller),
    }),
  }),
  route({
    method: 'POST',
    path: '/messages/erase',
    role: 'admin',
    body: selectionSchema,
    operation: 'eraseMessages',
    summary: 'Erase the messages of a list',
    description:
      'Erases all messages that match the filters, which are those of `GET /messages`. Without `expected`, the request ' +
      'only counts them. With the number in `expected`, it erases them, newest first. If `left` is not 0 afterwards, ' +
      `repeat the request with this number. At most ${mostMatching} messages may match: restrict the time if there are more.`,
    answers: { 200: { description: 'What was counted and erased.', body: selectionAnswerSchema } },
    problems: ['count-differs'],
    examples: [
      {
        summary: 'The messages of one queue and one day',
        body: { queueId: exampleIds.queue, from: '2026-03-02', to: '2026-03-02', expected: 1 },
        status: 200,
      },
    ],
    handle: async ({ body: { expected, state: filter, ...filters }, caller }) => ({
      status: 200,
      body: await eraseSelection(services, { filters: { ...filters, filter }, expected }, caller),
    }),
  }),
]
