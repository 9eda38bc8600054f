import type { AuditTrail } from '../audit/audit-trail.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { Clock } from '../text/clock.ts'
import type { Account } from './account.ts'
import type { MailboxClaims } from './account-mailbox.ts'
import type { AccountConnections } from './account-oauth2.ts'
import type { AccountStatusReader } from './account-status.ts'
import type { ReceiverCounts } from './health/no-receiver.ts'
import type { OAuth2Rules } from './input/oauth2-rules.ts'
import type { AccountRemovals } from './store/account-removals.ts'
import type { AccountStore } from './store/account-store.ts'

/** A queue, valid or not, as the form and the view of an account need it. */
export interface AccountQueue {
  readonly queueId: string
  readonly name: string
  readonly validity: Account['validity']
}

/** Reads the current queues without caching, so that an admin can choose a queue that was just created. */
export interface AccountQueues {
  readMany(queueIds: readonly string[]): Promise<AccountQueue[]>
}

/** The dependencies of the use cases in this folder. */
export interface AccountServices extends OAuth2Rules {
  readonly accounts: AccountStore
  readonly removals: Pick<AccountRemovals, 'note'>
  readonly claims: MailboxClaims
  readonly secrets: Pick<SecretStore, 'put' | 'deleteWithRecovery'>
  readonly queues: AccountQueues
  readonly connections: AccountConnections
  readonly statuses: AccountStatusReader
  readonly receivers: ReceiverCounts
  readonly audit: AuditTrail
  readonly now: Clock
  readonly newId: () => string
}
