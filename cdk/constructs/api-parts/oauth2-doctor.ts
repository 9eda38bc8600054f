import { grantAccessTokens, type TokenStores } from '../access-tokens.ts'
import type { Api } from '../api.ts'
import type { CollectorFunctionProps } from '../collector-function.ts'

/**
 * What is wrong with an account's OAuth2. It writes nothing but the tokens it had to renew, and can read no password.
 */
export const oauth2DoctorPart = (
  api: Api,
  { tables, encryptionKey }: TokenStores,
  /** ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_MAIL_PORTS. */
  addresses: NonNullable<CollectorFunctionProps['environment']>,
) => {
  const fn = api.part('Oauth2Doctor', {
    folder: 'oauth2-doctor',
    description: 'API: what is wrong with the OAuth2 of an account.',
    routes: ['POST /accounts/{accountId}/oauth2/doctor'],
    environment: addresses,
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  grantAccessTokens(fn, { tables, encryptionKey })
}
