import type { AuditTrail } from '../audit/audit-trail.ts'
import type { ProfileReader } from '../oauth2/profiles/profile.ts'
import type { GrantReader } from '../oauth2/tokens/grant.ts'
import type { SecretStore } from '../secrets/secret-store.ts'
import type { AccountQueues } from './account-queues.ts'
import type { AccountStatusReader } from './account-status.ts'
import type { AccountStore, MailboxClaims } from './account-store.ts'
import type { OAuth2Rules } from './oauth2-rules.ts'

/** What the use cases of this folder work with. */
export interface AccountServices extends OAuth2Rules {
  readonly accounts: AccountStore
  readonly claims: MailboxClaims
  readonly secrets: Pick<SecretStore, 'putPassword' | 'deleteWithRecovery'>
  readonly queues: AccountQueues
  readonly profiles: ProfileReader
  readonly grants: Pick<GrantReader, 'readMany'> & AccountGrants
  readonly statuses: AccountStatusReader
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly newId: () => string
}

/** Tokens that people's consents gave. */
export interface AccountGrants {
  /** Forgets the tokens; that there are none is not an error. See `grantKeyOf`. */
  remove(grantKey: string): Promise<void>
}
