import { S3Client } from '@aws-sdk/client-s3'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoQueueDirectory } from '../../lib/dispatching/queue-directory.ts'
import { DynamoMessageLedger } from '../../lib/messages/store/message-ledger.ts'
import { S3RawStore } from '../../lib/messages/store/s3-raw-store.ts'
import { readEnvironment } from '../environment.ts'
import { bulkClientSettings } from '../shared/clients.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog, safeFieldsOf } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { recoveryRoutes } from './routes.ts'

const environment = readEnvironment(['RAW_BUCKET', 'CONTROL_HEADER_PREFIX'])
const log = openLog('message-recovery')
const tables = openTables(log, 'accounts', 'audit', 'dispatching', 'messages')

export const handler = httpFunction({
  log,
  routes: recoveryRoutes({
    raw: new S3RawStore(new S3Client(bulkClientSettings), environment.RAW_BUCKET),
    ledger: new DynamoMessageLedger(tables.messages),
    accounts: new AccountStore(tables.accounts),
    directory: new DynamoQueueDirectory(tables.dispatching),
    audit: openAuditTrail(tables.audit, log),
    controlHeaderPrefix: environment.CONTROL_HEADER_PREFIX,
    logError: (detail, error, about) => log.error(detail, { ...about, ...safeFieldsOf(error) }),
    now: () => new Date(),
  }),
})
