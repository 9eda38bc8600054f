import type { FetchQueue } from '../background/fetch-queue.ts'
import type { CollectorFunctionProps } from '../collector-function.ts'
import { grantSecretReading } from '../data/secrets.ts'
import type { Tables } from '../data/tables.ts'
import type { EncryptionKey } from '../keys/encryption-key.ts'
import type { Api } from './api.ts'
import { audited } from './functions.ts'

type Environment = NonNullable<CollectorFunctionProps['environment']>

export interface ConsentPartProps {
  readonly tables: Tables
  readonly encryptionKey: EncryptionKey
  readonly queue: FetchQueue
  /** ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_MAIL_PORTS. */
  readonly addresses: Environment
  readonly allowClearTextOnLoopback: string
  readonly returnToUrls: string
}

/**
 * Adds the functions that connect accounts with OAuth2. An admin requests a link, and the mailbox owner consents in a
 * browser. There are three functions because each needs different permissions.
 */
export const consentParts = (api: Api, props: ConsentPartProps): void => {
  askingPart(api, props)
  startPart(api, props)
  callbackPart(api, props)
}

/** Adds the function that creates links. It can read no secrets or tokens. It writes only links and audit entries. */
const askingPart = (api: Api, { tables, returnToUrls }: ConsentPartProps): void => {
  const fn = api.part('Oauth2Consent', {
    folder: 'oauth2-consent',
    description: 'API: links for connecting mail accounts.',
    routes: ['POST /accounts/{accountId}/oauth2/authorize', 'GET /accounts/{accountId}/oauth2/consents/{consentId}'],
    environment: { PUBLIC_URL: api.publicUrl, RETURN_TO_URLS: returnToUrls },
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'PutItem'] })
  tables.grant(fn, 'audit', audited)
}

/**
 * Adds the function for the first and the last page of a consent. These pages are public, so the function cannot read
 * secrets or tokens and makes no outgoing connections.
 */
const startPart = (api: Api, { tables, allowClearTextOnLoopback }: ConsentPartProps): void => {
  const fn = api.part('Oauth2Start', {
    folder: 'oauth2-start',
    description: 'The first and the last page of a consent.',
    routes: ['GET /oauth2/start/{ticket}', 'POST /oauth2/start/{ticket}', 'GET /oauth2/done/{attempt}'],
    environment: {
      PUBLIC_URL: api.publicUrl,
      ALLOW_CLEAR_TEXT_ON_LOOPBACK: allowClearTextOnLoopback,
    },
    publicBecause:
      'Mailbox owners have no Postmaster user account. A 256-bit ticket in the URL, and then a cookie, determine what they can see. The function only counts attempts and changes nothing else.',
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'PutItem', 'UpdateItem'] })
}

/**
 * Adds the function to which providers redirect browsers. No other function exchanges a code for tokens. It can write
 * tokens but not read them, because it may generate data keys for accounts but not unwrap them.
 */
const callbackPart = (api: Api, { tables, encryptionKey, queue, addresses }: ConsentPartProps): void => {
  const fn = api.part('Oauth2Callback', {
    folder: 'oauth2-callback',
    description: 'The OAuth2 redirect URI: exchanges the code for tokens, tests them and stores the grant.',
    routes: ['GET /oauth2/callback'],
    environment: { PUBLIC_URL: api.publicUrl, ...addresses },
    publicBecause:
      'OAuth2 providers redirect browsers to this route without a Postmaster token. A single-use state of 256 bits, bound to the cookie of the browser that started the consent, authorizes the request.',
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'UpdateItem'] })
  tables.grant(fn, 'oauthGrants', { rows: ['UpdateItem'] })
  // After the consent, a waiting account becomes due again.
  tables.grant(fn, 'accountStatus', { rows: ['UpdateItem'] })
  tables.grant(fn, 'runs', { rows: ['BatchGetItem', 'PutItem'], query: ['by-account'] })
  tables.grant(fn, 'audit', audited)
  grantSecretReading(fn, 'profile')
  encryptionKey.grantSealConsents(fn)
  queue.grantSend(fn)
}
