import type { AuditTrail } from '../audit/audit-trail.ts'
import type { ClientSecretStore } from '../secrets/secret-store.ts'
import type { AccountsOfProfile } from './profiles/accounts-of-profile.ts'
import type { ProfileStore } from './profiles/profile-store.ts'
import type { ProviderRules } from './providers/provider-input.ts'
import type { ProviderStore } from './providers/provider-store.ts'
import type { GrantStore } from './tokens/grant-store.ts'

/** What the use cases of providers and profiles reach outside of themselves. Client secrets can be set, never read. */
export interface SetupServices extends ProviderRules {
  readonly providers: ProviderStore
  readonly profiles: ProfileStore
  readonly accountsOfProfile: AccountsOfProfile
  readonly clientSecrets: Pick<ClientSecretStore, 'putClientSecret' | 'deleteWithRecovery'>
  readonly grants: Pick<GrantStore, 'remove'>
  readonly audit: AuditTrail
  /** What has to be registered at a provider; the same for all profiles. */
  readonly redirectUri: string
  readonly now: () => Date
  readonly newId: () => string
}
