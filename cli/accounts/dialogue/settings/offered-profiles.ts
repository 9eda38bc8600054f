import {
  type ProfileAnswer,
  type ProviderAnswer,
  profileAnswerSchema,
  providerAnswerSchema,
} from '../../../api/answers.ts'
import type { ApiClient } from '../../../api/client.ts'

/** A profile that the user can choose, with the mail servers of its provider. */
export interface OfferedProfile {
  readonly profile: ProfileAnswer
  readonly hosts: ProviderAnswer['hosts']
}

export const offeredProfiles = async (api: Pick<ApiClient, 'all'>): Promise<OfferedProfile[]> => {
  const profiles = await api.all('/oauth2/profiles?limit=100', profileAnswerSchema)
  if (profiles.length === 0) return []
  const providers = await api.all('/oauth2/providers?limit=100', providerAnswerSchema)
  const hosts = new Map(providers.map((provider) => [provider.providerId, provider.hosts]))
  return profiles.map((profile) => ({ profile, hosts: hosts.get(profile.providerId) ?? {} }))
}
