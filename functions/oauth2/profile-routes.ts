import * as z from 'zod'
import { changeProfile, replaceProfile } from '../../lib/oauth2/profiles/change-profile.ts'
import { createProfile, deleteProfile, listProfiles, readProfile } from '../../lib/oauth2/profiles/manage-profiles.ts'
import { profileFieldDocs } from '../../lib/oauth2/profiles/profile-fields.ts'
import { profileInputSchema } from '../../lib/oauth2/profiles/profile-input.ts'
import type { ProfileServices } from '../../lib/oauth2/profiles/profile-services.ts'
import { profileViewSchema, redirectUriField } from '../../lib/oauth2/profiles/profile-view.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { mergePatchSchema } from '../../lib/requests/merge-patch-schema.ts'
import { listPositionSchema } from '../../lib/tables/list-by-kind.ts'
import { expectedVersionOf } from '../shared/http/etag.ts'
import { decodeCursor, encodeCursor, pageSchema, pagingQuerySchema } from '../shared/http/paging.ts'
import { type Route, route } from '../shared/http/route.ts'
import { versionProblems } from '../shared/http/route-documentation.ts'
import { versionedAnswer } from '../shared/http/versioned-answer.ts'

const path = '/oauth2/profiles/{profileId}'
const params = z.strictObject({ profileId: z.string().min(1).max(64).meta(profileFieldDocs.profileId) })
/** Its fields are read by the use case, which knows the provider and the profile that a change is made to. */
const document = z.record(z.string(), z.unknown())
const example = { params: { profileId: exampleIds.profile }, headers: { 'if-match': '"1"' } }
const changed = {
  200: { description: 'The profile as it is now.', body: profileViewSchema, headers: ['etag'] as const },
}
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
      const made = await createProfile(services, body, caller.name)
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
  route({
    method: 'GET',
    path,
    role: 'reader',
    params,
    operation: 'readOAuth2Profile',
    summary: 'Read an OAuth2 profile',
    description: 'Its ETag is what a change of it names. Its client secret is shown to nobody.',
    answers: { 200: { description: 'The profile.', body: profileViewSchema, headers: ['etag'] } },
    problems: ['not-found'],
    examples: [{ summary: 'A profile', params: example.params, status: 200 }],
    handle: async ({ params }) => versionedAnswer(200, await readProfile(services, params.profileId)),
  }),
  route({
    method: 'PUT',
    path,
    role: 'admin',
    params,
    body: document,
    documentedBody: profileInputSchema,
    operation: 'replaceOAuth2Profile',
    summary: 'Replace an OAuth2 profile',
    description:
      'What is left out returns to its default, except the client secret, which is kept; for another provider it has to be sent again.\n\n' +
      'A new provider, tenant or client id asks for a new consent of every account of the profile. While accounts use it, the grant cannot ' +
      'change, nor the provider where the grant is `client_credentials`.',
    answers: changed,
    problems: ['not-found', 'name-taken', 'profile-in-use', ...versionProblems],
    examples: [
      {
        summary: 'Another name; the client secret is kept',
        ...example,
        body: { name: 'First level', ...microsoft },
        status: 200,
      },
    ],
    handle: async ({ params, body, caller, headers }) => {
      const change = { ...params, expected: expectedVersionOf(headers), by: caller.name }
      return versionedAnswer(200, await replaceProfile(services, change, body))
    },
  }),
  route({
    method: 'PATCH',
    path,
    role: 'admin',
    params,
    body: document,
    documentedBody: mergePatchSchema(profileInputSchema),
    operation: 'changeOAuth2Profile',
    summary: 'Change an OAuth2 profile',
    description:
      'A JSON merge patch (RFC 7396): what is left out stays, `null` returns a field to its default. A new client secret serves every ' +
      'account at once, and nobody has to consent again; without a `secretExpiresOn` beside it, the old day is forgotten.',
    answers: changed,
    problems: ['not-found', 'name-taken', 'profile-in-use', ...versionProblems],
    examples: [
      { summary: 'A renewed client secret', ...example, body: secret, status: 200 },
      { summary: 'A comment', ...example, body: { comment: 'App registration of the IT department' }, status: 200 },
    ],
    handle: async ({ params, body, caller, headers }) => {
      const change = { ...params, expected: expectedVersionOf(headers), by: caller.name }
      return versionedAnswer(200, await changeProfile(services, change, body))
    },
  }),
  route({
    method: 'DELETE',
    path,
    role: 'admin',
    params,
    operation: 'deleteOAuth2Profile',
    summary: 'Delete an OAuth2 profile',
    description:
      'Refused while a mail account uses it. Its client secret can be recovered by an operator for seven days. At the provider the ' +
      'registration stays: remove it there.',
    answers: { 204: { description: 'It is gone.' } },
    problems: ['not-found', 'profile-in-use', ...versionProblems],
    examples: [
      {
        summary: 'A profile nothing uses',
        params: { profileId: 'unused' },
        headers: { 'if-match': '"1"' },
        status: 204,
      },
    ],
    handle: async ({ params, caller, headers }) => {
      await deleteProfile(services, { ...params, expected: expectedVersionOf(headers), by: caller.name })
      return { status: 204 }
    },
  }),
]
