import { ulid } from 'ulid'
import { AuditTrail } from '../../lib/audit/audit-trail.ts'
import { DynamoAuditRows } from '../../lib/audit/dynamo-audit-rows.ts'
import type { TestTables } from './dynamo.ts'

/** The audit trail over test tables; an entry that cannot be settled fails the test that waits for it. */
export const auditTrailOver = (tables: TestTables, now: () => Date = () => new Date()): AuditTrail =>
  new AuditTrail(new DynamoAuditRows(tables.table('audit')), {
    now,
    newId: () => ulid(now().getTime()),
    onUnsettled: (entryId) => {
      throw new Error(`The audit entry ${entryId} stays unconfirmed`)
    },
  })
