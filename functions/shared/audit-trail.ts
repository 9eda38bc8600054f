import { ulid } from 'ulid'
import { AuditTrail } from '../../lib/audit/audit-trail.ts'
import { DynamoAuditRows } from '../../lib/audit/dynamo-audit-rows.ts'
import type { Table } from '../../lib/tables/table.ts'
import type { Log } from './logger.ts'

/** Where the functions that change things record what they do. */
export const openAuditTrail = (table: Table, log: Log): AuditTrail =>
  new AuditTrail(new DynamoAuditRows(table), {
    now: () => new Date(),
    newId: () => ulid(),
    onUnsettled: (entryId) => log.error('an audit entry stays unconfirmed', { entryId }),
  })
