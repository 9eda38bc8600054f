/**
 * The names of every environment variable a function reads: the one file that cdk/ and functions/ share.
 * Values are strings as Lambda hands them over; each function parses its own with a schema.
 */
export const environmentNames = {
  accountsTable: 'ACCOUNTS_TABLE',
  mailboxClaimsTable: 'MAILBOX_CLAIMS_TABLE',
  connectionTestsTable: 'CONNECTION_TESTS_TABLE',
  accountStatusTable: 'ACCOUNT_STATUS_TABLE',
  dispatchingTable: 'DISPATCHING_TABLE',
  oauth2Table: 'OAUTH2_TABLE',
  oauthGrantsTable: 'OAUTH_GRANTS_TABLE',
  consentsTable: 'CONSENTS_TABLE',
  messagesTable: 'MESSAGES_TABLE',
  runsTable: 'RUNS_TABLE',
  conversationsTable: 'CONVERSATIONS_TABLE',
  auditTable: 'AUDIT_TABLE',
  rawBucket: 'RAW_BUCKET',
  fetchQueueUrl: 'FETCH_QUEUE_URL',
  announcementTopicArn: 'ANNOUNCEMENT_TOPIC_ARN',
  /** Secrets are named `<prefix>account/<account id>` and `<prefix>profile/<profile id>`. */
  secretNamePrefix: 'SECRET_NAME_PREFIX',
  /** The value of the tag `postmaster:deployment` on every secret that this deployment creates. */
  deploymentId: 'DEPLOYMENT_ID',
  /** The KMS key that encrypts new secrets; without it, Secrets Manager uses the AWS managed key. */
  secretKeyArn: 'SECRET_KEY_ARN',
  /** The KMS key that wraps the data keys of the tokens. */
  encryptionKeyArn: 'ENCRYPTION_KEY_ARN',
  /** Where browsers reach the API, without a slash at the end. */
  publicUrl: 'PUBLIC_URL',
  /** Addresses that a consent may lead back to, separated by commas, or empty. */
  returnToUrls: 'RETURN_TO_URLS',
  /** The topic that admins hear of, such as accounts that need a new consent. */
  noticesTopicArn: 'NOTICES_TOPIC_ARN',
  /** Minutes between two ticks; intervals and back-off are multiples of it. */
  tickMinutes: 'TICK_MINUTES',
  /** `true` or `false`. */
  allowPrivateAddresses: 'ALLOW_PRIVATE_ADDRESSES',
  /** Comma-separated port numbers, or empty. */
  extraMailPorts: 'EXTRA_MAIL_PORTS',
  /** `true` or `false`: tests on one machine may send tokens without TLS, to loopback addresses only. */
  allowClearTextOnLoopback: 'ALLOW_CLEAR_TEXT_ON_LOOPBACK',
  /** Such as `X-OTOBO-`. */
  controlHeaderPrefix: 'CONTROL_HEADER_PREFIX',
  /** Name of the JWT claim that lists groups, and the groups that make a reader and an admin. */
  groupClaim: 'GROUP_CLAIM',
  readerGroup: 'READER_GROUP',
  adminGroup: 'ADMIN_GROUP',
} as const
export type EnvironmentName = (typeof environmentNames)[keyof typeof environmentNames]
