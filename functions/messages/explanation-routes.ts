import * as z from 'zod'
import { explanationSchema } from '../../lib/messages/explanation.ts'
import { type ExplainServices, explainByHeader, explainById } from '../../lib/messages/find-explanations.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { type Route, route } from '../shared/http/route.ts'

const accountId = z
  .string()
  .min(1)
  .max(64)
  .meta({
    description: 'Only this account: narrows where a message that is not stored is looked for.',
    examples: [exampleIds.account],
  })
  .optional()

export const explanationRoutes = (services: ExplainServices): Route[] => [
  route({
    method: 'GET',
    path: '/messages/{messageId}/explanation',
    role: 'reader',
    params: z.strictObject({
      messageId: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
        .meta({ description: 'The message’s id.', examples: [exampleIds.message] }),
    }),
    query: z.strictObject({ accountId }),
    operation: 'explainMessage',
    summary: 'Explain a message',
    description:
      'Why it is where it is, step by step: when which run saw and stored it, why this queue, which control headers counted, whether it was ' +
      'announced, what became of it on the mail server. A message that runs met and did not store is explained from their records.',
    answers: { 200: { description: 'What happened to it, in order.', body: explanationSchema } },
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
      'One mail may have been fetched from several mailboxes, so several messages may carry one Message-ID: the newest 20 are explained. ' +
      'Where there is none, `words` says what was looked through and how much the latest runs skipped.',
    answers: {
      200: {
        description: 'The explanations, newest message first.',
        body: z.object({
          items: z.array(explanationSchema).meta({ description: 'One for each message.' }),
          words: z.string().meta({
            description: 'What was found, or what to think of nothing being found.',
            examples: ['1 stored message carries this Message-ID.'],
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
