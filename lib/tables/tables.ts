/**
 * The table definitions, shared by the CDK stack that creates the tables, the adapters that use them, and the tests.
 * All keys are strings. There are no transactions and no streams. Each row is changed by one conditional write
 * (docs/decisions).
 */
export interface TableIndex {
  readonly partitionKey: string
  readonly sortKey: string
  /**
   * With `keys`, the rows are read separately, so a change of a row does not rewrite the index. A list names the
   * attributes that the index contains besides the keys.
   */
  readonly projection: 'all' | 'keys' | readonly string[]
}

export interface TableDefinition {
  readonly partitionKey: string
  readonly sortKey?: string
  readonly timeToLive?: string
  /** False if the content must be deleted when it expires. A backup would keep it for 35 days. */
  readonly backedUp?: false
  readonly indexes: Readonly<Record<string, TableIndex>>
}

export const tables = {
  accounts: {
    partitionKey: 'accountId',
    indexes: {
      /** `listing` is the constant `account`. `listingKey` sorts by host, username and id. */
      'by-name': { partitionKey: 'listing', sortKey: 'listingKey', projection: 'all' },
      'by-change': { partitionKey: 'listing', sortKey: 'changedAt', projection: 'keys' },
      /** Only accounts dispatched by queue. */
      'by-queue': { partitionKey: 'queueId', sortKey: 'accountId', projection: 'keys' },
      /** Only accounts with OAuth2. */
      'by-profile': { partitionKey: 'profileId', sortKey: 'accountId', projection: 'keys' },
      /** The attributes that lists of all accounts need: less than half of a row, without certificates. */
      listed: {
        partitionKey: 'listing',
        sortKey: 'accountId',
        projection: [
          ...['type', 'host', 'port', 'username', 'mailbox', 'folder', 'credential', 'validity', 'dispatching'],
          ...['trusted', 'comment', 'version', 'createdAt', 'changedAt'],
        ],
      },
    },
  },
  /** One row per mailbox in use. It is written before its account. */
  mailboxClaims: { partitionKey: 'mailbox', indexes: {} },
  /** Successful connection tests of the last few minutes. An account may be created on the basis of such a test. */
  connectionTests: { partitionKey: 'testId', timeToLive: 'expiresAt', backedUp: false, indexes: {} },
  accountStatus: {
    partitionKey: 'accountId',
    indexes: {
      /**
       * `dueBucket` is `due#0` … `due#15`. `dueOrder` is `<time>#<account id>`. The time is when to fetch the account,
       * or when to check again whether an account that must not be fetched still exists.
       */
      due: { partitionKey: 'dueBucket', sortKey: 'dueOrder', projection: 'keys' },
      /**
       * `listedAs` is `failing` or `other`. `listedOrder` sorts failing accounts by the time since which they fail, and
       * others by their id.
       */
      listed: {
        partitionKey: 'listedAs',
        sortKey: 'listedOrder',
        projection: [
          ...['nextFetchAt', 'lastRun', 'recentRuns', 'lastStoredAt', 'lastSuccessAt', 'lastError', 'warning'],
          ...['oldestWaitingAt', 'sameMailbox', 'unstableUidls'],
        ],
      },
    },
  },
  /** Rows `queue#<id>`, `queue-name#<lower-case name>`, `address#<comparable address>`, `setting#default-queue`. */
  dispatching: {
    partitionKey: 'key',
    indexes: {
      'by-kind': { partitionKey: 'kind', sortKey: 'listingKey', projection: 'all' },
      /** System addresses of a queue. */
      'by-queue': { partitionKey: 'queueId', sortKey: 'key', projection: 'keys' },
    },
  },
  /**
   * Rows `provider#<id>`, `profile#<id>`, `profile-name#<lower-case name>`. `kind` is `profile` or `custom`. Built-in
   * providers are not in any list.
   */
  oauth2: {
    partitionKey: 'key',
    indexes: { 'by-kind': { partitionKey: 'kind', sortKey: 'listingKey', projection: 'all' } },
  },
  /** Rows `account#<id>`, `profile#<id>`: encrypted tokens, and the details about them that may be shown. */
  oauthGrants: {
    partitionKey: 'grantKey',
    indexes: {
      /** Everything that may be shown, without the tokens. */
      'by-profile': {
        partitionKey: 'profileId',
        sortKey: 'grantKey',
        projection: [
          ...['version', 'grantEpoch', 'protocol', 'username', 'host', 'state', 'failure', 'endedAt', 'consentedBy'],
          ...['consentedAt', 'requestedBy', 'requestedBySub', 'refreshedAt', 'refreshExpiresAt'],
        ],
      },
    },
  },
  /** Consents in progress: `ticket#<hash>` for the start page, `state#<hash>` for the round trip to the provider. */
  consents: { partitionKey: 'consentKey', timeToLive: 'expiresAt', backedUp: false, indexes: {} },
  messages: {
    partitionKey: 'messageId',
    timeToLive: 'expiresAt',
    indexes: {
      /** `queueDay` is `<queue id>#<yyyy-mm-dd>`, so that a consumer can pull day by day. */
      'by-queue-day': { partitionKey: 'queueDay', sortKey: 'storedAt', projection: 'keys' },
      'by-account': { partitionKey: 'accountId', sortKey: 'storedAt', projection: 'keys' },
      'by-run': { partitionKey: 'runId', sortKey: 'storedAt', projection: 'keys' },
      'by-day': { partitionKey: 'day', sortKey: 'storedAt', projection: 'keys' },
      /** `contentKey` is `<account id>#<sha-256>`. */
      'by-content': { partitionKey: 'contentKey', sortKey: 'storedAt', projection: 'keys' },
      /** `headerKey` is the SHA-256 of the Message-ID header. It is absent if the message has none. */
      'by-message-id': { partitionKey: 'headerKey', sortKey: 'storedAt', projection: 'keys' },
      /**
       * A sparse index of the rows whose announcement is not confirmed. `unannounced` is `unannounced#0` …
       * `unannounced#15`.
       */
      unannounced: { partitionKey: 'unannounced', sortKey: 'storedAt', projection: 'keys' },
      /**
       * A sparse index of the rows whose deliveries are not planned completely. `unplanned` is `unplanned#0` …
       * `unplanned#15`.
       */
      unplanned: { partitionKey: 'unplanned', sortKey: 'storedAt', projection: 'keys' },
    },
  },
  /**
   * Rows `destination#<id>`, `destination-name#<comparable name>`, `token#<hash>`, `circuit#<destination id>`,
   * `figures#<destination id>`, `sweep#handover`. `kind` is `destination` or `token`.
   */
  handover: {
    partitionKey: 'key',
    indexes: { 'by-kind': { partitionKey: 'kind', sortKey: 'listingKey', projection: 'all' } },
  },
  /** `deliveryId` is `<destination id>.<message id>`. */
  deliveries: {
    partitionKey: 'deliveryId',
    timeToLive: 'expiresAt',
    indexes: {
      /** A sparse index of the rows for which something remains to be done. `dueBucket` is `<destination id>#<0 … 3>`. */
      due: { partitionKey: 'dueBucket', sortKey: 'dueAt', projection: 'keys' },
      /** Sparse: deliveries that are neither delivered nor handled. `openState` is `<destination id>#<state>`. */
      'by-state': { partitionKey: 'openState', sortKey: 'plannedAt', projection: 'keys' },
      /** `destinationDay` is `<destination id>#<yyyy-mm-dd>`. */
      'by-day': { partitionKey: 'destinationDay', sortKey: 'plannedAt', projection: 'keys' },
      /** Sparse. `ticketKey` is the receiver's ticket number in lower case. */
      'by-ticket': { partitionKey: 'ticketKey', sortKey: 'plannedAt', projection: 'keys' },
    },
  },
  /**
   * One row per delivery that has not ended. `lane` is a conversation at a destination, and `place` sorts its
   * deliveries by age. The first row of a lane is read with strong consistency, which no index offers.
   */
  openDeliveries: { partitionKey: 'lane', sortKey: 'place', indexes: {} },
  runs: {
    partitionKey: 'runId',
    timeToLive: 'expiresAt',
    indexes: {
      'by-account': { partitionKey: 'accountId', sortKey: 'askedAt', projection: 'keys' },
      /** `day` is the `yyyy-mm-dd` of `askedAt`, in UTC. */
      'by-day': { partitionKey: 'day', sortKey: 'askedAt', projection: 'keys' },
      /** A sparse index of the runs that are queued or running. `open` is the constant `open`. */
      open: { partitionKey: 'open', sortKey: 'askedAt', projection: 'keys' },
      /**
       * `recent` is `queued`, `running` or `ended#<yyyy-mm-ddThh>`, and `recentAt` is when the run was requested, began
       * its latest part or ended.
       */
      recent: { partitionKey: 'recent', sortKey: 'recentAt', projection: ['accountId'] },
    },
  },
  /**
   * What the overview shows without counting. `key` and `item` are `summary` and `tick` or `consents`, `stored` and
   * `<yyyy-mm-ddThh>`, `removed` and `<time>#<account id>`, or `noticed` and `<topic>#<id>` or `pace#<topic>`.
   */
  overview: { partitionKey: 'key', sortKey: 'item', timeToLive: 'expiresAt', indexes: {} },
  /** One row per message that stays on a mail server because no run can store it. */
  unstored: {
    partitionKey: 'messageId',
    timeToLive: 'expiresAt',
    indexes: {
      'by-account': { partitionKey: 'accountId', sortKey: 'firstAt', projection: 'all' },
      /** Sparse: the messages about which a person must decide. `open` is the constant `open`. */
      open: { partitionKey: 'open', sortKey: 'firstAt', projection: 'keys' },
    },
  },
  /** The recorded conversations of runs with `debug`, in parts. `part` is `<run id>#<number>`. */
  conversations: { partitionKey: 'part', timeToLive: 'expiresAt', backedUp: false, indexes: {} },
  /** The audit trail. Each row is written once and settled once. */
  audit: {
    partitionKey: 'entryId',
    timeToLive: 'expiresAt',
    indexes: {
      /** `subject` is the changed thing's path in the API. */
      'by-subject': { partitionKey: 'subject', sortKey: 'at', projection: 'all' },
      'by-who': { partitionKey: 'who', sortKey: 'at', projection: 'all' },
      /** `listing` is the constant `audit`. People make far fewer changes than one partition can handle. */
      'by-time': { partitionKey: 'listing', sortKey: 'at', projection: 'all' },
    },
  },
} as const satisfies Record<string, TableDefinition>

export type TableName = keyof typeof tables
export const tableNames = Object.keys(tables) as TableName[]

/** The environment variable with the name that a table has in AWS, for example ACCOUNT_STATUS_TABLE. */
export type TableVariable = `${Uppercase<SnakeCase<TableName>>}_TABLE`
type SnakeCase<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? '' : '_'}${First}${SnakeCase<Rest>}`
  : ''

// TypeScript cannot follow the replacement. The type above describes it.
export const tableVariable = (name: TableName) =>
  `${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}_TABLE` as TableVariable

/**
 * The number of row writes in progress at once. 10,000 writes at 5 ms each take a second, and DynamoDB's client opens
 * 50 connections by default.
 */
export const writesSideBySide = 50
