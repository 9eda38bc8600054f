import { S3Client } from '@aws-sdk/client-s3'
import { DynamoDestinations } from '../../lib/handover/destinations/destination-store.ts'
import { DynamoDeliveryLedger } from '../../lib/handover/ledger/delivery-ledger.ts'
import { DynamoPlanLedger } from '../../lib/handover/planning/dynamo-plan-ledger.ts'
import { explainHandover } from '../../lib/handover/viewing/explain-handover.ts'
import { MessageCatalog } from '../../lib/messages/store/message-catalog.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { readEnvironment } from '../environment.ts'
import { clientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { explanationRoutes } from './explanation-routes.ts'
import { messageRoutes } from './routes.ts'

const environment = readEnvironment(['RAW_BUCKET'])
const log = openLog('messages')
const tables = openTables(log, 'messages', 'runs', 'deliveries', 'handover')

const messages = new MessageCatalog(tables.messages)
const handover = {
  plans: new DynamoPlanLedger(tables.messages),
  ledger: new DynamoDeliveryLedger(tables.deliveries),
  destinations: new DynamoDestinations(tables.handover),
}

export const handler = httpFunction({
  log,
  routes: [
    ...messageRoutes({ messages, raw: new S3RawStore(new S3Client(clientSettings), environment.RAW_BUCKET) }),
    ...explanationRoutes({
      messages,
      runs: new RunCatalog(tables.runs),
      explainHandover: (messageId) => explainHandover(handover, messageId),
    }),
  ],
})
