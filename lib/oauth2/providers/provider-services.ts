import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { ProviderRules } from './provider-input.ts'
import type { ProviderStore } from './provider-store.ts'

/** What a provider has to know of the profiles that rest on it. */
export interface ProfileOfProvider {
  readonly name: string
  readonly tenant?: string | undefined
  readonly grant: string
}

export interface ProfilesOfProvider {
  /** May lag behind a write for a moment. */
  ofProvider(providerId: string): Promise<readonly ProfileOfProvider[]>
}

/** What the use cases of this folder work with. */
export interface ProviderServices extends ProviderRules {
  readonly providers: ProviderStore
  readonly profiles: ProfilesOfProvider
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly newId: () => string
}
