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
  messagesTable: 'MESSAGES_TABLE',
  runsTable: 'RUNS_TABLE',
  conversationsTable: 'CONVERSATIONS_TABLE',
  auditTable: 'AUDIT_TABLE',
  rawBucket: 'RAW_BUCKET',
  fetchQueueUrl: 'FETCH_QUEUE_URL',
  announcementTopicArn: 'ANNOUNCEMENT_TOPIC_ARN',
  /** Secrets are named `<prefix>account/<account id>`. */
  secretNamePrefix: 'SECRET_NAME_PREFIX',
  /** Minutes between two ticks; intervals and back-off are multiples of it. */
  tickMinutes: 'TICK_MINUTES',
  /** `true` or `false`. */
  allowPrivateAddresses: 'ALLOW_PRIVATE_ADDRESSES',
  /** Comma-separated port numbers, or empty. */
  extraMailPorts: 'EXTRA_MAIL_PORTS',
  /** Such as `X-OTOBO-`. */
  controlHeaderPrefix: 'CONTROL_HEADER_PREFIX',
  /** Name of the JWT claim that lists groups, and the groups that make a reader and an admin. */
  groupClaim: 'GROUP_CLAIM',
  readerGroup: 'READER_GROUP',
  adminGroup: 'ADMIN_GROUP',
} as const
export type EnvironmentName = (typeof environmentNames)[keyof typeof environmentNames]
