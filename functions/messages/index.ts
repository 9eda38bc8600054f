import { S3Client } from '@aws-sdk/client-s3'
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
const tables = openTables(log, 'messages', 'runs')

const messages = new MessageCatalog(tables.messages)

export const handler = httpFunction({
  log,
  routes: [
    ...messageRoutes({ messages, raw: new S3RawStore(new S3Client(clientSettings), environment.RAW_BUCKET) }),
    ...explanationRoutes({ messages, runs: new RunCatalog(tables.runs) }),
  ],
})
