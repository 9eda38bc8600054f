import { randomUUID } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { HandedCopies } from '../../lib/handover/copy/handed-copy.ts'
import { DynamoDestinationTokens } from '../../lib/handover/destinations/destination-tokens.ts'
import { CopyStore } from '../../lib/messages/store/copy-store.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { QueueStore } from '../../lib/queues/queue-store.ts'
import { readEnvironment } from '../environment.ts'
import { bulkClientSettings } from '../shared/clients.ts'
import { openHandover } from '../shared/handover.ts'
import { jsonFunction } from '../shared/http/http-function.ts'
import { openLog, safeFieldsOf } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { agentRoutes } from './routes.ts'

/** In milliseconds. The gateway gives up after 30 s, and outcomes are written in the remaining time. */
const longestWait = 22_000
/** In seconds. An agent downloads at once. A slow line needs this long until the last part of a large mail begins. */
const linkSeconds = 600

const environment = readEnvironment(['RAW_BUCKET', 'CONTROL_HEADER_PREFIX'])
const log = openLog('agent')
const tables = openTables(log, 'handover', 'deliveries', 'openDeliveries', 'messages', 'dispatching')
const s3 = new S3Client(bulkClientSettings)
const raw = new S3RawStore(s3, environment.RAW_BUCKET)
const copies = new CopyStore(s3, environment.RAW_BUCKET)

export const handler = jsonFunction({
  log,
  routes: agentRoutes({
    ...openHandover(tables),
    tokens: new DynamoDestinationTokens(tables.handover),
    queues: new QueueStore(tables.dispatching),
    retention: raw,
    mails: new HandedCopies({ raw, copies, controlHeaderPrefix: environment.CONTROL_HEADER_PREFIX }),
    linkTo: async ({ messageId }, { copyKey }) =>
      copyKey === undefined
        ? await raw.downloadLink(messageId, linkSeconds)
        : await copies.link(copyKey, linkSeconds, `${messageId}.eml`),
    onDefect: (error, deliveryId) => log.error('a mail could not be prepared', { deliveryId, ...safeFieldsOf(error) }),
    deadline: () => AbortSignal.timeout(longestWait),
    now: () => new Date(),
    newLease: () => randomUUID(),
    random: () => Math.random(),
  }),
})
