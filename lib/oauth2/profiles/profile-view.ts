import * as z from 'zod'
import type { Versioned } from '../../changes/versioned-change.ts'
import { bookkeepingFields, exampleIds } from '../../requests/documented-fields.ts'
import type { Clock } from '../../text/clock.ts'
import { providerFieldDocs } from '../providers/provider.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
import type { AccountsOfProfile } from './accounts-of-profile.ts'
import { type Profile, profileSchema } from './profile.ts'
import { secretExpirySchema, secretExpiryWarningOf } from './secret-expiry.ts'

/** The number of account ids in the view. `GET /accounts` lists all of them. */
const namedAccounts = 10

export const redirectUriField = z.string().meta({
  description: 'The redirect URI to register with the provider, exactly as shown.',
  examples: ['https://postmaster.example.com/oauth2/callback'],
})

/** The columns that the API shows. */
const publicSchema = profileSchema
  .pick({
    profileId: true,
    name: true,
    providerId: true,
    tenant: true,
    clientId: true,
    grant: true,
    secretExpiresOn: true,
    comment: true,
  })
  .extend(bookkeepingFields)

/** A profile in an API response. Its version is the ETag. */
export const profileViewSchema = publicSchema
  .extend({
    providerName: z
      .string()
      .meta({
        description: 'The provider’s name. Absent if the provider does not exist.',
        examples: providerFieldDocs.name.examples,
      })
      .optional(),
    hasClientSecret: z.boolean().meta({ description: 'Whether a client secret is stored.', examples: [true] }),
    secretExpiry: secretExpirySchema.optional(),
    redirectUri: redirectUriField,
    accounts: z
      .object({
        count: z.int().meta({ description: 'The number of accounts.', examples: [1] }),
        accountIds: z
          .array(z.string())
          .meta({ description: `The ids of the first ${namedAccounts} accounts.`, examples: [[exampleIds.account]] }),
      })
      .meta({ description: 'The mail accounts that use the profile.' }),
  })
  .meta({
    id: 'OAuth2Profile',
    description: 'Postmaster’s registration as a client of one provider. Its client secret is never shown.',
  })
export type ProfileView = z.infer<typeof profileViewSchema>

/** The dependencies of a view. */
export interface ProfileViewServices {
  readonly providers: Pick<ProviderStore, 'readMany'>
  readonly accountsOfProfile: Pick<AccountsOfProfile, 'countOf'>
  /** The redirect URI to register with a provider. It is the same for all profiles. */
  readonly redirectUri: string
  readonly now: Clock
}

/** @returns the views in the given order */
export const profileViewsOf = async (
  services: ProfileViewServices,
  profiles: readonly Profile[],
): Promise<ProfileView[]> => {
  const [providers, accounts] = await Promise.all([
    services.providers.readMany([...new Set(profiles.map(({ providerId }) => providerId))]),
    Promise.all(profiles.map(({ profileId }) => services.accountsOfProfile.countOf(profileId, namedAccounts))),
  ])
  const names = new Map(providers.map(({ providerId, name }) => [providerId, name]))
  const now = services.now()
  return profiles.map((profile, index) => {
    const providerName = names.get(profile.providerId)
    const secretExpiry = secretExpiryWarningOf(profile, now)
    return {
      ...publicSchema.parse(profile),
      ...(providerName !== undefined && { providerName }),
      hasClientSecret: profile.secretVersion !== undefined,
      ...(secretExpiry && { secretExpiry }),
      redirectUri: services.redirectUri,
      accounts: accounts[index] ?? { count: 0, accountIds: [] },
    }
  })
}

export const profileViewOf = async (
  services: ProfileViewServices,
  profile: Profile,
): Promise<Versioned<ProfileView>> => {
  const [view] = await profileViewsOf(services, [profile])
  if (!view) throw new Error('A profile must have a view')
  return { view, version: profile.version }
}
