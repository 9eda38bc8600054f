import * as z from 'zod'
import { changeProfile, replaceProfile } from '../../lib/oauth2/profiles/change-profile.ts'
import { createProfile, deleteProfile, listProfiles, readProfile } from '../../lib/oauth2/profiles/manage-profiles.ts'
import { profileFieldDocs } from '../../lib/oauth2/profiles/profile-fields.ts'
import { profileInputSchema } from '../../lib/oauth2/profiles/profile-input.ts'
import type { ProfileServices } from '../../lib/oauth2/profiles/profile-services.ts'
import { profileViewSchema, redirectUriField } from '../../lib/oauth2/profiles/profile-view.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { listPositionSchema } from '../../lib/tables/list-by-kind.ts'
import { decodeCursor, encodeCursor, pageSchema, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { versionedAnswer } from '../shared/http/versioned-answer.ts'
import { changeRoute, deleteRoute, readRoute, replaceRoute } from '../shared/http/versioned-resource.ts'

const profile = {
  path: '/oauth2/profiles/{profileId}',
  params: z.strictObject({ profileId: z.string().min(1).max(64).meta(profileFieldDocs.profileId) }),
  view: profileViewSchema,
  called: 'profile',
}
/** Its fields are read by the use case, which knows the provider and the profile that a change is made to. */
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
  route({
    method: 'POST',
    path: '/oauth2/profiles',
    role: 'admin',
    body: document,
    documentedBody: profileInputSchema,
    operation: 'createOAuth2Profile',
    summary: 'Create an OAuth2 profile',
    description:
      'What the provider knows Postmaster by. Register Postmaster there first, with `redirectUri` of the list of profiles as redirect URI. ' +
      'Names are unique, compared without case. A client secret can be left out only with a custom provider whose client is public.',
    answers: { 201: { description: 'The new profile.', body: profileViewSchema, headers: ['etag', 'location'] } },
    problems: ['name-taken'],
    examples: [
      {
        summary: 'Microsoft 365, people consent',
        body: { name: 'Sales at Microsoft 365', ...microsoft, ...secret },
        status: 201,
      },
      {
        summary: 'Microsoft 365, the application itself is let in',
        body: { name: 'All desks', ...microsoft, ...secret, grant: 'client_credentials', comment: 'Without a browser' },
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
    handle: async ({ body, caller }) => {
      const made = await createProfile(services, body, caller)
      return versionedAnswer(201, made, `/oauth2/profiles/${made.view.profileId}`)
    },
  }),
  route({
    method: 'GET',
    path: '/oauth2/profiles',
    role: 'reader',
    query: pagingQuerySchema,
    operation: 'listOAuth2Profiles',
    summary: 'List the OAuth2 profiles',
    description: 'By name, each with the accounts that use it and whether its client secret ends soon.',
    answers: { 200: { description: 'A page of profiles, and what has to be registered at providers.', body: page } },
    examples: [{ summary: 'The first page', query: { limit: '20' }, status: 200 }],
    handle: async ({ query }) => {
      const after = decodeCursor(listPositionSchema, query.next)
      const { items, next } = await listProfiles(services, { limit: query.limit, after })
      const { redirectUri } = services
      return { status: 200, body: { items, redirectUri, ...(next && { next: encodeCursor(next) }) } }
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
        'What is left out returns to its default, except the client secret, which is kept; for another provider it has to be sent again.\n\n' +
        'A new provider, tenant or client id asks for a new consent of every account of the profile. While accounts use it, the grant cannot ' +
        'change, nor the provider where the grant is `client_credentials`.',
      problems: ['name-taken', 'profile-in-use'],
      examples: [
        {
          summary: 'Another name; the client secret is kept',
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
        'A new client secret serves every account at once, and nobody has to consent again; without a `secretExpiresOn` beside it, the old day ' +
        'is forgotten.',
      problems: ['name-taken', 'profile-in-use'],
      examples: [
        { summary: 'A renewed client secret', ...one, body: secret, status: 200 },
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
        'Refused while a mail account uses it. Its client secret can be recovered by an operator for seven days. At the provider the ' +
        'registration stays: remove it there.',
      problems: ['profile-in-use'],
      examples: [
        {
          summary: 'A profile nothing uses',
          params: { profileId: 'unused' },
          headers: { 'if-match': '"1"' },
          status: 204,
        },
      ],
    },
    ({ profileId }, change) => deleteProfile(services, { profileId, ...change }),
  ),
]
