import { accessRetention } from '../collector-function.ts'
import { grantAccessTokens, grantSecretReading, grantSecretWriting } from '../data/secrets.ts'
import { networkVariables } from '../parameters.ts'
import type { Resources } from '../resources.ts'
import type { Api } from './api.ts'

/**
 * Adds the functions that connect accounts with OAuth2. An admin requests a link, and the mailbox owner consents in a
 * browser. Three functions take part in a consent because each of them needs different permissions.
 */
export const addOAuth2Functions = (api: Api, resources: Resources): void => {
  oauth2(api, resources)
  oauth2Consent(api, resources)
  oauth2Start(api, resources)
  oauth2Callback(api, resources)
  oauth2Doctor(api, resources)
}

/**
 * Adds the function for OAuth2 providers and profiles. No other function writes them. It can set client secrets but not
 * read them.
 */
const oauth2 = (api: Api, { tables, deploymentId, variables }: Resources) => {
  const fn = api.part('oauth2', {
    description: 'API: OAuth2 providers and profiles.',
    environment: {
      PUBLIC_URL: api.publicUrl,
      ALLOW_CLEAR_TEXT_ON_LOOPBACK: variables.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    },
  })
  tables.grant(fn, 'oauth2', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    query: ['by-kind'],
  })
  tables.grant(fn, 'accounts', { rows: ['BatchGetItem'], query: ['by-profile'] })
  // Deleting a profile also deletes the tokens issued to its application.
  tables.grant(fn, 'oauthGrants', { rows: ['DeleteItem'] })
  tables.grantAuditing(fn)
  grantSecretWriting(fn, 'profile', deploymentId)
}

/** Adds the function that creates links. It can read no secrets or tokens. It writes only links and audit entries. */
const oauth2Consent = (api: Api, { tables, variables }: Resources) => {
  const fn = api.part('oauth2-consent', {
    description: 'API: links for connecting mail accounts.',
    environment: { PUBLIC_URL: api.publicUrl, RETURN_TO_URLS: variables.RETURN_TO_URLS },
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'PutItem'] })
  tables.grantAuditing(fn)
}

/**
 * Adds the function for the first and the last page of a consent. These pages are public, so the function cannot read
 * secrets or tokens and makes no outgoing connections.
 */
const oauth2Start = (api: Api, { tables, variables }: Resources) => {
  const fn = api.part('oauth2-start', {
    description: 'The first and the last page of a consent.',
    environment: {
      PUBLIC_URL: api.publicUrl,
      ALLOW_CLEAR_TEXT_ON_LOOPBACK: variables.ALLOW_CLEAR_TEXT_ON_LOOPBACK,
    },
    public: {
      routes: ['GET /oauth2/start/{ticket}', 'POST /oauth2/start/{ticket}', 'GET /oauth2/done/{attempt}'],
      because:
        'Mailbox owners have no Postmaster user account. A 256-bit ticket in the URL, and then a cookie, determine what they can see. The function only counts attempts and changes nothing else.',
    },
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'PutItem', 'UpdateItem'] })
}

/**
 * Adds the function to which providers redirect browsers. No other function exchanges a code for tokens. It can write
 * tokens but not read them, because it may generate data keys for accounts but not unwrap them.
 */
const oauth2Callback = (api: Api, { tables, encryptionKey, queue, variables }: Resources) => {
  const fn = api.part('oauth2-callback', {
    description: 'The OAuth2 redirect URI: exchanges the code for tokens, tests them and stores the grant.',
    environment: { PUBLIC_URL: api.publicUrl, ...networkVariables(variables) },
    public: {
      routes: ['GET /oauth2/callback'],
      because:
        'OAuth2 providers redirect browsers to this route without a Postmaster token. A single-use state of 256 bits, bound to the cookie of the browser that started the consent, authorizes the request.',
    },
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'UpdateItem'] })
  tables.grant(fn, 'oauthGrants', { rows: ['UpdateItem'] })
  // After the consent, a waiting account becomes due again.
  tables.grant(fn, 'accountStatus', { rows: ['UpdateItem'] })
  tables.grant(fn, 'runs', { rows: ['PutItem', 'UpdateItem'] })
  tables.grantAuditing(fn)
  grantSecretReading(fn, 'profile')
  encryptionKey.grantSealConsents(fn)
  queue.grantSend(fn)
}

/**
 * Adds the function that diagnoses an account's OAuth2 setup. It writes only tokens that it had to renew. It cannot
 * read passwords.
 */
const oauth2Doctor = (api: Api, { tables, encryptionKey, variables }: Resources) => {
  const fn = api.part('oauth2-doctor', {
    description: 'API: diagnosis of the OAuth2 setup of mail accounts.',
    logRetention: accessRetention,
    environment: networkVariables(variables),
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  grantAccessTokens(fn, { tables, encryptionKey })
}
