import { ulid } from 'ulid'
import { DynamoAccountStore } from '../../lib/accounts/store/dynamo-account-store.ts'
import { DynamoConversationStore } from '../../lib/runs/conversation-store.ts'
import { DynamoRunCatalog } from '../../lib/runs/dynamo-run-catalog.ts'
import { DynamoRunStore } from '../../lib/runs/run-store.ts'
import { openAuditTrail } from '../shared/audit-trail.ts'
import { openFetchQueueOfApi } from '../shared/fetch-queue.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { reportUnreadable } from '../shared/unreadable-rows.ts'
import { runsEnvironment } from './environment.ts'
import { runRoutes } from './routes.ts'

const environment = runsEnvironment()
const log = openLog('runs')
const tables = openTables({
  accounts: environment.ACCOUNTS_TABLE,
  audit: environment.AUDIT_TABLE,
  runs: environment.RUNS_TABLE,
  conversations: environment.CONVERSATIONS_TABLE,
})

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log,
  routes: runRoutes({
    accounts: new DynamoAccountStore(tables.accounts, reportUnreadable(log, 'accounts')),
    runs: new DynamoRunStore(tables.runs),
    catalog: new DynamoRunCatalog(tables.runs, reportUnreadable(log, 'runs')),
    conversations: new DynamoConversationStore(tables.conversations),
    queue: openFetchQueueOfApi(environment.FETCH_QUEUE_URL, log),
    audit: openAuditTrail(tables.audit, log),
    now: () => new Date(),
    newRunId: () => ulid(),
  }),
})
