import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { ProviderRules } from './provider-input.ts'
import type { ProviderStore } from './provider-store.ts'

/** The fields of a profile that restrict changes to its provider. */
export interface ProfileOfProvider {
  readonly name: string
  readonly tenant?: string | undefined
  readonly grant: string
}

export interface ProfilesOfProvider {
  /** May lag briefly behind a write. */
  ofProvider(providerId: string): Promise<readonly ProfileOfProvider[]>
}

/** The dependencies of this folder's use cases. */
export interface ProviderServices extends ProviderRules {
  readonly providers: ProviderStore
  readonly profiles: ProfilesOfProvider
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly newId: () => string
}
