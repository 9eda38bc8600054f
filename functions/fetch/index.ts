import { S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import type { Context, SQSEvent } from 'aws-lambda'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoQueueDirectory } from '../../lib/dispatching/queue-directory.ts'
import type { FetchServices } from '../../lib/fetching/part.ts'
import { openMailbox } from '../../lib/mailbox/open-mailbox.ts'
import { SnsAnnouncer } from '../../lib/messages/announcing/sns-announcer.ts'
import { DynamoMessageLedger } from '../../lib/messages/store/message-ledger.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { announceLostConsent } from '../../lib/oauth2/tokens/lost-consent.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { subscriberCheck } from '../../lib/overview/receivers/subscriber-check.ts'
import { ConversationStore } from '../../lib/runs/conversation-store.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { readEnvironment, readNetworkRules } from '../environment.ts'
import { openAccessTokens } from '../shared/access-tokens.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { bulkClientSettings, clientSettings } from '../shared/clients.ts'
import { openFetchQueue } from '../shared/fetch-queue.ts'
import { openLog, safeFieldsOf } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openNotices } from '../shared/notices.ts'
import { openPasswordReader } from '../shared/secrets.ts'
import { openTables } from '../shared/tables.ts'
import { fetchHandler } from './handler.ts'

const environment = readEnvironment(['RAW_BUCKET', 'ANNOUNCEMENT_TOPIC_ARN', 'TICK_MINUTES', 'CONTROL_HEADER_PREFIX'])
const log = openLog('fetch')
const tables = openTables(
  log,
  'accounts',
  'accountStatus',
  'dispatching',
  'messages',
  'unstored',
  'runs',
  'conversations',
  'oauth2',
  'oauthGrants',
  'overview',
)

/**
 * The time limit for the connection and the greeting together. A healthy server needs less. With five concurrent
 * fetches, 100 unreachable servers take half a tick.
 */
const connectTimeout = 15_000
/** Applies while Postmaster waits for a response. The 30 minutes of RFC 9051 section 5.4 apply only to idle clients. */
const silenceTimeout = 60_000

const metrics = openMetrics('fetch')
const network = readNetworkRules()
const sns = new SNSClient(clientSettings)
const grants = new GrantStore(tables.oauthGrants)
const overview = new OverviewStore(tables.overview)
const notices = openNotices()
const services: Omit<FetchServices, 'directory'> = {
  accounts: new AccountStore(tables.accounts),
  secrets: openPasswordReader(),
  tokens: openAccessTokens(tables, network),
  announceLostConsent: (account, why) => announceLostConsent({ grants, notices, now: () => new Date() }, account, why),
  statuses: new AccountStatusStore(tables.accountStatus),
  runs: new RunStore(tables.runs),
  conversations: new ConversationStore(tables.conversations),
  ledger: new DynamoMessageLedger(tables.messages),
  unstored: new UnstoredMessages(tables.unstored),
  raw: new S3RawStore(
    new S3Client(bulkClientSettings),
    environment.RAW_BUCKET,
    subscriberCheck(overview, () => new Date()),
  ),
  announcer: new SnsAnnouncer(new SnsTopic(sns, environment.ANNOUNCEMENT_TOPIC_ARN), environment.RAW_BUCKET),
  queue: openFetchQueue(log),
  openMailbox,
  countStored: (stored) => overview.addStored(stored, new Date()),
  logError: (detail, error, about) => log.error(detail, { ...about, ...safeFieldsOf(error) }),
  network: { ...network, connectTimeout, silenceTimeout },
  tickMinutes: environment.TICK_MINUTES,
  controlHeaderPrefix: environment.CONTROL_HEADER_PREFIX,
  now: () => new Date(),
}

export const handler = backgroundFunction(log, (event: SQSEvent, context: Context) => {
  // Create a new directory per invocation, so that a fetch right after a queue change never uses a warm function's
  // cache.
  const directory = new DynamoQueueDirectory(tables.dispatching)
  return fetchHandler({ log, metrics, services: { ...services, directory } })(event, context)
})
