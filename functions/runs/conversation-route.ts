import * as z from 'zod'
import {
  type ConversationServices,
  conversationViewSchema,
  readConversation,
} from '../../lib/runs/read-conversation.ts'
import type { ViewRunsServices } from '../../lib/runs/view-runs.ts'
import { type Route, route } from '../shared/http/route.ts'
import { exampleRun, runParams } from './params.ts'

export type ConversationRouteServices = ConversationServices & ViewRunsServices

const query = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .meta({ description: 'The `after` of the answer before; 0 for the beginning.', examples: [0] })
    .default(0),
})

export const conversationRoute = (services: ConversationRouteServices): Route =>
  route({
    method: 'GET',
    path: '/runs/{runId}/conversation',
    // Names of folders and people's answers: nothing for readers.
    role: 'admin',
    params: runParams,
    query,
    operation: 'readConversation',
    summary: 'Read a run’s conversation with the mail server',
    description:
      'Of a run asked for with `debug`, also while it goes on: ask again with `after` until `ended`. Lines come about a second ' +
      'after they were said. Credentials are left out, and of messages only the size is shown. Kept 24 hours, at most 1 MiB.',
    answers: { 200: { description: 'What was said since.', body: conversationViewSchema } },
    problems: ['not-found'],
    examples: [{ summary: 'From the beginning', ...exampleRun, query: { after: '0' }, status: 200 }],
    handle: async ({ params, query }) => ({
      status: 200,
      body: await readConversation(services, params.runId, query.after),
    }),
  })
