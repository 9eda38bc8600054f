import type { CommandOutput } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import type { OfferedProfile } from './offered-profiles.ts'
import type { ServerProposal } from './propose-server.ts'
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
