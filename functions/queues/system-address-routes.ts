import * as z from 'zod'
import {
  addressTextSchema,
  systemAddressChangeSchema,
  systemAddressInputSchema,
} from '../../lib/dispatching/dispatching-input.ts'
import { listPositionSchema } from '../../lib/dispatching/dispatching-rows.ts'
import type { DispatchingServices } from '../../lib/dispatching/dispatching-services.ts'
import {
  changeSystemAddress,
  createSystemAddress,
  deleteSystemAddress,
  listSystemAddresses,
  readSystemAddress,
  replaceSystemAddress,
} from '../../lib/dispatching/manage-system-addresses.ts'
import { expectedVersionOf } from '../shared/http/etag.ts'
import { decodeCursor, encodeCursor, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { versionedAnswer } from './versioned-answer.ts'

const path = '/system-addresses/{address}'
const params = z.strictObject({ address: addressTextSchema })

export const systemAddressRoutes = (services: DispatchingServices): Route[] => [
  route({
    method: 'POST',
    path: '/system-addresses',
    role: 'admin',
    body: systemAddressInputSchema,
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
    handle: async ({ params }) => versionedAnswer(200, await readSystemAddress(services, params.address)),
  }),
  route({
    method: 'PUT',
    path,
    role: 'admin',
    params,
    body: systemAddressChangeSchema,
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
    handle: async ({ params, headers }) => {
      await deleteSystemAddress(services, params.address, expectedVersionOf(headers))
      return { status: 204 }
    },
  }),
]
