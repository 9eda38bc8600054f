import { Size } from 'aws-cdk-lib'
import { accessRetention } from '../collector-function.ts'
import { grantAccessTokens, grantSecretReading, grantSecretWriting } from '../data/secrets.ts'
import { networkVariables } from '../parameters.ts'
import type { Resources } from '../resources.ts'
import type { Api } from './api.ts'

/** Adds every function of the API that is not about OAuth2. */
export const addFunctions = (api: Api, resources: Resources): void => {
  accounts(api, resources)
  overview(api, resources)
  connectionTest(api, resources)
  unsavedTest(api, resources)
  queues(api, resources)
  runs(api, resources)
  messages(api, resources)
  messageView(api, resources)
  erase(api, resources)
  messageRecovery(api, resources)
  audit(api, resources)
  me(api, resources)
  docs(api)
}

/** Adds the function for mail accounts. No other function writes accounts. It can set passwords but not read them. */
const accounts = (api: Api, { tables, deploymentId, queue, variables }: Resources) => {
  const fn = api.part('accounts', {
    description: 'API: mail accounts.',
    environment: { ALLOW_CLEAR_TEXT_ON_LOOPBACK: variables.ALLOW_CLEAR_TEXT_ON_LOOPBACK },
  })
  tables.grant(fn, 'accounts', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    query: ['by-name', 'by-change'],
  })
  // Clients that keep a list of all accounts learn which ones were deleted. An account shows whether mail is received.
  tables.grant(fn, 'overview', { rows: ['GetItem', 'PutItem'], writes: ['removed'] })
  tables.grant(fn, 'mailboxClaims', { rows: ['GetItem', 'PutItem', 'DeleteItem'] })
  tables.grantAuditing(fn)
  tables.grant(fn, 'connectionTests', { rows: ['GetItem'] })
  tables.grant(fn, 'accountStatus', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'dispatching', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'oauth2', { rows: ['GetItem', 'BatchGetItem'] })
  // The API shows who consented. The tokens in the same row are encrypted, and this function has no key.
  tables.grant(fn, 'oauthGrants', { rows: ['BatchGetItem', 'UpdateItem'], query: ['by-profile'] })
  grantSecretWriting(fn, 'account', deploymentId)
  // A new or repaired account is fetched at once.
  tables.grant(fn, 'runs', { rows: ['BatchGetItem', 'PutItem', 'UpdateItem'], query: ['by-account'] })
  queue.grantSend(fn)
}

/** Adds the function for the overview and the summaries of accounts. It only reads. */
const overview = (api: Api, { tables, variables }: Resources) => {
  const fn = api.part('overview', {
    description: 'API: the overview and the summaries of mail accounts.',
    environment: { TICK_MINUTES: variables.TICK_MINUTES },
  })
  tables.grant(fn, 'overview', { rows: ['GetItem', 'Query'] })
  tables.grant(fn, 'accounts', { rows: ['BatchGetItem'], query: ['listed', 'by-change'] })
  tables.grant(fn, 'accountStatus', { rows: ['BatchGetItem'], query: ['listed'] })
  tables.grant(fn, 'runs', { query: ['recent'] })
  tables.grant(fn, 'dispatching', { rows: ['GetItem', 'BatchGetItem'], query: ['by-kind'] })
  tables.grant(fn, 'oauth2', { rows: ['BatchGetItem'], query: ['by-kind'] })
  // The overview shows which consents end. The tokens in the same row are encrypted, and this function has no key.
  tables.grant(fn, 'oauthGrants', { rows: ['BatchGetItem'], query: ['by-profile'] })
  tables.grant(fn, 'handover', { rows: ['BatchGetItem'], query: ['by-kind'] })
  tables.grant(fn, 'unstored', { query: ['open'] })
}

/**
 * Adds the function that tests stored accounts. It is the only API function that can read a password. It writes only
 * tokens that it had to renew.
 */
const connectionTest = (api: Api, { tables, encryptionKey, variables }: Resources) => {
  const fn = api.part('connection-test', {
    description: 'API: tests of stored mail accounts.',
    logRetention: accessRetention,
    environment: networkVariables(variables),
  })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  grantSecretReading(fn, 'account')
  grantAccessTokens(fn, { tables, encryptionKey })
}

/**
 * Adds the function that tests accounts before they are saved, on any host that a caller specifies. It cannot read
 * secrets and writes only receipts.
 */
const unsavedTest = (api: Api, { tables, variables }: Resources) => {
  const fn = api.part('unsaved-test', {
    description: 'API: tests of mail accounts that are not saved.',
    environment: networkVariables(variables),
  })
  tables.grant(fn, 'oauth2', { rows: ['GetItem'] })
  tables.grant(fn, 'connectionTests', { rows: ['PutItem'] })
}

/** Adds the function for queues, system addresses and the default queue. */
const queues = (api: Api, { tables }: Resources) => {
  const fn = api.part('queues', { description: 'API: queues, system addresses and the default queue.' })
  // Whether a destination receives the mail of a queue.
  tables.grant(fn, 'handover', { query: ['by-kind'] })
  tables.grant(fn, 'dispatching', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
    query: ['by-kind', 'by-queue'],
  })
  tables.grant(fn, 'accounts', { rows: ['BatchGetItem'], query: ['by-queue'] })
  tables.grantAuditing(fn)
}

/** Adds the function that starts fetch runs on request and returns their records. */
const runs = (api: Api, { tables, queue }: Resources) => {
  const fn = api.part('runs', { description: 'API: fetch now and fetch runs.' })
  tables.grant(fn, 'runs', {
    rows: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem'],
    query: ['by-account', 'by-day'],
  })
  tables.grant(fn, 'conversations', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'accounts', { rows: ['GetItem', 'BatchGetItem'], query: ['by-name'] })
  tables.grantAuditing(fn)
  queue.grantSend(fn)
}

/** Adds the function that returns the records of stored messages and links to their raw bytes. */
const messages = (api: Api, { tables, rawMail }: Resources) => {
  const fn = api.part('messages', {
    description: 'API: stored messages and their raw bytes.',
    logRetention: accessRetention,
  })
  tables.grant(fn, 'messages', {
    rows: ['GetItem', 'BatchGetItem'],
    query: ['by-queue-day', 'by-account', 'by-run', 'by-day', 'by-message-id'],
  })
  tables.grant(fn, 'runs', { rows: ['GetItem', 'BatchGetItem'], query: ['by-account', 'by-day'] })
  // The explanation of a message says where it was handed over.
  tables.grant(fn, 'deliveries', { rows: ['BatchGetItem'] })
  tables.grant(fn, 'handover', { query: ['by-kind'] })
  rawMail.grantRead(fn)
}

/**
 * Adds the function that shows a message's content. It is the only function with a MIME parser, which processes
 * untrusted input. It can store extracted attachments but cannot change or delete messages.
 */
const messageView = (api: Api, { tables, rawMail }: Resources) => {
  const fn = api.part('message-view', {
    description: 'API: the content of a message and its attachments.',
    logRetention: accessRetention,
    // Half would be enough memory, but CPU grows with it. Reading 100 MB must take less than the gateway's 30 seconds.
    memory: Size.mebibytes(1024),
  })
  tables.grant(fn, 'messages', { rows: ['GetItem'] })
  rawMail.grantRead(fn)
  rawMail.grantViews(fn)
}

/**
 * Adds the function that erases the content of messages. It is the only function that can delete objects, and it cannot
 * read them. It deletes nothing without naming the version, so it leaves no delete markers.
 */
const erase = (api: Api, { tables, rawMail }: Resources) => {
  const fn = api.part('erase', { description: 'API: the erasure of messages.' })
  tables.grant(fn, 'messages', {
    rows: ['GetItem', 'BatchGetItem', 'UpdateItem'],
    query: ['by-queue-day', 'by-account', 'by-run', 'by-content'],
  })
  tables.grant(fn, 'deliveries', { rows: ['GetItem', 'BatchGetItem', 'UpdateItem'] })
  tables.grantAuditing(fn)
  rawMail.grantErase(fn)
}

/**
 * Adds the function that writes lost records of messages again. It can read every message but not store or delete one,
 * and its code writes no record that exists.
 */
const messageRecovery = (api: Api, { tables, rawMail, variables }: Resources) => {
  const fn = api.part('message-recovery', {
    description: 'API: recovering lost records of messages from their raw mail.',
    // The CPU grows with the memory. The bytes of each message are hashed.
    memory: Size.mebibytes(1024),
    environment: { CONTROL_HEADER_PREFIX: variables.CONTROL_HEADER_PREFIX },
  })
  tables.grant(fn, 'messages', { rows: ['GetItem', 'BatchGetItem', 'PutItem'], query: ['by-content'] })
  tables.grant(fn, 'accounts', { rows: ['GetItem'] })
  tables.grant(fn, 'dispatching', { rows: ['BatchGetItem'] })
  tables.grantAuditing(fn)
  rawMail.grantRead(fn)
}

/** Adds the function that reads the audit trail. No other function reads it, and this function reads nothing else. */
const audit = (api: Api, { tables }: Resources) => {
  const fn = api.part('audit', { description: 'API: the audit trail.' })
  tables.grant(fn, 'audit', { query: ['by-subject', 'by-who', 'by-time'] })
}

/** Adds the function that tells a client who is signed in. It has no access to any data. */
const me = (api: Api, { variables }: Resources) =>
  api.part('me', {
    description: 'API: who is signed in.',
    memory: Size.mebibytes(256),
    environment: { DEPLOYMENT_NAME: variables.DEPLOYMENT_NAME },
  })

/** Adds the function for the API's documentation. It has no access to any data. */
const docs = (api: Api) =>
  api.part('docs', {
    description: 'API: documentation.',
    memory: Size.mebibytes(256),
    public: {
      routes: ['GET /openapi.json', 'GET /docs'],
      because: 'The API documentation is public and the same for everyone. The function has no access to any data.',
    },
  })
