import * as z from 'zod'
import {
  addressTextSchema,
  systemAddressChangeSchema,
  systemAddressInputSchema,
} from '../../lib/dispatching/dispatching-input.ts'
import { type DispatchingServices, systemAddressViewSchema } from '../../lib/dispatching/dispatching-services.ts'
import {
  changeSystemAddress,
  createSystemAddress,
  deleteSystemAddress,
  listSystemAddresses,
  readSystemAddress,
  replaceSystemAddress,
} from '../../lib/dispatching/manage-system-addresses.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { mergePatchSchema } from '../../lib/requests/merge-patch-schema.ts'
import { listPositionSchema } from '../../lib/tables/list-by-kind.ts'
import { expectedVersionOf } from '../shared/http/etag.ts'
import { decodeCursor, encodeCursor, pageSchema, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { versionProblems } from '../shared/http/route-documentation.ts'
import { versionedAnswer } from '../shared/http/versioned-answer.ts'

const path = '/system-addresses/{address}'
const params = z.strictObject({ address: addressTextSchema })
const example = { params: { address: 'support@example.com' }, headers: { 'if-match': '"1"' } }
const changed = {
  200: { description: 'The address as it is now.', body: systemAddressViewSchema, headers: ['etag'] as const },
}

export const systemAddressRoutes = (services: DispatchingServices): Route[] => [
  route({
    method: 'POST',
    path: '/system-addresses',
    role: 'admin',
    body: systemAddressInputSchema,
    operation: 'createSystemAddress',
    summary: 'Create a system address',
    description:
      'Mail to this address goes to the queue, in accounts that dispatch by recipient. Compared without case and as a ' +
      'whole: `support+vip@example.com` is another address.',
    answers: {
      201: { description: 'The new address.', body: systemAddressViewSchema, headers: ['etag', 'location'] },
    },
    problems: ['name-taken'],
    examples: [
      {
        summary: 'An address and its queue',
        body: { address: 'sales@example.com', queueId: exampleIds.queue },
        status: 201,
      },
    ],
    handle: async ({ body, caller }) => {
      const made = await createSystemAddress(services, body, caller.name)
      return versionedAnswer(201, made, `/system-addresses/${encodeURIComponent(made.view.address)}`)
    },
  }),
  route({
    method: 'GET',
    path: '/system-addresses',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listSystemAddresses',
    summary: 'List the system addresses',
    description: 'By address.',
    answers: { 200: { description: 'A page of system addresses.', body: pageSchema(systemAddressViewSchema) } },
    examples: [{ summary: 'The first page', status: 200 }],
    handle: async ({ query }) => {
      const after = decodeCursor(listPositionSchema, query.next)
      const { items, next } = await listSystemAddresses(services, { limit: query.limit, after })
      return { status: 200, body: { items, ...(next && { next: encodeCursor(next) }) } }
    },
  }),
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    operation: 'readSystemAddress',
    summary: 'Read a system address',
    description: 'Its ETag is what a change of it names.',
    answers: { 200: { description: 'The address.', body: systemAddressViewSchema, headers: ['etag'] } },
    problems: ['not-found'],
    examples: [{ summary: 'An address', params: example.params, status: 200 }],
    handle: async ({ params }) => versionedAnswer(200, await readSystemAddress(services, params.address)),
  }),
  route({
    method: 'PUT',
    path,
    role: 'admin',
    params,
    body: systemAddressChangeSchema,
    operation: 'replaceSystemAddress',
    summary: 'Replace a system address',
    description: 'What is left out returns to its default. The address itself cannot be changed; create another.',
    answers: changed,
    problems: ['not-found', ...versionProblems],
    examples: [{ summary: 'To the built-in queue', ...example, body: { queueId: 'raw' }, status: 200 }],
    handle: async ({ params, body, caller, headers }) => {
      const expected = expectedVersionOf(headers)
      return versionedAnswer(200, await replaceSystemAddress(services, params.address, body, expected, caller.name))
    },
  }),
  route({
    method: 'PATCH',
    path,
    role: 'admin',
    params,
    body: z.record(z.string(), z.unknown()),
    documentedBody: mergePatchSchema(systemAddressChangeSchema),
    operation: 'changeSystemAddress',
    summary: 'Change a system address',
    description: 'A JSON merge patch (RFC 7396): what is left out stays, `null` returns a field to its default.',
    answers: changed,
    problems: ['not-found', ...versionProblems],
    examples: [{ summary: 'Out of use', ...example, body: { validity: 'invalid' }, status: 200 }],
    handle: async ({ params, body, caller, headers }) => {
      const expected = expectedVersionOf(headers)
      return versionedAnswer(200, await changeSystemAddress(services, params.address, body, expected, caller.name))
    },
  }),
  route({
    method: 'DELETE',
    path,
    role: 'admin',
    params,
    operation: 'deleteSystemAddress',
    summary: 'Delete a system address',
    description: 'From then on mail to it goes on to the next recipient that is one, else to the default queue.',
    answers: { 204: { description: 'It is gone.' } },
    problems: ['not-found', ...versionProblems],
    examples: [{ summary: 'An address', ...example, status: 204 }],
    handle: async ({ params, caller, headers }) => {
      await deleteSystemAddress(services, params.address, expectedVersionOf(headers), caller.name)
      return { status: 204 }
    },
  }),
]
