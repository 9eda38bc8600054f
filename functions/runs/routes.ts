import * as z from 'zod'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import {
  type ConversationServices,
  conversationViewSchema,
  readConversation,
} from '../../lib/runs/read-conversation.ts'
import { runFieldDocs, runStates, runTriggers } from '../../lib/runs/run.ts'
import { type RunQuery, runCursorSchema } from '../../lib/runs/run-catalog.ts'
import { listRuns, readRun, runViewSchema, type ViewRunsServices } from '../../lib/runs/view-runs.ts'
import {
  type RequestRunsServices,
  requestAllRuns,
  requestedRunSchema,
  requestRun,
} from '../../lib/schedule/request-runs.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema, timeRangeQuery } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'

const id = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description, examples: [example] })

const accountParams = z.strictObject({ accountId: id('The account’s id.', exampleIds.account) })
const runParams = z.strictObject({ runId: id('The run’s id.', exampleIds.run) })
/** For lists over all accounts. */
const accountQuery = { accountId: id('Only runs of this account.', exampleIds.account).optional() }

const exampleAccount = { params: { accountId: exampleIds.account } }
const exampleRun = { params: { runId: exampleIds.run } }

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

export const runRoutes = (services: RequestRunsServices & ViewRoutesServices): Route[] => [
  ...fetchRoutes(services),
  ...viewRoutes(services),
]

/** The routes for requesting a fetch. */
const fetchRoutes = (services: RequestRunsServices): Route[] => [
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

const filters = pagingQuerySchema.extend({
  state: z
    .enum(runStates)
    .meta({ ...runFieldDocs.state, examples: ['failed'] })
    .optional(),
  trigger: z
    .enum(runTriggers)
    .meta({ ...runFieldDocs.trigger, examples: ['request'] })
    .optional(),
  ...timeRangeQuery('Requested'),
})
const page = { 200: { description: 'A page of runs.', body: pageSchema(runViewSchema) } }
const kept =
  'Successful runs are kept for 7 days, others for 31 days. A short or empty page can still have a `next`, because each ' +
  'call does a limited amount of work.'

const conversationQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .meta({ description: 'The `after` from the previous response, or 0 to start at the beginning.', examples: [0] })
    .default(0),
})

type ViewRoutesServices = ViewRunsServices & ConversationServices

/** The routes for reading runs. */
const viewRoutes = (services: ViewRoutesServices): Route[] => [
  route({
    method: 'GET',
    path: '/runs',
    role: 'reader',
    query: filters.extend(accountQuery),
    operation: 'listRuns',
    summary: 'List the fetch runs',
    description: `Lists the runs of all accounts, newest first. ${kept}`,
    answers: page,
    examples: [
      { summary: 'Failed runs', query: { state: 'failed', from: '2026-03-01' }, status: 200 },
      { summary: 'The latest ten runs', query: { limit: '10' }, status: 200 },
    ],
    handle: async ({ query }) => await pageOf(services, query),
  }),
  route({
    method: 'GET',
    path: '/accounts/{accountId}/runs',
    role: 'reader',
    params: accountParams,
    query: filters,
    operation: 'listRunsOfAccount',
    summary: 'List an account’s fetch runs',
    description: `Lists the runs of an account, newest first, even if the account has been deleted. ${kept}`,
    answers: page,
    examples: [{ summary: 'The latest ten runs', ...exampleAccount, query: { limit: '10' }, status: 200 }],
    handle: async ({ params, query }) => await pageOf(services, { ...query, ...params }),
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}',
    role: 'reader',
    params: runParams,
    operation: 'readRun',
    summary: 'Read a fetch run',
    description:
      'Returns the counts of the run, how far its connection got, which messages were skipped and why, and what went wrong. ' +
      'The messages of the run are at `/runs/{runId}/messages`.',
    answers: { 200: { description: 'The run.', body: runViewSchema } },
    problems: ['not-found'],
    examples: [{ summary: 'A run', ...exampleRun, status: 200 }],
    handle: async ({ params }) => ({ status: 200, body: await readRun(services, params.runId) }),
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}/conversation',
    // The conversation contains folder names and server responses, which the role `reader` must not see.
    role: 'admin',
    params: runParams,
    query: conversationQuery,
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
  }),
]

const pageOf = async (
  services: ViewRunsServices,
  { next: token, ...query }: Omit<RunQuery, 'cursor'> & { readonly next?: string | undefined },
) => {
  const cursor = decodeCursor(runCursorSchema, token)
  return pageAnswer(await listRuns(services, { ...query, cursor }))
}
