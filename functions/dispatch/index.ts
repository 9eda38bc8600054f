import { SNSClient } from '@aws-sdk/client-sns'
import { MailboxClaims } from '../../lib/accounts/account-mailbox.ts'
import { AccountRemovals } from '../../lib/accounts/store/account-removals.ts'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { SnsAnnouncer } from '../../lib/messages/announcing/sns-announcer.ts'
import { DynamoMessageLedger } from '../../lib/messages/store/message-ledger.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { summariseTick } from '../../lib/overview/summarise-tick.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { readEnvironment } from '../environment.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { clientSettings } from '../shared/clients.ts'
import { openFetchQueue } from '../shared/fetch-queue.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openTables } from '../shared/tables.ts'
import { dispatchHandler } from './handler.ts'

const environment = readEnvironment(['ANNOUNCEMENT_TOPIC_ARN', 'RAW_BUCKET', 'TICK_MINUTES'])
const log = openLog('dispatch')
const tables = openTables(log, 'accounts', 'mailboxClaims', 'accountStatus', 'messages', 'runs', 'overview')

const accounts = new AccountStore(tables.accounts)
const statuses = new AccountStatusStore(tables.accountStatus)
const now = () => new Date()
const removals = new AccountRemovals(tables.overview)
const overview = new OverviewStore(tables.overview)

export const handler = backgroundFunction(
  log,
  dispatchHandler({
    log,
    metrics: openMetrics('dispatch'),
    summarise: (report) => summariseTick({ accounts, statuses, removals, overview, now }, report),
    services: {
      accounts,
      claims: new MailboxClaims(tables.mailboxClaims),
      statuses,
      runs: new RunStore(tables.runs),
      queue: openFetchQueue(log),
      ledger: new DynamoMessageLedger(tables.messages),
      announcer: new SnsAnnouncer(
        new SnsTopic(new SNSClient(clientSettings), environment.ANNOUNCEMENT_TOPIC_ARN),
        environment.RAW_BUCKET,
      ),
      tickMinutes: environment.TICK_MINUTES,
      now,
    },
  }),
)
