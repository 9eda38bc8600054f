import { AuditReader } from '../../lib/audit/audit-reader.ts'
import { httpFunction } from '../shared/http/http-function.ts'
import { openLog } from '../shared/logger.ts'
import { openTables } from '../shared/tables.ts'
import { auditRoutes } from './routes.ts'

const log = openLog('audit')
const tables = openTables(log, 'audit')

export const handler = httpFunction({
  log,
  routes: auditRoutes(new AuditReader(tables.audit)),
})
