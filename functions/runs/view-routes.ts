import * as z from 'zod'
import { runFieldDocs, runStates, runTriggers } from '../../lib/runs/run.ts'
import { type RunQuery, runCursorSchema } from '../../lib/runs/run-catalog.ts'
import { listRuns, readRun, runViewSchema, type ViewRunsServices } from '../../lib/runs/view-runs.ts'
import { decodeCursor, encodeCursor, pageSchema, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { timeRangeQuery } from '../shared/http/time-range.ts'
import { accountParams, accountQuery, exampleAccount, exampleRun, runParams } from './params.ts'

const filters = pagingQuerySchema.extend({
  state: z
    .enum(runStates)
    .meta({ ...runFieldDocs.state, examples: ['failed'] })
    .optional(),
  trigger: z
    .enum(runTriggers)
    .meta({ ...runFieldDocs.trigger, examples: ['request'] })
    .optional(),
  ...timeRangeQuery('Asked for'),
})
const page = { 200: { description: 'A page of runs.', body: pageSchema(runViewSchema) } }
const kept =
  'Newest first. Runs are kept 31 days, those that went well 7. A page can be short, or empty, and still have a `next`: ' +
  'the work of one call is bounded.'

/** Reading what fetches did. */
export const viewRoutes = (services: ViewRunsServices): Route[] => [
  route({
    method: 'GET',
    path: '/runs',
    role: 'reader',
    query: filters.extend(accountQuery),
    operation: 'listRuns',
    summary: 'List the fetch runs',
    description: `The runs of all accounts. ${kept}`,
    answers: page,
    examples: [
      { summary: 'What failed', query: { state: 'failed', from: '2026-03-01' }, status: 200 },
      { summary: 'The latest ten', query: { limit: '10' }, status: 200 },
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
    description: `Also of an account that has been deleted. ${kept}`,
    answers: page,
    examples: [{ summary: 'The latest ten', ...exampleAccount, query: { limit: '10' }, status: 200 }],
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
      'Counts that balance, how far the connection came, what was skipped and why, and what went wrong in words. ' +
      'Its messages are at `/runs/{runId}/messages`.',
    answers: { 200: { description: 'The run.', body: runViewSchema } },
    problems: ['not-found'],
    examples: [{ summary: 'A run', ...exampleRun, status: 200 }],
    handle: async ({ params }) => ({ status: 200, body: await readRun(services, params.runId) }),
  }),
]

const pageOf = async (
  services: ViewRunsServices,
  { next: token, ...query }: Omit<RunQuery, 'cursor'> & { readonly next?: string | undefined },
) => {
  const cursor = decodeCursor(runCursorSchema, token)
  const { items, next } = await listRuns(services, { ...query, cursor })
  return { status: 200, body: { items, ...(next && { next: encodeCursor(next) }) } }
}
