import { S3Client } from '@aws-sdk/client-s3'
import { DynamoMessageCatalog } from '../../lib/messages/dynamo-message-catalog.ts'
import { S3RawStore } from '../../lib/messages/s3-raw-store.ts'
import { DynamoRunCatalog } from '../../lib/runs/dynamo-run-catalog.ts'
import { clientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { reportUnreadable } from '../shared/unreadable-rows.ts'
import { messagesEnvironment } from './environment.ts'
import { explanationRoutes } from './explanation-routes.ts'
import { messageRoutes } from './routes.ts'

const environment = messagesEnvironment()
const tables = openTables({ messages: environment.MESSAGES_TABLE, runs: environment.RUNS_TABLE })

const log = openLog('messages')

const messages = new DynamoMessageCatalog(tables.messages, reportUnreadable(log, 'messages'))

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log,
  routes: [
    ...messageRoutes({ messages, raw: new S3RawStore(new S3Client(clientSettings), environment.RAW_BUCKET) }),
    ...explanationRoutes({ messages, runs: new DynamoRunCatalog(tables.runs) }),
  ],
})
