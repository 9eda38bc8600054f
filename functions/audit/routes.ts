import * as z from 'zod'
import { auditEntrySchema } from '../../lib/audit/audit-entry.ts'
import { type AuditReader, auditCursorSchema } from '../../lib/audit/audit-reader.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { decodeCursor, encodeCursor, pageSchema, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { timeRangeQuery } from '../shared/http/time-range.ts'

const subject = `/accounts/${exampleIds.account}`
/** An index key of DynamoDB holds 2,048 bytes; the longest subject, an address percent-encoded, stays below. */
const query = pagingQuerySchema.extend({
  subject: z
    .string()
    .regex(/^\/[\x20-\x7e]{1,1023}$/, 'must be a path of the API, such as `/queues/raw`')
    .meta({ description: 'Only what was done to this, named by its path in the API.', examples: [subject] })
    .optional(),
  who: z
    .string()
    .min(1)
    .max(256)
    .meta({ description: 'Only what this person did.', examples: ['jane@example.com'] })
    .optional(),
  ...timeRangeQuery('Done'),
})

export const auditRoutes = (audit: AuditReader): Route[] => [
  route({
    method: 'GET',
    path: '/audit',
    role: 'admin',
    query,
    operation: 'listAudit',
    summary: 'List who changed what',
    description:
      'Every change of mail accounts, queues, system addresses and the default queue, and every Fetch now; newest first, kept ' +
      'for 400 days. The entry is written before the change, so that none goes unrecorded. Of a password it says that it ' +
      'changed; certificates stand there by their fingerprints. With `subject` and `who` together a page can be short, even ' +
      'empty, and still have a `next`.',
    answers: { 200: { description: 'A page of entries.', body: pageSchema(auditEntrySchema) } },
    examples: [
      { summary: 'The latest changes', status: 200 },
      { summary: 'What became of one account', query: { subject, from: '2026-03-01' }, status: 200 },
      { summary: 'What one person did', query: { who: 'jane@example.com', limit: '20' }, status: 200 },
    ],
    handle: async ({ query: { limit, next, ...filter } }) => {
      const page = await audit.list({ ...filter, limit, cursor: decodeCursor(auditCursorSchema, next) })
      return { status: 200, body: { items: page.entries, ...(page.next && { next: encodeCursor(page.next) }) } }
    },
  }),
]
