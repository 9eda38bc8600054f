import { grantSecretWriting } from '../data/secrets.ts'
import type { Tables } from '../data/tables.ts'
import type { Api } from './api.ts'
import { audited } from './functions.ts'

/**
 * Adds the function for OAuth2 providers and profiles. No other function writes them. It can set client secrets but not
 * read them.
 */
export const oauth2Part = (
  api: Api,
  { tables, deploymentId }: { readonly tables: Tables; readonly deploymentId: string },
  allowClearTextOnLoopback: string,
) => {
  const fn = api.part('Oauth2', {
    folder: 'oauth2',
    description: 'API: OAuth2 providers and profiles.',
    routes: [
      'POST /oauth2/providers',
      'GET /oauth2/providers',
      'GET /oauth2/providers/{providerId}',
      'PUT /oauth2/providers/{providerId}',
      'PATCH /oauth2/providers/{providerId}',
      'DELETE /oauth2/providers/{providerId}',
      'POST /oauth2/profiles',
      'GET /oauth2/profiles',
      'GET /oauth2/profiles/{profileId}',
      'PUT /oauth2/profiles/{profileId}',
      'PATCH /oauth2/profiles/{profileId}',
      'DELETE /oauth2/profiles/{profileId}',
    ],
    environment: {
      PUBLIC_URL: api.publicUrl,
      ALLOW_CLEAR_TEXT_ON_LOOPBACK: allowClearTextOnLoopback,
    },
  })
  tables.grant(fn, 'oauth2', { rows: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'], query: ['by-kind'] })
  tables.grant(fn, 'accounts', { rows: ['BatchGetItem'], query: ['by-profile'] })
  // Deleting a profile also deletes the tokens issued to its application.
  tables.grant(fn, 'oauthGrants', { rows: ['DeleteItem'] })
  tables.grant(fn, 'audit', audited)
  grantSecretWriting(fn, 'profile', deploymentId)
}
