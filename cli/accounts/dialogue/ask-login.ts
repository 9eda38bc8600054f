import type { ServerProposal } from '../../../lib/mailbox/server-proposals/server-proposals.ts'
import {
  type ProfileAnswer,
  type ProviderAnswer,
  profileAnswerSchema,
  providerAnswerSchema,
} from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import type { CommandOutput } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import type { Questions } from './questions.ts'

/** How the account will log in. */
export type LoginAnswer =
  | { readonly method: 'password' }
  | { readonly method: 'oauth2'; readonly profileId: string; readonly peopleConsent: boolean }

/** Asks only if there is a choice. Without profiles, the account logs in with a password. */
export const askLogin = async (
  questions: Questions,
  { out }: Pick<CommandOutput, 'out'>,
  { oauth2 }: Pick<ServerProposal, 'oauth2'>,
  offered: readonly OfferedProfile[],
  former: LoginAnswer | undefined,
): Promise<LoginAnswer> => {
  const profiles = offered.map(({ profile }) => profile)
  const fitting = profiles.find(({ providerId }) => providerId === oauth2)
  if (oauth2 !== undefined && !fitting)
    out(`To use OAuth2, add a profile first: postmaster oauth2 profiles add --provider ${oauth2} --help`)
  if (profiles.length === 0) return { method: 'password' }
  const preset = former ? (former.method === 'oauth2' ? former.profileId : password) : (fitting?.profileId ?? password)
  const chosen = await questions.choose(
    'How does the account log in?',
    [
      { value: password, name: 'with a password' },
      ...profiles.map(({ profileId, name }) => ({ value: profileId, name: `with OAuth2, profile ${plain(name)}` })),
    ],
    preset,
  )
  const profile = profiles.find(({ profileId }) => profileId === chosen)
  return profile
    ? { method: 'oauth2', profileId: profile.profileId, peopleConsent: profile.grant === 'authorization_code' }
    : { method: 'password' }
}

/** Cannot be the id of a profile, because those are ULIDs. */
const password = 'password'

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
