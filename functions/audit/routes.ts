import * as z from 'zod'
import { auditEntrySchema } from '../../lib/audit/audit-entry.ts'
import { type AuditReader, auditCursorSchema } from '../../lib/audit/audit-reader.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema, timeRangeQuery } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'

const subject = `/accounts/${exampleIds.account}`
/** A partition key in DynamoDB has at most 2,048 bytes. The longest subject, a percent-encoded address, is shorter. */
const query = pagingQuerySchema.extend({
  subject: z
    .string()
    .regex(/^\/[\x20-\x7e]{1,1023}$/, 'must be a path in the API, such as `/queues/raw`')
    .meta({ description: 'Only entries about this subject, given as its path in the API.', examples: [subject] })
    .optional(),
  who: z
    .string()
    .min(1)
    .max(256)
    .meta({ description: 'Only entries of this person.', examples: ['jane@example.com'] })
    .optional(),
  ...timeRangeQuery('Recorded'),
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
      'Lists every change of mail accounts, queues, system addresses, the default queue, and OAuth2 providers and profiles, and every ' +
      'requested fetch, newest first. Entries are kept for 400 days. An entry is written before its change, so that no change ' +
      'goes unrecorded. For a password or a client secret, the entry only records that it changed. Certificates are recorded by their ' +
      'fingerprints. If you set both `subject` and `who`, even a short or empty page can have a `next` token.',
    answers: { 200: { description: 'A page of entries.', body: pageSchema(auditEntrySchema) } },
    examples: [
      { summary: 'The latest changes', status: 200 },
      { summary: 'Entries about one account', query: { subject, from: '2026-03-01' }, status: 200 },
      { summary: 'Entries of one person', query: { who: 'jane@example.com', limit: '20' }, status: 200 },
    ],
    handle: async ({ query: { limit, next, ...filter } }) => {
      const page = await audit.list({ ...filter, limit, cursor: decodeCursor(auditCursorSchema, next) })
      return pageAnswer({ items: page.entries, next: page.next })
    },
  }),
]
