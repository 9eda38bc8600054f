import type { AuditTrail } from '../audit/audit-trail.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { AccountQueues } from './account-queues.ts'
import type { AccountStatusReader } from './account-status.ts'
import type { AccountStore, MailboxClaims } from './account-store.ts'

/** What the use cases of this folder work with. */
export interface AccountServices {
  readonly accounts: AccountStore
  readonly claims: MailboxClaims
  readonly secrets: SecretStore
  readonly queues: AccountQueues
  readonly statuses: AccountStatusReader
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly newId: () => string
}
