import {
  type ProfileAnswer,
  type ProviderAnswer,
  profileAnswerSchema,
  providerAnswerSchema,
} from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'

/** A profile that the user can choose, with the mail servers of its provider. */
export interface OfferedProfile {
  readonly profile: ProfileAnswer
  readonly hosts: ProviderAnswer['hosts']
}

export const offeredProfiles = async (api: Pick<ApiClient, 'list'>): Promise<OfferedProfile[]> => {
  const profiles: ProfileAnswer[] = []
  for await (const profile of api.list('/oauth2/profiles?limit=100', profileAnswerSchema)) profiles.push(profile)
  if (profiles.length === 0) return []
  const hosts = new Map<string, ProviderAnswer['hosts']>()
  for await (const provider of api.list('/oauth2/providers?limit=100', providerAnswerSchema))
    hosts.set(provider.providerId, provider.hosts)
  return profiles.map((profile) => ({ profile, hosts: hosts.get(profile.providerId) ?? {} }))
}
