import { S3Client } from '@aws-sdk/client-s3'
import { DynamoMessageCatalog } from '../../lib/messages/dynamo-message-catalog.ts'
import { S3AttachmentStore, S3RawStore } from '../../lib/messages/s3-raw-store.ts'
import { clientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { messageViewEnvironment } from './environment.ts'
import { messageViewRoutes } from './routes.ts'

/** Milliseconds. The function has 29 s; what is left is for the last part of an upload and for sanitising, which nothing can interrupt. */
const readingTime = 20_000

const environment = messageViewEnvironment()
const tables = openTables({ messages: environment.MESSAGES_TABLE })
const s3 = new S3Client(clientSettings)

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log: openLog('message-view'),
  routes: messageViewRoutes({
    messages: new DynamoMessageCatalog(tables.messages),
    raw: new S3RawStore(s3, environment.RAW_BUCKET),
    attachments: new S3AttachmentStore(s3, environment.RAW_BUCKET),
    readingTime,
  }),
})
