import * as z from 'zod'
import type { ProfileServices } from '../../lib/oauth2/profiles/manage-profiles.ts'
import {
  changeProfile,
  createProfile,
  deleteProfile,
  listProfiles,
  readProfile,
  replaceProfile,
} from '../../lib/oauth2/profiles/manage-profiles.ts'
import { profileFieldDocs } from '../../lib/oauth2/profiles/profile.ts'
import { profileInputSchema } from '../../lib/oauth2/profiles/profile-input.ts'
import { profileViewSchema, redirectUriField } from '../../lib/oauth2/profiles/profile-view.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { listPositionSchema } from '../../lib/tables/list-by-kind.ts'
import { decodeCursor, pageAnswer, pageSchema, pagingQuerySchema } from '../shared/http/lists.ts'
import { type Route, route } from '../shared/http/route.ts'
import { changeRoute, createRoute, deleteRoute, readRoute, replaceRoute } from '../shared/http/versioned-resource.ts'

const profile = {
  path: '/oauth2/profiles/{profileId}',
  params: z.strictObject({ profileId: z.string().min(1).max(64).meta(profileFieldDocs.profileId) }),
  view: profileViewSchema,
  called: 'profile',
}
/** The use case parses the fields, because their rules depend on the provider and on the profile that is changed. */
const document = z.record(z.string(), z.unknown())
const one = { params: { profileId: exampleIds.profile }, headers: { 'if-match': '"1"' } }
const page = pageSchema(profileViewSchema).extend({ redirectUri: redirectUriField })

const microsoft = {
  providerId: 'microsoft',
  tenant: '6babcaad-604b-40ac-a9d7-9fd97c0b779f',
  clientId: '2d4d11a2-f814-46a7-890a-274a72a7309e',
}
const secret = { clientSecret: 'correct horse battery staple', secretExpiresOn: '2028-03-01' }

export const profileRoutes = (services: ProfileServices): Route[] => [
  createRoute(
    profile,
    {
      body: document,
      documentedBody: profileInputSchema,
      operation: 'createOAuth2Profile',
      summary: 'Create an OAuth2 profile',
      description:
        'A profile contains Postmaster’s registration with a provider. Register Postmaster there first, and use the `redirectUri` from the list of profiles as its redirect URI. ' +
        'Names are unique, compared without case. You can omit the client secret only for a custom provider whose client is public.',
      problems: ['name-taken'],
      examples: [
        {
          summary: 'Microsoft 365, with people’s consent',
          body: { name: 'Sales at Microsoft 365', ...microsoft, ...secret },
          status: 201,
        },
        {
          summary: 'Microsoft 365, app-only',
          body: { name: 'All desks', ...microsoft, ...secret, grant: 'client_credentials', comment: 'App-only access' },
          status: 201,
        },
        {
          summary: 'Google',
          body: {
            name: 'Desk at Google',
            providerId: 'google',
            clientId: '1234567890-desk.apps.googleusercontent.com',
            clientSecret: 'correct horse battery staple',
          },
          status: 201,
        },
      ],
    },
    (body, by) => createProfile(services, body, by),
    ({ profileId }) => profileId,
  ),
  route({
    method: 'GET',
    path: '/oauth2/profiles',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listOAuth2Profiles',
    summary: 'List the OAuth2 profiles',
    description:
      'Sorted by name. Each profile includes the accounts that use it and whether its client secret expires soon.',
    answers: {
      200: { description: 'A page of profiles, and the redirect URI to register with providers.', body: page },
    },
    examples: [{ summary: 'The first page', query: { limit: '20' }, status: 200 }],
    handle: async ({ query: { limit, next } }) => {
      const profiles = await listProfiles(services, { limit, after: decodeCursor(listPositionSchema, next) })
      return pageAnswer({ ...profiles, redirectUri: services.redirectUri })
    },
  }),
  readRoute(
    profile,
    {
      operation: 'readOAuth2Profile',
      summary: 'Read an OAuth2 profile',
      examples: [{ summary: 'A profile', params: one.params, status: 200 }],
    },
    ({ profileId }) => readProfile(services, profileId),
  ),
  replaceRoute(
    profile,
    {
      body: document,
      documentedBody: profileInputSchema,
      operation: 'replaceOAuth2Profile',
      summary: 'Replace an OAuth2 profile',
      description:
        'Omitted fields return to their defaults, except the client secret, which is kept. If the provider changes, you must send the client secret again.\n\n' +
        'A new provider, tenant or client id requires a new consent for every account of the profile. While accounts use the profile, you cannot change its grant. ' +
        'If the grant is `client_credentials`, you cannot change its provider either.',
      problems: ['name-taken', 'profile-in-use'],
      examples: [
        {
          summary: 'A new name; the client secret is kept',
          ...one,
          body: { name: 'First level', ...microsoft },
          status: 200,
        },
      ],
    },
    ({ profileId }, body, change) => replaceProfile(services, { profileId, ...change }, body),
  ),
  changeRoute(
    profile,
    {
      body: profileInputSchema,
      operation: 'changeOAuth2Profile',
      summary: 'Change an OAuth2 profile',
      more:
        'A new client secret applies to every account at once and requires no new consent. If you send it without a `secretExpiresOn`, the stored date ' +
        'is removed.',
      problems: ['name-taken', 'profile-in-use'],
      examples: [
        { summary: 'A new client secret', ...one, body: secret, status: 200 },
        { summary: 'A comment', ...one, body: { comment: 'App registration of the IT department' }, status: 200 },
      ],
    },
    ({ profileId }, patch, change) => changeProfile(services, { profileId, ...change }, patch),
  ),
  deleteRoute(
    profile,
    {
      operation: 'deleteOAuth2Profile',
      summary: 'Delete an OAuth2 profile',
      description:
        'Fails while a mail account uses the profile. An operator can recover the client secret for seven days. The registration at the provider ' +
        'remains, so remove it there.',
      problems: ['profile-in-use'],
      examples: [
        {
          summary: 'A profile without accounts',
          params: { profileId: 'unused' },
          headers: { 'if-match': '"1"' },
          status: 204,
        },
      ],
    },
    ({ profileId }, change) => deleteProfile(services, { profileId, ...change }),
  ),
]
