import { plain } from '../../../terminal/text.ts'
import type { AccountDraft } from './draft.ts'
import type { Dialogue } from './setting.ts'

/** Cannot be the id of a profile, because those are ULIDs. */
const password = 'password'

/** @param providerId the OAuth2 provider of the mailbox, if it is known */
export const askLogin = async (
  { authentication, profileId, mailbox, username }: AccountDraft,
  { questions, profiles }: Pick<Dialogue, 'questions' | 'profiles'>,
  providerId?: string,
): Promise<AccountDraft> => {
  const fitting = profiles.find(({ profile }) => providerId !== undefined && profile.providerId === providerId)
  const preset = authentication === 'password' ? password : (profileId ?? fitting?.profile.profileId ?? password)
  const chosen = await questions.choose(
    'How does the account log in?',
    [
      { value: password, name: 'with a password' },
      ...profiles.map(({ profile }) => ({
        value: profile.profileId,
        name: `with OAuth2, profile ${plain(profile.name)}`,
      })),
    ],
    preset,
  )
  return chosen === password
    ? // A password opens the mailbox of its own user.
      { authentication: 'password', profileId: undefined, mailbox: undefined, username: mailbox ?? username }
    : { authentication: 'oauth2', profileId: chosen, password: undefined }
}
