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
    description: 'The requested runs. Read them to follow their progress.',
    body: z.object({
      runs: z
        .array(requestedRunSchema)
        .meta({ description: 'The requested runs, one per account, in the same order as the accounts.' }),
    }),
  },
}

const fetchBodySchema = z
  .strictObject({
    debug: z
      .boolean()
      .meta({
        description: 'True to record the conversation between Postmaster and the mail server, without credentials.',
        examples: [true],
      })
      .default(false),
  })
  .meta({ description: 'The body can be omitted.' })
  .optional()

/** The routes for requesting a fetch. */
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
      'Requests a run in addition to the scheduled ones. The run starts within seconds or, if another run of this account is ' +
      'queued or in progress, after that run has ended. Two runs never fetch the same mailbox at the same time. `queuedBehind` ' +
      'contains the id of the run that must end first.\n\n' +
      'With `debug`, you can read the run’s conversation with the mail server during the run and for 24 hours.',
    answers: asked,
    problems: ['not-found', 'account-not-valid', 'fetch-queue-refused'],
    examples: [
      { summary: 'Fetch an account', ...exampleAccount, status: 202 },
      {
        summary: 'Fetch an account and record the conversation',
        ...exampleAccount,
        body: { debug: true },
        status: 202,
      },
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
      'Requests a run of every valid account. If the fetch queue rejects some of them, these runs end as `failed` with the code `fetch-queue-refused`.',
    answers: asked,
    problems: ['fetch-queue-refused'],
    examples: [{ summary: 'Fetch all accounts', status: 202 }],
    handle: async ({ caller }) => ({ status: 202, body: { runs: await requestAllRuns(services, caller) } }),
  }),
]
