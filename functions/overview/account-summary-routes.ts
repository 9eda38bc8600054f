import * as z from 'zod'
import { accountSummarySchema } from '../../lib/overview/account-summary.ts'
import {
  type ChangedSummariesServices,
  changedSummaries,
  changesCursorSchema,
} from '../../lib/overview/changed-summaries.ts'
import { listPositionSchema, listSummaries } from '../../lib/overview/list-summaries.ts'
import { decodeCursor, encodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'

const query = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .meta({ description: 'The maximum number of accounts in a page.', examples: [1000] })
    .default(1000),
  next: pagingQuerySchema.shape.next,
  changedSince: z
    .string()
    .max(2048)
    .meta({
      description:
        'The `cursor` of an earlier response. Returns only the accounts that may have changed since then, and the ids of deleted ones.',
      examples: ['eyJhdCI6IjIwMjYtMDMtMDJUMDg6MTA6MDAuMDAwWiJ9'],
    })
    .optional(),
})

export const accountSummariesSchema = z.object({
  ...pageSchema(accountSummarySchema).shape,
  cursor: z.string().meta({
    description:
      'Send it as `changedSince` after the last page to receive what has changed since its first page was read.',
    examples: ['eyJhdCI6IjIwMjYtMDMtMDJUMDg6MTA6MDAuMDAwWiJ9'],
  }),
  removed: z.array(z.string()).meta({
    description: 'The ids of accounts that were deleted after `changedSince`. Empty without `changedSince`.',
    examples: [[]],
  }),
})

export const accountSummaryRoutes = (services: ChangedSummariesServices): Route[] => [
  route({
    method: 'GET',
    path: '/account-summaries',
    role: 'reader',
    query,
    operation: 'listAccountSummaries',
    summary: 'List summaries of all accounts',
    description:
      'For clients that keep all accounts and filter them on their own. Load all pages once. Then send the `cursor` of the ' +
      'latest response as `changedSince` from time to time. The response contains every account that was created or changed ' +
      'or whose run was requested, started or ended, and the ids of deleted accounts. It may repeat accounts that have not ' +
      'changed. A cursor is valid for an hour. Send `changedSince` together with the `next` token of its pages. The new ' +
      'name of a queue or a profile appears when its accounts change or all pages are loaded again.\n\nA page can be ' +
      'shorter than `limit`, because a response contains less than 1 MB. It is the last page if `next` is missing.',
    answers: { 200: { description: 'A page of accounts.', body: accountSummariesSchema } },
    problems: ['cursor-expired'],
    examples: [
      { summary: 'The first page', status: 200 },
      { summary: 'A short page', query: { limit: '10' }, status: 200 },
    ],
    handle: async ({ query: { limit, next, changedSince } }) => {
      const since = decodeCursor(changesCursorSchema, changedSince, 'changedSince')?.at
      const { began, ...page } =
        since === undefined
          ? { ...(await listSummaries(services, limit, decodeCursor(listPositionSchema, next))), removed: [] }
          : await changedSummaries(services, since, limit, decodeCursor(listPositionSchema, next))
      return pageAnswer({ ...page, cursor: encodeCursor({ at: began }) })
    },
  }),
]
