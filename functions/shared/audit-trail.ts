import { ulid } from 'ulid'
import { AuditTrail } from '../../lib/audit/audit-trail.ts'
import { DynamoAuditRows } from '../../lib/audit/dynamo-audit-rows.ts'
import type { Table } from '../../lib/tables/table.ts'
import type { Log } from './logger.ts'

/** Opens the audit trail in which functions record their changes. */
export const openAuditTrail = (table: Table, log: Log): AuditTrail =>
  new AuditTrail(new DynamoAuditRows(table), {
    now: () => new Date(),
    newId: () => ulid(),
    onUnsettled: (entryId) => log.error('an audit entry remains unconfirmed', { entryId }),
  })
