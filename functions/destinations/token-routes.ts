import * as z from 'zod'
import { destinationDocs } from '../../lib/handover/destinations/destination-docs.ts'
import {
  createToken,
  listTokens,
  revokeToken,
  type TokenServices,
} from '../../lib/handover/destinations/manage-tokens.ts'
import {
  newTokenViewSchema,
  tokenIdField,
  tokenInputSchema,
  tokenViewSchema,
} from '../../lib/handover/destinations/token-view.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { pageAnswer, pageSchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'

const path = '/destinations/{destinationId}/tokens'
const params = z.strictObject({ destinationId: z.string().min(1).max(64).meta(destinationDocs.destinationId) })
const example = { destinationId: exampleIds.destination }

export const tokenRoutes = (services: TokenServices): Route[] => [
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    operation: 'listDestinationTokens',
    summary: 'List the tokens of a destination',
    description:
      'The oldest token comes first. The secret texts of the tokens are never shown. There are at most 10, so there is one page.',
    answers: { 200: { description: 'The tokens.', body: pageSchema(tokenViewSchema) } },
    problems: ['not-found'],
    examples: [{ summary: 'The tokens of a destination', params: example, status: 200 }],
    handle: async ({ params }) => pageAnswer({ items: await listTokens(services, params.destinationId) }),
  }),
  route({
    method: 'POST',
    path,
    role: 'admin',
    params,
    body: tokenInputSchema,
    operation: 'createDestinationToken',
    summary: 'Create a token',
    description:
      'An agent needs a token to collect the mail of a `pull` destination, and the receiver of a webhook needs one to fetch raw mail. The token is ' +
      'shown only in this response. It gives access to the deliveries of this destination and to nothing else.',
    answers: { 201: { description: 'The new token.', body: newTokenViewSchema } },
    problems: ['not-found', 'too-many-tokens'],
    examples: [
      { summary: 'A token for an agent', params: example, body: { comment: 'Agent on otobo01' }, status: 201 },
    ],
    handle: async ({ params, body, caller }) => ({
      status: 201,
      body: await createToken(services, params.destinationId, body, caller),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${path}/{tokenId}`,
    role: 'admin',
    params: params.extend({ tokenId: tokenIdField }),
    operation: 'revokeDestinationToken',
    summary: 'Revoke a token',
    description:
      'From then on, requests with this token are refused. Deliveries that its agent has leased wait until their leases end.',
    answers: { 204: { description: 'Revoked.' } },
    problems: ['not-found'],
    examples: [{ summary: 'A token', params: { ...example, tokenId: exampleIds.token }, status: 204 }],
    handle: async ({ params, caller }) => {
      await revokeToken(services, params, caller)
      return { status: 204 }
    },
  }),
]
