import * as z from 'zod'
import {
  type RequestRunsServices,
  requestAllRuns,
  requestedRunSchema,
  requestRun,
} from '../../lib/schedule/request-runs.ts'
import { type Route, route } from '../shared/http/route.ts'
import { accountParams, exampleAccount } from './params.ts'

const asked = {
  202: {
    description: 'The runs that were asked for; read them to see how they go.',
    body: z.object({ runs: z.array(requestedRunSchema).meta({ description: 'In the order of the accounts.' }) }),
  },
}

const fetchBodySchema = z
  .strictObject({
    debug: z
      .boolean()
      .meta({
        description: 'Also record what Postmaster and the mail server say to each other, credentials left out.',
        examples: [true],
      })
      .default(false),
  })
  .meta({ description: 'May be left out.' })
  .optional()

/** Asking for a fetch now. */
export const fetchRoutes = (services: RequestRunsServices): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/fetch',
    role: 'admin',
    params: accountParams,
    body: fetchBodySchema,
    operation: 'fetchAccount',
    summary: 'Fetch an account now',
    description:
      'Asks for a run beside the regular ones. It starts within seconds, or once the run of this account that is going on ' +
      'has ended: two never fetch one mailbox at the same time, and `queuedBehind` then says which it waits for.\n\n' +
      'With `debug` the run’s conversation with the mail server can be read while it goes on, and for 24 hours.',
    answers: asked,
    problems: ['not-found', 'account-not-valid', 'fetch-queue-refused'],
    examples: [
      { summary: 'An account', ...exampleAccount, status: 202 },
      { summary: 'With its conversation recorded', ...exampleAccount, body: { debug: true }, status: 202 },
    ],
    handle: async ({ params, body, caller }) => ({
      status: 202,
      body: { runs: await requestRun(services, params.accountId, caller, body) },
    }),
  }),
  route({
    method: 'POST',
    path: '/fetch',
    role: 'admin',
    operation: 'fetchAll',
    summary: 'Fetch all accounts now',
    description:
      'Asks for a run of every valid account. If the fetch queue refuses some of them, their runs end as `failed` with the code `fetch-queue-refused`.',
    answers: asked,
    problems: ['fetch-queue-refused'],
    examples: [{ summary: 'Everything', status: 202 }],
    handle: async ({ caller }) => ({ status: 202, body: { runs: await requestAllRuns(services, caller) } }),
  }),
]
