import { randomUUID } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { HandedCopies } from '../../lib/handover/copy/handed-copy.ts'
import { SecretsManagerDestinationSecrets } from '../../lib/handover/destinations/secrets/destination-secrets.ts'
import { WebhookAdapter } from '../../lib/handover/webhook/webhook-adapter.ts'
import { CopyStore } from '../../lib/messages/store/copy-store.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { readEnvironment, readWebhookRules } from '../environment.ts'
import { backgroundFunction } from '../shared/background-function.ts'
import { bulkClientSettings } from '../shared/clients.ts'
import { openWakeQueue } from '../shared/delivery-queue.ts'
import { openHandover } from '../shared/handover.ts'
import { openLog } from '../shared/logger.ts'
import { openMetrics } from '../shared/metrics.ts'
import { openDestinationSecretReader } from '../shared/secrets.ts'
import { openTables } from '../shared/tables.ts'
import { deliverHandler } from './handler.ts'

const environment = readEnvironment(['RAW_BUCKET', 'CONTROL_HEADER_PREFIX', 'PUBLIC_URL'])
const log = openLog('deliver')
const tables = openTables(log, 'handover', 'deliveries', 'openDeliveries', 'messages')
const s3 = new S3Client(bulkClientSettings)
const raw = new S3RawStore(s3, environment.RAW_BUCKET)
const copies = new HandedCopies({
  raw,
  copies: new CopyStore(s3, environment.RAW_BUCKET),
  controlHeaderPrefix: environment.CONTROL_HEADER_PREFIX,
})
const now = () => new Date()

export const handler = backgroundFunction(
  log,
  deliverHandler({
    log,
    metrics: openMetrics('deliver'),
    services: {
      ...openHandover(tables),
      retention: raw,
      wakes: openWakeQueue(log),
      adapters: {
        webhook: new WebhookAdapter({
          secrets: new SecretsManagerDestinationSecrets(openDestinationSecretReader()),
          rules: readWebhookRules(),
          publicUrl: environment.PUBLIC_URL,
          now,
        }),
      },
      openMail: (message, destination, signal) => copies.open(message, destination, signal),
      now,
      newLease: () => randomUUID(),
      random: () => Math.random(),
    },
  }),
)
