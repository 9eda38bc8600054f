import { ulid } from 'ulid'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { DynamoConversationStore } from '../../lib/runs/conversation-store.ts'
import { DynamoRunCatalog } from '../../lib/runs/dynamo-run-catalog.ts'
import { DynamoRunStore } from '../../lib/runs/run-store.ts'
import { openFetchQueueOfApi } from '../shared/fetch-queue.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables, reportUnreadable } from '../shared/tables.ts'
import { runRoutes } from './routes.ts'

const log = openLog('runs')
const tables = openTables('accounts', 'audit', 'runs', 'conversations')

export const handler = httpFunction({
  log,
  routes: runRoutes({
    accounts: new AccountStore(tables.accounts, reportUnreadable(log, 'accounts')),
    runs: new DynamoRunStore(tables.runs),
    catalog: new DynamoRunCatalog(tables.runs, reportUnreadable(log, 'runs')),
    conversations: new DynamoConversationStore(tables.conversations),
    queue: openFetchQueueOfApi(log),
    audit: openAuditTrail(tables.audit, log),
    now: () => new Date(),
    newRunId: () => ulid(),
  }),
})
