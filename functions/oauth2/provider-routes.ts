import * as z from 'zod'
import type { ProviderServices } from '../../lib/oauth2/providers/manage-providers.ts'
import {
  changeProvider,
  createProvider,
  deleteProvider,
  listProviders,
  providerCursorSchema,
  readProvider,
  replaceProvider,
} from '../../lib/oauth2/providers/manage-providers.ts'
import { providerFieldDocs } from '../../lib/oauth2/providers/provider.ts'
import { providerInputSchema, providerReplacementSchema } from '../../lib/oauth2/providers/provider-input.ts'
import { providerViewSchema } from '../../lib/oauth2/providers/provider-view.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'
import { changeRoute, createRoute, deleteRoute, readRoute, replaceRoute } from '../shared/http/versioned-resource.ts'

const provider = {
  path: '/oauth2/providers/{providerId}',
  params: z.strictObject({ providerId: z.string().min(1).max(64).meta(providerFieldDocs.providerId) }),
  view: providerViewSchema,
  called: 'provider',
}
/** The use case parses the fields, because only it has the defaults of a built-in provider. */
const document = z.record(z.string(), z.unknown())
const custom = { params: { providerId: exampleIds.provider }, headers: { 'if-match': '"1"' } }
const microsoft = { params: { providerId: 'microsoft' }, headers: { 'if-match': '"1"' } }
const example = {
  name: 'Login of Example Ltd',
  authorizationEndpoint: 'https://login.example.com/realms/desk/protocol/openid-connect/auth',
  tokenEndpoint: 'https://login.example.com/realms/desk/protocol/openid-connect/token',
}

export const providerRoutes = (services: ProviderServices): Route[] => [
  createRoute(
    provider,
    {
      body: document,
      documentedBody: providerInputSchema,
      operation: 'createOAuth2Provider',
      summary: 'Create an OAuth2 provider',
      description:
        'Adds a provider to the built-in ones (Microsoft, its national clouds, Google). The endpoints are `https` addresses without a query. If each ' +
        'customer has different addresses, `{tenant}` is the placeholder for the tenant of the profile.',
      examples: [
        { summary: 'Only the endpoints', body: example, status: 201 },
        {
          summary: 'Every field',
          body: {
            ...example,
            scopes: { imap: ['openid', 'email', 'offline_access'], pop3: ['openid', 'email', 'offline_access'] },
            clientCredentialsScopes: ['mail'],
            authorizationParameters: { prompt: 'consent' },
            clientAuthentication: 'header',
            hosts: { imap: 'mail.example.com', pop3: 'pop.example.com' },
          },
          status: 201,
        },
      ],
    },
    (body, by) => createProvider(services, body, by),
    ({ providerId }) => providerId,
  ),
  route({
    method: 'GET',
    path: '/oauth2/providers',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listOAuth2Providers',
    summary: 'List the OAuth2 providers',
    description: 'Lists the built-in providers first, and then the others sorted by name.',
    answers: { 200: { description: 'A page of providers.', body: pageSchema(providerViewSchema) } },
    examples: [{ summary: 'The first page', query: { limit: '20' }, status: 200 }],
    handle: async ({ query: { limit, next } }) =>
      pageAnswer(await listProviders(services, { limit, cursor: decodeCursor(providerCursorSchema, next) })),
  }),
  readRoute(
    provider,
    {
      operation: 'readOAuth2Provider',
      summary: 'Read an OAuth2 provider',
      examples: [
        { summary: 'A built-in provider', params: microsoft.params, status: 200 },
        { summary: 'A provider of your own', params: custom.params, status: 200 },
      ],
    },
    ({ providerId }) => readProvider(services, providerId),
  ),
  replaceRoute(
    provider,
    {
      body: document,
      documentedBody: providerReplacementSchema,
      operation: 'replaceOAuth2Provider',
      summary: 'Replace an OAuth2 provider',
      description:
        'Omitted fields return to their defaults. For a built-in provider, these are the defaults of the current version of Postmaster. If it should follow later versions of ' +
        'Postmaster, reset it instead. You cannot change the endpoints of a built-in provider, and its `hosts` must be the vendor’s own mail ' +
        'servers. While profiles use a provider of your own, you cannot move its token endpoint to another host, because Postmaster sends their ' +
        'secrets only there. If people consent through these profiles, the same applies to its authorization endpoint.',
      problems: ['provider-in-use'],
      examples: [
        { summary: 'Other endpoints', ...custom, body: example, status: 200 },
        {
          summary: 'Microsoft, without the choice of an account',
          ...microsoft,
          body: { authorizationParameters: {} },
          status: 200,
        },
      ],
    },
    ({ providerId }, body, change) => replaceProvider(services, { providerId, ...change }, body),
  ),
  changeRoute(
    provider,
    {
      body: providerInputSchema,
      operation: 'changeOAuth2Provider',
      summary: 'Change an OAuth2 provider',
      more: 'If you set a parameter to `null`, Postmaster no longer sends it. The restrictions of a replacement also apply to a patch.',
      problems: ['provider-in-use'],
      examples: [
        {
          summary: 'An additional parameter',
          ...custom,
          body: { authorizationParameters: { prompt: 'consent' } },
          status: 200,
        },
        {
          summary: 'Microsoft, with a password prompt each time',
          ...microsoft,
          body: { authorizationParameters: { prompt: 'login' } },
          status: 200,
        },
      ],
    },
    ({ providerId }, patch, change) => changeProvider(services, { providerId, ...change }, patch),
  ),
  deleteRoute(
    provider,
    {
      operation: 'deleteOAuth2Provider',
      summary: 'Delete or reset an OAuth2 provider',
      description:
        'Deletes a custom provider, unless profiles use it. Resets a built-in provider to Postmaster’s defaults, and future updates to the defaults then apply to it.',
      problems: ['provider-in-use'],
      examples: [{ summary: 'A provider without profiles', ...custom, status: 204 }],
    },
    ({ providerId }, change) => deleteProvider(services, { providerId, ...change }),
  ),
]
