import { SNSClient } from '@aws-sdk/client-sns'
import { MailboxClaims } from '../../lib/accounts/account-mailbox.ts'
import { AccountRemovals } from '../../lib/accounts/store/account-removals.ts'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { FiguresStore } from '../../lib/handover/destinations/figures.ts'
import { SnsAnnouncer } from '../../lib/messages/announcing/sns-announcer.ts'
import { DynamoMessageLedger } from '../../lib/messages/store/message-ledger.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import { SnsTopic } from '../../lib/notifications/sns-topic.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { StoredConnections } from '../../lib/oauth2/tokens/account-connections.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { NoticeMarks } from '../../lib/overview/noticing/notice-marks.ts'
import { noticeTick } from '../../lib/overview/noticing/notice-tick.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { countReceivers } from '../../lib/overview/receivers/count-receivers.ts'
import { summariseTick } from '../../lib/overview/summarise-tick.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { AccountStatusStore } from '../../lib/schedule/account-status-store.ts'
import { readEnvironment } from '../environment.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { clientSettings } from '../shared/clients.ts'
import { openFetchQueue } from '../shared/fetch-queue.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openNotices } from '../shared/notices.ts'
import { openTables } from '../shared/tables.ts'
import { dispatchHandler } from './handler.ts'

const environment = readEnvironment(['ANNOUNCEMENT_TOPIC_ARN', 'PLANNED_QUEUE_ARN', 'RAW_BUCKET', 'TICK_MINUTES'])
const log = openLog('dispatch')
const tables = openTables(
  log,
  'accounts',
  'mailboxClaims',
  'accountStatus',
  'messages',
  'runs',
  'overview',
  'oauth2',
  'oauthGrants',
  'handover',
  'unstored',
)

const accounts = new AccountStore(tables.accounts)
const statuses = new AccountStatusStore(tables.accountStatus)
const now = () => new Date()
const removals = new AccountRemovals(tables.overview)
const overview = new OverviewStore(tables.overview)
const profiles = new ProfileStore(tables.oauth2)

const destinations = new DynamoDestinations(tables.handover)
const announcements = new SnsTopic(new SNSClient(clientSettings), environment.ANNOUNCEMENT_TOPIC_ARN)
const receiving = { destinations, announcements, overview, plannedQueueArn: environment.PLANNED_QUEUE_ARN, now }

const noticing = {
  accounts,
  statuses,
  runs: new RunCatalog(tables.runs),
  connections: new StoredConnections({ profiles, grants: new GrantStore(tables.oauthGrants) }),
  profiles,
  destinations,
  figures: new FiguresStore(tables.handover),
  unstored: new UnstoredMessages(tables.unstored),
  overview,
  marks: new NoticeMarks(tables.overview),
  notices: openNotices(),
  now,
}

export const handler = backgroundFunction(
  log,
  dispatchHandler({
    log,
    metrics: openMetrics('dispatch'),
    countReceivers: () => countReceivers(receiving),
    notify: (mayGoOn) => noticeTick(noticing, mayGoOn),
    summarise: (report) => summariseTick({ accounts, statuses, removals, overview, now }, report),
    services: {
      accounts,
      claims: new MailboxClaims(tables.mailboxClaims),
      statuses,
      runs: new RunStore(tables.runs),
      queue: openFetchQueue(log),
      ledger: new DynamoMessageLedger(tables.messages),
      announcer: new SnsAnnouncer(announcements, environment.RAW_BUCKET),
      tickMinutes: environment.TICK_MINUTES,
      now,
    },
  }),
)
