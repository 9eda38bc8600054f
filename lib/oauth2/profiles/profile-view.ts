import * as z from 'zod'
import { exampleIds } from '../../requests/documented-fields.ts'
import type { Versioned } from '../../requests/versioned.ts'
import { providerFieldDocs } from '../providers/provider-fields.ts'
import { type Profile, profileSchema } from './profile.ts'
import type { ProfileServices } from './profile-services.ts'
import { secretExpirySchema, secretExpiryWarningOf } from './secret-expiry.ts'

/** Enough to go and look; `GET /accounts` has the others. */
const namedAccounts = 10

export const redirectUriField = z.string().meta({
  description: 'What has to be registered at the provider as the redirect URI, letter by letter.',
  examples: ['https://postmaster.example.com/oauth2/callback'],
})

/** A profile as the API shows it; its version is the ETag. */
export const profileViewSchema = profileSchema
  .omit({ version: true, secretVersion: true, grantEpoch: true, formerClients: true })
  .extend({
    providerName: z
      .string()
      .meta({
        description: 'The provider’s name; absent when the provider is gone.',
        examples: providerFieldDocs.name.examples,
      })
      .optional(),
    hasClientSecret: z.boolean().meta({ description: 'Whether a client secret is stored.', examples: [true] }),
    secretExpiry: secretExpirySchema.optional(),
    redirectUri: redirectUriField,
    accounts: z
      .object({
        count: z.int().meta({ description: 'How many there are.', examples: [1] }),
        accountIds: z
          .array(z.string())
          .meta({ description: `The ids of the first ${namedAccounts}.`, examples: [[exampleIds.account]] }),
      })
      .meta({ description: 'The mail accounts that log in by it.' }),
  })
  .meta({
    id: 'OAuth2Profile',
    description: 'Postmaster’s registration as a client of one provider. Its client secret is never shown.',
  })
export type ProfileView = z.infer<typeof profileViewSchema>

type ViewServices = Pick<ProfileServices, 'providers' | 'accountsOfProfile' | 'redirectUri' | 'now'>

/** In the order given. */
export const profileViewsOf = async (services: ViewServices, profiles: readonly Profile[]): Promise<ProfileView[]> => {
  const [providers, accounts] = await Promise.all([
    services.providers.readMany([...new Set(profiles.map(({ providerId }) => providerId))]),
    Promise.all(profiles.map(({ profileId }) => services.accountsOfProfile.countOf(profileId, namedAccounts))),
  ])
  const names = new Map(providers.map(({ providerId, name }) => [providerId, name]))
  const now = services.now()
  return profiles.map(
    ({ version: _version, secretVersion, grantEpoch: _epoch, formerClients: _former, ...fields }, index) => {
      const providerName = names.get(fields.providerId)
      const secretExpiry = secretExpiryWarningOf(fields, now)
      return {
        ...fields,
        ...(providerName !== undefined && { providerName }),
        hasClientSecret: secretVersion !== undefined,
        ...(secretExpiry && { secretExpiry }),
        redirectUri: services.redirectUri,
        accounts: accounts[index] ?? { count: 0, accountIds: [] },
      }
    },
  )
}

export const profileViewOf = async (services: ViewServices, profile: Profile): Promise<Versioned<ProfileView>> => {
  const [view] = await profileViewsOf(services, [profile])
  if (!view) throw new Error('One profile has one view')
  return { view, version: profile.version }
}
