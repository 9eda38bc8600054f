import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { ClientSecretStore } from '../../secrets/secret-store.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
import type { AccountsOfProfile } from './accounts-of-profile.ts'
import type { ProfileStore } from './profile-store.ts'

/** Removes app-only tokens. */
export interface ForgottenGrants {
  /** A missing grant is not an error. */
  removeApplication(profileId: string): Promise<void>
}

/** The dependencies of this folder's use cases. They can set client secrets but not read them. */
export interface ProfileServices {
  readonly profiles: ProfileStore
  readonly providers: Pick<ProviderStore, 'read' | 'readMany'>
  readonly accountsOfProfile: AccountsOfProfile
  readonly clientSecrets: Pick<ClientSecretStore, 'putClientSecret' | 'deleteWithRecovery'>
  readonly grants: ForgottenGrants
  readonly audit: AuditTrail
  /** The redirect URI to register with a provider. It is the same for all profiles. */
  readonly redirectUri: string
  readonly now: () => Date
  readonly newId: () => string
}
