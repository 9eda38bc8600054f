import * as z from 'zod'
import { explanationSchema } from '../../lib/messages/history/explanation.ts'
import { type ExplainServices, explainByHeader, explainById } from '../../lib/messages/history/find-explanations.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { messageIdParam } from '../shared/http/message-id.ts'
import { type Route, route } from '../shared/http/route.ts'

const accountId = z
  .string()
  .min(1)
  .max(64)
  .meta({
    description: 'Restricts the search for a message that is not stored to this account.',
    examples: [exampleIds.account],
  })
  .optional()

export const explanationRoutes = (services: ExplainServices): Route[] => [
  route({
    method: 'GET',
    path: '/messages/{messageId}/explanation',
    role: 'reader',
    params: z.strictObject({
      messageId: messageIdParam,
    }),
    query: z.strictObject({ accountId }),
    operation: 'explainMessage',
    summary: 'Explain a message',
    description:
      'Explains step by step why the message is where it is: which run found and stored it and when, why it is in ' +
      'this queue, which control headers were honoured, whether it was ' +
      'announced, and what happened to it on the mail server. If runs found the message but did not store it, their ' +
      'records explain why.',
    answers: { 200: { description: 'What happened to the message, in order.', body: explanationSchema } },
    problems: ['not-found'],
    examples: [{ summary: 'A message', params: { messageId: exampleIds.message }, status: 200 }],
    handle: async ({ params, query }) => ({
      status: 200,
      body: await explainById(services, params.messageId, query.accountId),
    }),
  }),
  route({
    method: 'GET',
    path: '/explanations',
    role: 'reader',
    query: z.strictObject({
      messageIdHeader: z
        .string()
        .trim()
        .min(1)
        .max(1_000)
        .meta({
          description: 'The Message-ID header, with or without its angle brackets.',
          examples: ['<1@example.org>'],
        }),
      accountId,
    }),
    operation: 'explainMessages',
    summary: 'Explain by Message-ID',
    description:
      'The same mail may have been fetched from several mailboxes, so several messages may have the same ' +
      'Message-ID. The newest 20 are explained. ' +
      'If there is none, `detail` describes what was searched and how many messages the latest runs skipped.',
    answers: {
      200: {
        description: 'The explanations, newest message first.',
        body: z.object({
          items: z.array(explanationSchema).meta({ description: 'One explanation for each message.' }),
          detail: z.string().meta({
            description: 'A summary of the result, or an explanation why nothing was found.',
            examples: ['1 stored message has this Message-ID.'],
          }),
        }),
      },
    },
    examples: [{ summary: 'A Message-ID', query: { messageIdHeader: '<1@example.org>' }, status: 200 }],
    handle: async ({ query }) => ({
      status: 200,
      body: await explainByHeader(services, query.messageIdHeader, query.accountId),
    }),
  }),
]
