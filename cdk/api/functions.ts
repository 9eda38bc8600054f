import { Size } from 'aws-cdk-lib'
import type { FetchQueue } from '../background/fetch-queue.ts'
import type { CollectorFunctionProps } from '../collector-function.ts'
import { grantAccessTokens, type TokenStores } from '../data/access-tokens.ts'
import type { RawMail } from '../data/raw-mail.ts'
import { grantSecretReading, grantSecretWriting } from '../data/secrets.ts'
import type { Tables } from '../data/tables.ts'
import type { Api } from './api.ts'

/** Lets a function that makes changes add an entry and settle it, but not read or remove one (docs/decisions/0018). */
export const audited = { rows: ['PutItem', 'UpdateItem'] } as const

/** Adds the function for mail accounts. No other function writes accounts. It can set passwords but not read them. */
export const accountsPart = (
  api: Api,
  {
    tables,
    deploymentId,
    queue,
  }: { readonly tables: Tables; readonly deploymentId: string; readonly queue: FetchQueue },
  /** ALLOW_CLEAR_TEXT_ON_LOOPBACK. */
  environment: NonNullable<CollectorFunctionProps['environment']>,
) => {
  const fn = api.part('Accounts', {
    folder: 'accounts',
    description: 'API: mail accounts.',
    routes: [
      'POST /accounts',
      'GET /accounts',
      'GET /accounts/{accountId}',
      'PUT /accounts/{accountId}',
      'PATCH /accounts/{accountId}',
      'DELETE /accounts/{accountId}',
    ],
    environment,
  })
  tables.grant(fn, 'accounts', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'],
    query: ['by-name', 'by-change'],
  })
  tables.grant(fn, 'mailboxClaims', { rows: ['GetItem', 'PutItem', 'DeleteItem'] })
  tables.grant(fn, 'audit', audited)
  tables.grant(fn, 'connectionTests', { rows: ['GetItem'] })
  tables.grant(fn, 'accountStatus', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'dispatching', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem', 'BatchGetItem'] })
  // The API shows who consented. The tokens in the same row are encrypted, and this function has no key.
  tables.grant(fn, 'oauthGrants', { rows: ['BatchGetItem', 'UpdateItem'] })
  grantSecretWriting(fn, 'account', deploymentId)
  // A new or repaired account is fetched at once.
  tables.grant(fn, 'runs', { rows: ['BatchGetItem', 'PutItem'], query: ['by-account'] })
  queue.grantSend(fn)
}

/**
 * Adds the function that tests stored accounts. It is the only API function that can read a password. It writes only
 * tokens that it had to renew.
 */
export const connectionTestPart = (
  api: Api,
  { tables, encryptionKey }: TokenStores,
  /** ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_MAIL_PORTS. */
  addresses: NonNullable<CollectorFunctionProps['environment']>,
) => {
  const fn = api.part('ConnectionTest', {
    folder: 'connection-test',
    description: 'API: tests of stored mail accounts.',
    routes: ['POST /accounts/{accountId}/test'],
    environment: addresses,
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  grantSecretReading(fn, 'account')
  grantAccessTokens(fn, { tables, encryptionKey })
}

/**
 * Adds the function that tests accounts before they are saved, on any host that a caller specifies. It cannot read
 * secrets and writes only receipts.
 */
export const unsavedTestPart = (
  api: Api,
  tables: Tables,
  /** ALLOW_PRIVATE_ADDRESSES, ALLOW_CLEAR_TEXT_ON_LOOPBACK, EXTRA_MAIL_PORTS. */
  addresses: NonNullable<CollectorFunctionProps['environment']>,
) => {
  const fn = api.part('UnsavedTest', {
    folder: 'unsaved-test',
    description: 'API: tests of mail accounts that are not saved.',
    routes: ['POST /connection-test'],
    environment: addresses,
  })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'connectionTests', { rows: ['PutItem'] })
}

/** Adds the function for queues, system addresses and the default queue. */
export const queuesPart = (api: Api, tables: Tables) => {
  const fn = api.part('Queues', {
    folder: 'queues',
    description: 'API: queues, system addresses and the default queue.',
    routes: [
      'POST /queues',
      'GET /queues',
      'GET /queues/{queueId}',
      'PUT /queues/{queueId}',
      'PATCH /queues/{queueId}',
      'DELETE /queues/{queueId}',
      'POST /system-addresses',
      'GET /system-addresses',
      'GET /system-addresses/{address}',
      'PUT /system-addresses/{address}',
      'PATCH /system-addresses/{address}',
      'DELETE /system-addresses/{address}',
      'GET /default-queue',
      'PUT /default-queue',
    ],
  })
  tables.grant(fn, 'dispatching', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'],
    query: ['by-kind', 'by-queue'],
  })
  tables.grant(fn, 'accounts', { rows: ['BatchGetItem'], query: ['by-queue'] })
  tables.grant(fn, 'audit', audited)
}

/** Adds the function that starts fetch runs on request and returns their records. */
export const runsPart = (api: Api, tables: Tables, queue: FetchQueue) => {
  const fn = api.part('Runs', {
    folder: 'runs',
    description: 'API: fetch now and fetch runs.',
    routes: [
      'POST /accounts/{accountId}/fetch',
      'POST /fetch',
      'GET /runs',
      'GET /runs/{runId}',
      'GET /runs/{runId}/conversation',
      'GET /accounts/{accountId}/runs',
    ],
  })
  tables.grant(fn, 'runs', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem'],
    query: ['by-account', 'by-day'],
  })
  tables.grant(fn, 'conversations', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'accounts', { rows: ['GetItem', 'BatchGetItem'], query: ['by-name'] })
  tables.grant(fn, 'audit', audited)
  queue.grantSend(fn)
}

/** Adds the function that returns the records of stored messages and links to their raw bytes. */
export const messagesPart = (api: Api, tables: Tables, rawMail: RawMail) => {
  const fn = api.part('Messages', {
    folder: 'messages',
    description: 'API: stored messages and their raw bytes.',
    routes: [
      'GET /messages',
      'GET /messages/{messageId}',
      'GET /messages/{messageId}/raw',
      'GET /runs/{runId}/messages',
      'GET /messages/{messageId}/explanation',
      'GET /explanations',
    ],
  })
  tables.grant(fn, 'messages', {
    rows: ['GetItem', 'BatchGetItem'],
    query: ['by-queue-day', 'by-account', 'by-run', 'by-day', 'by-message-id'],
  })
  tables.grant(fn, 'runs', { rows: ['GetItem', 'BatchGetItem'], query: ['by-account', 'by-day'] })
  rawMail.grantRead(fn)
}

/**
 * Adds the function that shows a message's content. It is the only function with a MIME parser, which processes
 * untrusted input. It can store extracted attachments but cannot change or delete messages.
 */
export const messageViewPart = (api: Api, tables: Tables, rawMail: RawMail) => {
  const fn = api.part('MessageView', {
    folder: 'message-view',
    description: 'API: the content of a message and its attachments.',
    routes: ['GET /messages/{messageId}/view', 'GET /messages/{messageId}/attachments/{index}'],
    // Half would be enough memory, but CPU grows with it. Reading 100 MB must take less than the gateway's 30 seconds.
    memory: Size.mebibytes(1024),
  })
  tables.grant(fn, 'messages', { rows: ['GetItem'] })
  rawMail.grantRead(fn)
  rawMail.grantViews(fn)
}

/** Adds the function that reads the audit trail. No other function reads it, and this function reads nothing else. */
export const auditPart = (api: Api, tables: Tables) => {
  const fn = api.part('Audit', { folder: 'audit', description: 'API: the audit trail.', routes: ['GET /audit'] })
  tables.grant(fn, 'audit', { query: ['by-subject', 'by-who', 'by-time'] })
}

/** Adds the function for the API's documentation. It has no access to any data. */
export const docsPart = (api: Api) =>
  api.part('Docs', {
    folder: 'docs',
    description: 'API: documentation.',
    routes: ['GET /openapi.json', 'GET /docs'],
    memory: Size.mebibytes(256),
    publicBecause: 'The API documentation is public and the same for everyone. The function has no access to any data.',
  })
