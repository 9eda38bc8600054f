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
    .meta({ description: 'The `after` from the previous response, or 0 to start at the beginning.', examples: [0] })
    .default(0),
})

export const conversationRoute = (services: ConversationRouteServices): Route =>
  route({
    method: 'GET',
    path: '/runs/{runId}/conversation',
    // The conversation contains folder names and server responses, which the role `reader` must not see.
    role: 'admin',
    params: runParams,
    query,
    operation: 'readConversation',
    summary: 'Read a run’s conversation with the mail server',
    description:
      'Returns the conversation of a run that was requested with `debug`, even during the run. Repeat the request with `after` until ' +
      '`ended` is true. Lines appear about a second after they were sent or received. Credentials are left out, and messages are ' +
      'replaced by their size. A conversation is kept for 24 hours and up to a limit of 1 MiB.',
    answers: { 200: { description: 'The lines since then.', body: conversationViewSchema } },
    problems: ['not-found'],
    examples: [{ summary: 'From the beginning', ...exampleRun, query: { after: '0' }, status: 200 }],
    handle: async ({ params, query }) => ({
      status: 200,
      body: await readConversation(services, params.runId, query.after),
    }),
  })
