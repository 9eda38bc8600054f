import { SNSClient } from '@aws-sdk/client-sns'
import { DynamoAccountReader } from '../../lib/accounts/store/dynamo-account-reader.ts'
import { DynamoMailboxClaims } from '../../lib/accounts/store/dynamo-mailbox-claims.ts'
import { DynamoMessageStore } from '../../lib/messages/dynamo-message-store.ts'
import { SnsAnnouncer } from '../../lib/messages/sns-announcer.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import { DynamoRunStore } from '../../lib/runs/run-store.ts'
import { DynamoAccountStatusStore } from '../../lib/schedule/dynamo-account-status-store.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { clientSettings } from '../shared/clients.ts'
import { openFetchQueue } from '../shared/fetch-queue.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openTables } from '../shared/tables.ts'
import { reportUnreadable } from '../shared/unreadable-rows.ts'
import { dispatchEnvironment } from './environment.ts'
import { dispatchHandler } from './handler.ts'

const environment = dispatchEnvironment()
const tables = openTables({
  accounts: environment.ACCOUNTS_TABLE,
  mailboxClaims: environment.MAILBOX_CLAIMS_TABLE,
  accountStatus: environment.ACCOUNT_STATUS_TABLE,
  messages: environment.MESSAGES_TABLE,
  runs: environment.RUNS_TABLE,
})
const log = openLog('dispatch')

export const handler = backgroundFunction(
  log,
  dispatchHandler({
    log,
    metrics: openMetrics('dispatch'),
    services: {
      accounts: new DynamoAccountReader(tables.accounts, reportUnreadable(log, 'accounts')),
      claims: new DynamoMailboxClaims(tables.mailboxClaims),
      statuses: new DynamoAccountStatusStore(tables.accountStatus, reportUnreadable(log, 'accountStatus')),
      runs: new DynamoRunStore(tables.runs, reportUnreadable(log, 'runs')),
      queue: openFetchQueue(environment.FETCH_QUEUE_URL, log),
      ledger: new DynamoMessageStore(tables.messages, reportUnreadable(log, 'messages')),
      announcer: new SnsAnnouncer(
        new SnsTopic(new SNSClient(clientSettings), environment.ANNOUNCEMENT_TOPIC_ARN),
        environment.RAW_BUCKET,
      ),
      tickMinutes: environment.TICK_MINUTES,
      now: Date.now,
    },
  }),
)
