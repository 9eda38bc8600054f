import * as z from 'zod'
import { grantKeyOf } from '../oauth2/grant-key.ts'
import { type Profile, profileSchema } from '../oauth2/profiles/profile.ts'
import { profileFieldDocs } from '../oauth2/profiles/profile-fields.ts'
import { secretExpiryWarningOf } from '../oauth2/profiles/secret-expiry.ts'
import type { Grant } from '../oauth2/tokens/grant.ts'
import { accountOAuth2Schema, oauth2StateOf } from '../oauth2/tokens/grant-state.ts'
import { timeField } from '../requests/documented-fields.ts'
import type { Account, AccountId } from './account.ts'
import type { AccountServices } from './account-services.ts'

/** How an account is connected, as the API shows it: by which profile, and whether it works. */
export const accountOAuth2ViewSchema = accountOAuth2Schema
  .extend({
    profileId: profileSchema.shape.profileId,
    profileName: z
      .string()
      .meta({ ...profileFieldDocs.name, description: 'The profile’s name; absent when the profile is gone.' })
      .optional(),
    grant: profileSchema.shape.grant.optional(),
    since: timeField('Since when its consent no longer holds, where that is known.').optional(),
  })
  .meta({ id: 'AccountOAuth2', description: 'How an account with OAuth2 is connected. It holds no secret.' })
export type AccountOAuth2View = z.infer<typeof accountOAuth2ViewSchema>

/** Of those that log in with OAuth2, by account id: one reading of all their profiles, and one of all their consents. */
export const readOAuth2 = async (
  accounts: readonly Account[],
  { profiles, grants }: Pick<AccountServices, 'profiles' | 'grants'>,
  now: Date,
): Promise<Map<AccountId, AccountOAuth2View>> => {
  const chosen = accounts.flatMap((account) =>
    account.credential.method === 'oauth2' ? [{ account, profileId: account.credential.profileId }] : [],
  )
  const profileIds = new Set(chosen.map(({ profileId }) => profileId))
  const found = profileIds.size === 0 ? [] : await profiles.readMany([...profileIds])
  const profileOf = new Map(found.map((profile) => [profile.profileId, profile]))
  const connected = chosen.map(({ account, profileId }) => {
    const profile = profileOf.get(profileId)
    return { account, profileId, profile, grantKey: profile && grantKeyOf(account.accountId, profile) }
  })
  const grantKeys = new Set(connected.flatMap(({ grantKey }) => grantKey ?? []))
  const given = grantKeys.size === 0 ? [] : await grants.readMany([...grantKeys])
  const grantOf = new Map(given.map((grant) => [grant.grantKey, grant]))
  return new Map(
    connected.map(({ account, profileId, profile, grantKey }) => [
      account.accountId,
      { profileId, ...viewOf(account, profile, grantOf.get(grantKey ?? ''), now) },
    ]),
  )
}

/** A remedy names the command line’s argument; here it is known. */
const viewOf = (
  account: Account,
  profile: Profile | undefined,
  grant: Grant | undefined,
  now: Date,
): Omit<AccountOAuth2View, 'profileId'> => {
  const state = oauth2StateOf(account, profile, grant, now)
  const { failure } = grant ?? {}
  const named = profile ? withSecretExpiry(state, profile, now) : state
  return {
    ...(profile && { profileName: profile.name, grant: profile.grant }),
    ...named,
    ...(named.remedy !== undefined && { remedy: named.remedy.replaceAll(' ACCOUNT', ` ${account.accountId}`) }),
    ...(failure && failure.code === state.code && { since: failure.at }),
  }
}

type State = ReturnType<typeof oauth2StateOf>

/** The end of the client secret is told of an account that works, unless something else ends before. */
const withSecretExpiry = (state: State, profile: Profile, now: Date): State => {
  const expiry = secretExpiryWarningOf(profile, now)
  const { secretExpiresOn } = profile
  if (!expiry || secretExpiresOn === undefined) return state
  if (state.state !== 'connected' && state.state !== 'expires-soon') return state
  const expiresAt = new Date(secretExpiresOn).toISOString()
  if (state.state === 'expires-soon' && state.expiresAt !== undefined && state.expiresAt < expiresAt) return state
  const { code, words, remedy } = expiry
  return { ...state, state: expiry.days === 0 ? 'change-needed' : 'expires-soon', code, words, remedy, expiresAt }
}
