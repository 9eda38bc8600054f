import * as z from 'zod'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import { changeAccount, replaceAccount } from '../../lib/accounts/change-account.ts'
import { createAccount } from '../../lib/accounts/create-account.ts'
import { deleteAccount } from '../../lib/accounts/delete-account.ts'
import { readAccount } from '../../lib/accounts/read-account.ts'
import { expectedVersionOf } from '../shared/http/etag.ts'
import { type Route, route } from '../shared/http/route.ts'
import { accountAnswer } from './account-answer.ts'
import { listRoute } from './list-route.ts'

const path = '/accounts/{accountId}'
const params = z.strictObject({ accountId: z.string().min(1).max(64) })
/** Its fields are read by the use case, which knows the account a change is made to. */
const document = z.record(z.string(), z.unknown())

export const accountRoutes = (services: AccountServices): Route[] => [
  listRoute(services),
  route({
    method: 'POST',
    path: '/accounts',
    role: 'admin',
    body: document,
    handle: async ({ body, caller }) => {
      const account = await createAccount(body, caller.name, services)
      const { headers, ...answer } = await accountAnswer(201, account, services)
      return { ...answer, headers: { ...headers, location: `/accounts/${account.accountId}` } }
    },
  }),
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    handle: async ({ params }) => await accountAnswer(200, await readAccount(params.accountId, services), services),
  }),
  route({
    method: 'PUT',
    path,
    role: 'admin',
    params,
    body: document,
    handle: async ({ params, body, caller, headers }) => {
      const change = { ...params, expected: expectedVersionOf(headers), changedBy: caller.name }
      return await accountAnswer(200, await replaceAccount(change, body, services), services)
    },
  }),
  route({
    method: 'PATCH',
    path,
    role: 'admin',
    params,
    body: document,
    handle: async ({ params, body, caller, headers }) => {
      const change = { ...params, expected: expectedVersionOf(headers), changedBy: caller.name }
      return await accountAnswer(200, await changeAccount(change, body, services), services)
    },
  }),
  route({
    method: 'DELETE',
    path,
    role: 'admin',
    params,
    handle: async ({ params, headers }) => {
      await deleteAccount(params.accountId, expectedVersionOf(headers), services)
      return { status: 204 }
    },
  }),
]
