import type { ChosenProfile, ChosenProfiles } from '../../accounts/account-oauth2.ts'
import type { ProfileReader } from '../profiles/profile.ts'
import type { ProviderReader } from '../providers/provider.ts'
import { tokenHostsOf } from '../providers/token-hosts.ts'

/** Profiles with their providers' mail servers, for the account rules. */
export class StoredProfiles implements ChosenProfiles {
  readonly #profiles: Pick<ProfileReader, 'read'>
  readonly #providers: ProviderReader

  constructor(profiles: Pick<ProfileReader, 'read'>, providers: ProviderReader) {
    this.#profiles = profiles
    this.#providers = providers
  }

  async read(profileId: string): Promise<ChosenProfile | undefined> {
    const profile = await this.#profiles.read(profileId)
    if (!profile) return undefined
    const provider = await this.#providers.read(profile.providerId)
    return {
      grant: profile.grant,
      hosts: provider?.hosts,
      tokenHosts: provider && tokenHostsOf(provider, profile.grant),
    }
  }
}
