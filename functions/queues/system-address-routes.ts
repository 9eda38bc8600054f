import * as z from 'zod'
import { mergePatch } from '../../lib/changes/merge-patch.ts'
import type { QueueServices } from '../../lib/queues/manage-queues.ts'
import {
  changeSystemAddress,
  createSystemAddress,
  deleteSystemAddress,
  listSystemAddresses,
  readSystemAddress,
} from '../../lib/queues/manage-system-addresses.ts'
import {
  addressTextSchema,
  systemAddressChangeSchema,
  systemAddressInputSchema,
  systemAddressViewSchema,
} from '../../lib/queues/system-address.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { listPositionSchema } from '../../lib/tables/list-by-kind.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'
import { changeRoute, createRoute, deleteRoute, readRoute, replaceRoute } from '../shared/http/versioned-resource.ts'

const address = {
  path: '/system-addresses/{address}',
  params: z.strictObject({ address: addressTextSchema }),
  view: systemAddressViewSchema,
  called: 'address',
}
const example = { params: { address: 'support@example.com' }, headers: { 'if-match': '"1"' } }

export const systemAddressRoutes = (services: QueueServices): Route[] => [
  createRoute(
    address,
    {
      body: systemAddressInputSchema,
      operation: 'createSystemAddress',
      summary: 'Create a system address',
      description:
        'Mail to this address goes to the queue if the account dispatches by recipient. Addresses are compared as a ' +
        'whole, ignoring case. A domain matches in its internationalised and in its ASCII form (`xn--…`). ' +
        'For example, `support+vip@example.com` is a different address from `support@example.com`.',
      problems: ['name-taken'],
      examples: [
        {
          summary: 'An address and its queue',
          body: { address: 'sales@example.com', queueId: exampleIds.queue },
          status: 201,
        },
      ],
    },
    (body, by) => createSystemAddress(services, body, by),
    ({ address }) => address,
  ),
  route({
    method: 'GET',
    path: '/system-addresses',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listSystemAddresses',
    summary: 'List the system addresses',
    description: 'Sorted by address.',
    answers: { 200: { description: 'A page of system addresses.', body: pageSchema(systemAddressViewSchema) } },
    examples: [{ summary: 'The first page', status: 200 }],
    handle: async ({ query: { limit, next } }) =>
      pageAnswer(await listSystemAddresses(services, { limit, after: decodeCursor(listPositionSchema, next) })),
  }),
  readRoute(
    address,
    {
      operation: 'readSystemAddress',
      summary: 'Read a system address',
      examples: [{ summary: 'An address', params: example.params, status: 200 }],
    },
    ({ address }) => readSystemAddress(services, address),
  ),
  replaceRoute(
    address,
    {
      body: systemAddressChangeSchema,
      operation: 'replaceSystemAddress',
      summary: 'Replace a system address',
      description:
        'Fields that are omitted are reset to their defaults. The address itself cannot be changed. Create another ' +
        'system address instead.',
      examples: [{ summary: 'Send the mail to the built-in queue', ...example, body: { queueId: 'raw' }, status: 200 }],
    },
    ({ address }, body, change) => changeSystemAddress(services, address, () => body, change),
  ),
  changeRoute(
    address,
    {
      body: systemAddressChangeSchema,
      operation: 'changeSystemAddress',
      summary: 'Change a system address',
      examples: [{ summary: 'Disable a system address', ...example, body: { validity: 'invalid' }, status: 200 }],
    },
    ({ address }, patch, change) =>
      changeSystemAddress(services, address, (current) => mergePatch(current, patch), change),
  ),
  deleteRoute(
    address,
    {
      operation: 'deleteSystemAddress',
      summary: 'Delete a system address',
      description:
        'From then on, mail to this address is dispatched by its next recipient that is a system address, or ' +
        'otherwise to the default queue.',
      examples: [{ summary: 'An address', ...example, status: 204 }],
    },
    ({ address }, change) => deleteSystemAddress(services, address, change),
  ),
]
