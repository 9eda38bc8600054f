import { S3Client } from '@aws-sdk/client-s3'
import { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { FiguresStore } from '../../lib/handover/destinations/figures.ts'
import { BalanceCursor } from '../../lib/handover/sweeping/balance-cursor.ts'
import { DeliveryCounts } from '../../lib/handover/sweeping/delivery-counts.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { UnstoredMessages } from '../../lib/messages/unstored/unstored-messages.ts'
import { latestTickAge } from '../../lib/overview/latest-tick.ts'
import { OverviewStore } from '../../lib/overview/overview-store.ts'
import { readEnvironment } from '../environment.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { clientSettings } from '../shared/clients.ts'
import { openWakeQueue } from '../shared/delivery-queue.ts'
import { openHandover } from '../shared/handover.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openNotices } from '../shared/notices.ts'
import { openTables } from '../shared/tables.ts'
import { sweepHandler } from './handler.ts'

const environment = readEnvironment(['RAW_BUCKET', 'TICK_MINUTES'])
const log = openLog('sweep-deliveries')
const tables = openTables(log, 'messages', 'handover', 'deliveries', 'openDeliveries', 'unstored', 'overview')
const now = () => new Date()
const startedAt = now()
const schedule = { overview: new OverviewStore(tables.overview), tickMinutes: environment.TICK_MINUTES, now }

export const handler = backgroundFunction(
  log,
  sweepHandler({
    log,
    metrics: openMetrics('sweep-deliveries'),
    latestTickAge: () => latestTickAge(schedule, startedAt),
    services: {
      ...openHandover(tables),
      tokens: new DynamoDestinationTokens(tables.handover),
      figures: new FiguresStore(tables.handover),
      balanceCursor: new BalanceCursor(tables.handover),
      counts: new DeliveryCounts(tables.deliveries),
      unstored: new UnstoredMessages(tables.unstored),
      retention: new S3RawStore(new S3Client(clientSettings), environment.RAW_BUCKET),
      notices: openNotices(),
      wakes: openWakeQueue(log),
      now,
      random: () => Math.random(),
    },
  }),
)
