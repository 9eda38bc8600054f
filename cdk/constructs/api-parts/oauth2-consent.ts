import { environmentNames } from '../../../functions/environment.ts'
import type { Api } from '../api.ts'
import { audited } from '../api-parts.ts'
import type { CollectorFunctionProps } from '../collector-function.ts'
import type { EncryptionKey } from '../encryption-key.ts'
import type { FetchQueue } from '../fetch-queue.ts'
import { grantSecretReading } from '../secrets.ts'
import type { Tables } from '../tables.ts'

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
 * Connecting accounts with OAuth2: an admin asks, somebody consents in a browser. Three functions, because each may do
 * another thing.
 */
export const consentParts = (api: Api, props: ConsentPartProps): void => {
  askingPart(api, props)
  startPart(api, props)
  callbackPart(api, props)
}

/** Making links. It reads no secret and no token, and writes nothing but the link. */
const askingPart = (api: Api, { tables, returnToUrls }: ConsentPartProps): void => {
  const fn = api.part('Oauth2Consent', {
    folder: 'oauth2-consent',
    description: 'API: links by which somebody may connect a mail account.',
    routes: ['POST /accounts/{accountId}/oauth2/authorize', 'GET /accounts/{accountId}/oauth2/consents/{consentId}'],
    environment: { [environmentNames.publicUrl]: api.publicUrl, [environmentNames.returnToUrls]: returnToUrls },
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'PutItem'] })
  tables.grant(fn, 'audit', audited)
}

/**
 * The pages at which a consent begins and ends. Anybody may open them, so it can read no secret and no token, and
 * connects to nothing.
 */
const startPart = (api: Api, { tables, allowClearTextOnLoopback }: ConsentPartProps): void => {
  const fn = api.part('Oauth2Start', {
    folder: 'oauth2-start',
    description: 'Pages at which a consent begins and ends.',
    routes: ['GET /oauth2/start/{ticket}', 'POST /oauth2/start/{ticket}', 'GET /oauth2/done/{attempt}'],
    environment: {
      [environmentNames.publicUrl]: api.publicUrl,
      [environmentNames.allowClearTextOnLoopback]: allowClearTextOnLoopback,
    },
    publicBecause:
      'Whoever owns a mailbox has no account here: a ticket of 256 bits in the address, and then a cookie, say what they may see. The function changes nothing but that attempts are counted.',
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'PutItem', 'UpdateItem'] })
}

/**
 * Providers redirect browsers back to this function, the only one that exchanges a code for tokens. It can write tokens
 * but not read them: it may generate data keys for accounts but not unwrap them.
 */
const callbackPart = (api: Api, { tables, encryptionKey, queue, addresses }: ConsentPartProps): void => {
  const fn = api.part('Oauth2Callback', {
    folder: 'oauth2-callback',
    description: 'Where OAuth2 providers send people back to: code, tokens, proof, grant.',
    routes: ['GET /oauth2/callback'],
    environment: { [environmentNames.publicUrl]: api.publicUrl, ...addresses },
    publicBecause:
      'A provider sends browsers there, which carry no token of ours: a single-use state of 256 bits, bound to the cookie of the browser that began, is what lets them in.',
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'consents', { rows: ['GetItem', 'UpdateItem'] })
  tables.grant(fn, 'oauthGrants', { rows: ['UpdateItem'] })
  // An account that waited for its consent is due again.
  tables.grant(fn, 'accountStatus', { rows: ['UpdateItem'] })
  tables.grant(fn, 'runs', { rows: ['BatchGetItem', 'PutItem'], query: ['by-account'] })
  tables.grant(fn, 'audit', audited)
  grantSecretReading(fn, 'profile')
  encryptionKey.grantSealConsents(fn)
  queue.grantSend(fn)
}
