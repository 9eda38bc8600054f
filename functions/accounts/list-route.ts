import * as z from 'zod'
import { validities } from '../../lib/accounts/account.ts'
import { oauth2States } from '../../lib/accounts/account-oauth2.ts'
import type { AccountServices } from '../../lib/accounts/account-services.ts'
import { accountFieldDocs } from '../../lib/accounts/fields/field-docs.ts'
import { healthStates } from '../../lib/accounts/health/account-health.ts'
import { accountViewSchema } from '../../lib/accounts/view/account-view.ts'
import { listAccounts } from '../../lib/accounts/view/list-accounts.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { route } from '../shared/http/route.ts'

const positionSchema = z.strictObject({ listingKey: z.string().min(1), accountId: z.string().min(1) })

export const listRoute = (services: AccountServices) =>
  route({
    method: 'GET',
    path: '/accounts',
    role: 'reader',
    query: pagingQuerySchema.extend({
      filter: z
        .string()
        .min(1)
        .max(200)
        .meta({
          description:
            'Text to search for, ignoring case, in all fields except `customCa`, `health` and the state of the OAuth2 connection.',
          examples: ['example.com'],
        })
        .optional(),
      validity: z
        .enum(validities)
        .meta({ description: 'Only accounts with this validity.', examples: accountFieldDocs.validity.examples })
        .optional(),
      health: z
        .enum(healthStates)
        .meta({ description: 'Only accounts in this health state.', examples: ['failing'] })
        .optional(),
      oauth2: z
        .enum(oauth2States)
        .meta({
          description: 'Only OAuth2 accounts in this connection state.',
          examples: ['re-authorization-needed'],
        })
        .optional(),
    }),
    operation: 'listAccounts',
    summary: 'List the mail accounts',
    description: 'Sorted by host and user name. Each entry includes its fetch status.',
    answers: { 200: { description: 'A page of mail accounts.', body: pageSchema(accountViewSchema) } },
    examples: [
      { summary: 'The first page', status: 200 },
      { summary: 'Accounts that are failing', query: { health: 'failing' }, status: 200 },
      { summary: 'Accounts that must be connected', query: { oauth2: 'consent-missing' }, status: 200 },
      {
        summary: 'Valid accounts that contain a text',
        query: { filter: 'support', validity: 'valid', limit: '10' },
        status: 200,
      },
    ],
    handle: async ({ query: { limit, next, ...filters } }) =>
      pageAnswer(await listAccounts({ limit, after: decodeCursor(positionSchema, next), ...filters }, services)),
  })
