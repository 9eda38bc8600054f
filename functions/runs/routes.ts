import * as z from 'zod'
import { listRunsOfAccount, readRun, runCursorSchema, type ViewRunsServices } from '../../lib/runs/view-runs.ts'
import { type RequestRunsServices, requestAllRuns, requestRun } from '../../lib/schedule/request-runs.ts'
import { decodeCursor, encodeCursor, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'

const id = z.string().min(1).max(64)
const accountParams = z.strictObject({ accountId: id })

export const runRoutes = (services: RequestRunsServices & ViewRunsServices): Route[] => [
  route({
    method: 'POST',
    path: '/accounts/{accountId}/fetch',
    role: 'admin',
    params: accountParams,
    handle: async ({ params, caller }) => ({
      status: 202,
      body: { runs: await requestRun(services, params.accountId, caller.name) },
    }),
  }),
  route({
    method: 'POST',
    path: '/fetch',
    role: 'admin',
    handle: async ({ caller }) => ({ status: 202, body: { runs: await requestAllRuns(services, caller.name) } }),
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}',
    role: 'reader',
    params: z.strictObject({ runId: id }),
    handle: async ({ params }) => ({ status: 200, body: await readRun(services, params.runId) }),
  }),
  route({
    method: 'GET',
    path: '/accounts/{accountId}/runs',
    role: 'reader',
    params: accountParams,
    query: pagingQuerySchema,
    handle: async ({ params, query }) => {
      const cursor = decodeCursor(runCursorSchema, query.next)
      const { items, next } = await listRunsOfAccount(services, params.accountId, { limit: query.limit, cursor })
      return { status: 200, body: { items, ...(next && { next: encodeCursor(next) }) } }
    },
  }),
]
