import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { ClientSecretStore } from '../../secrets/secret-store.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
import type { AccountsOfProfile } from './accounts-of-profile.ts'
import type { ProfileStore } from './profile-store.ts'

/** Tokens that the application itself was given. */
export interface ForgottenGrants {
  /** That there are none is not an error. See `grantKeyOf`. */
  remove(grantKey: string): Promise<void>
}

/** What the use cases of this folder work with. Client secrets can be set, never read. */
export interface ProfileServices {
  readonly profiles: ProfileStore
  readonly providers: Pick<ProviderStore, 'read' | 'readMany'>
  readonly accountsOfProfile: AccountsOfProfile
  readonly clientSecrets: Pick<ClientSecretStore, 'putClientSecret' | 'deleteWithRecovery'>
  readonly grants: ForgottenGrants
  readonly audit: AuditTrail
  /** What has to be registered at a provider; the same for all profiles. */
  readonly redirectUri: string
  readonly now: () => Date
  readonly newId: () => string
}
