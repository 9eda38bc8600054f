import { ulid } from 'ulid'
import { AccountStore } from '../../lib/accounts/store/account-store.ts'
import { ConversationStore } from '../../lib/runs/conversation-store.ts'
import { RunCatalog } from '../../lib/runs/run-catalog.ts'
import { RunStore } from '../../lib/runs/run-store.ts'
import { openFetchQueueOfApi } from '../shared/fetch-queue.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openAuditTrail, openTables } from '../shared/tables.ts'
import { runRoutes } from './routes.ts'

const log = openLog('runs')
const tables = openTables(log, 'accounts', 'audit', 'runs', 'conversations')

export const handler = httpFunction({
  log,
  routes: runRoutes({
    accounts: new AccountStore(tables.accounts),
    runs: new RunStore(tables.runs),
    catalog: new RunCatalog(tables.runs),
    conversations: new ConversationStore(tables.conversations),
    queue: openFetchQueueOfApi(log),
    audit: openAuditTrail(tables.audit, log),
    now: () => new Date(),
    newRunId: () => ulid(),
  }),
})
