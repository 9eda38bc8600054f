import { S3Client } from '@aws-sdk/client-s3'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { MessageCatalog } from '../../lib/messages/store/message-catalog.ts'
import { MessageErasures } from '../../lib/messages/store/message-erasures.ts'
import { StoredVersions } from '../../lib/messages/store/stored-versions.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { eraseRoutes } from './routes.ts'

const environment = readEnvironment(['RAW_BUCKET'])
const log = openLog('erase')
const tables = openTables(log, 'messages', 'deliveries', 'audit')

export const handler = httpFunction({
  log,
  routes: eraseRoutes({
    messages: new MessageCatalog(tables.messages),
    erasures: new MessageErasures(tables.messages),
    ledger: new DynamoDeliveryLedger(tables.deliveries),
    storage: new StoredVersions(new S3Client(clientSettings), environment.RAW_BUCKET),
    audit: openAuditTrail(tables.audit, log),
    now: () => new Date(),
  }),
})
