import { DynamoAuditReader } from '../../lib/audit/dynamo-audit-reader.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { roleSettingsOf } from '../shared/http/role-environment.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { reportUnreadable } from '../shared/unreadable-rows.ts'
import { auditEnvironment } from './environment.ts'
import { auditRoutes } from './routes.ts'

const environment = auditEnvironment()
const log = openLog('audit')
const tables = openTables({ audit: environment.AUDIT_TABLE })

export const handler = httpFunction({
  roles: roleSettingsOf(environment),
  log,
  routes: auditRoutes(new DynamoAuditReader(tables.audit, reportUnreadable(log, 'audit'))),
})
