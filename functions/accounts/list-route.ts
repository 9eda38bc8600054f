import * as z from 'zod'
import { validities } from '../../lib/accounts/account.ts'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import { listAccounts } from '../../lib/accounts/list-accounts.ts'
import { decodeCursor, encodeCursor, pagingQuerySchema } from '../shared/http/paging.ts'
import { route } from '../shared/http/route.ts'

const positionSchema = z.strictObject({ listingKey: z.string().min(1), accountId: z.string().min(1) })

export const listRoute = (services: AccountServices) =>
  route({
    method: 'GET',
    path: '/accounts',
    role: 'reader',
    query: pagingQuerySchema.extend({
      filter: z.string().min(1).max(200).optional(),
      validity: z.enum(validities).optional(),
    }),
    handle: async ({ query: { limit, next: token, filter, validity } }) => {
      const after = decodeCursor(positionSchema, token)
      const { items, next } = await listAccounts(
        { limit, ...(after && { after }), ...(filter && { filter }), ...(validity && { validity }) },
        services,
      )
      return { status: 200, body: { items, ...(next && { next: encodeCursor({ ...next }) }) } }
    },
  })
