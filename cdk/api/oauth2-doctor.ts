import type { CollectorFunctionProps } from '../collector-function.ts'
import { grantAccessTokens, type TokenStores } from '../data/access-tokens.ts'
import type { Api } from './api.ts'

/**
 * Adds the function that diagnoses an account's OAuth2 setup. It writes only tokens that it had to renew. It cannot
 * read passwords.
 */
export const oauth2DoctorPart = (
  api: Api,
  { tables, encryptionKey }: TokenStores,
  /** ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_MAIL_PORTS. */
  addresses: NonNullable<CollectorFunctionProps['environment']>,
) => {
  const fn = api.part('Oauth2Doctor', {
    folder: 'oauth2-doctor',
    description: 'API: diagnosis of the OAuth2 setup of mail accounts.',
    routes: ['POST /accounts/{accountId}/oauth2/doctor'],
    environment: addresses,
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  grantAccessTokens(fn, { tables, encryptionKey })
}
