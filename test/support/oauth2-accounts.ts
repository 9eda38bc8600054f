import type { Account } from '../../lib/accounts/account.ts'
import { consentedFor } from '../../lib/oauth2/consented-for.ts'
import type { Profile } from '../../lib/oauth2/profiles/profile.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import { shippedProvider } from '../../lib/oauth2/providers/built-in-providers.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import type { Grant } from '../../lib/oauth2/tokens/grant.ts'
import { consentKeyOf } from '../../lib/oauth2/tokens/grant.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { accountInput } from './accounts-api.ts'
import type { TestTables } from './dynamo.ts'
import { profile } from './oauth2-setup.ts'

/** An OAuth2 account in a request, with its own mailbox. The provider determines its host. */
export const oauth2Input = (fields: Record<string, unknown> = {}) => {
  const { password: _password, host: _host, ...input } = accountInput({ authentication: 'oauth2' })
  return { ...input, profileId: 'people', ...fields }
}

/** Profiles `people` (Microsoft), `app` (Microsoft, client credentials), `google`. */
export const putProfiles = async (tables: TestTables): Promise<Record<'people' | 'app' | 'google', Profile>> => {
  const store = new ProfileStore(tables.table('oauth2'))
  const profiles = {
    people: profile({ profileId: 'people', name: 'People at Microsoft' }),
    app: profile({ profileId: 'app', name: 'Application at Microsoft', grant: 'client_credentials' }),
    google: profile({ profileId: 'google', name: 'People at Google', providerId: 'google' }),
  }
  for (const one of Object.values(profiles)) await store.create(one)
  return profiles
}

/** A custom provider with a mail server for IMAP only, and the profiles `own` and `own-app` (client credentials). */
export const putOwnProvider = async (tables: TestTables): Promise<void> => {
  const microsoft = shippedProvider('microsoft')
  if (!microsoft) throw new Error('Microsoft is no longer a built-in provider')
  const hosts = { imap: 'imap.example.org' }
  const provider = { ...microsoft, providerId: 'own', kind: 'custom' as const, name: 'Own login', hosts }
  await new ProviderStore(tables.table('oauth2')).create(provider)
  const store = new ProfileStore(tables.table('oauth2'))
  await store.create(profile({ profileId: 'own', name: 'Own', providerId: 'own' }))
  await store.create(
    profile({ profileId: 'own-app', name: 'Own application', providerId: 'own', grant: 'client_credentials' }),
  )
}

/** Stores a consent as described by `consented`, with tokens that cannot be decrypted. */
export const putConsent = async (
  tables: TestTables,
  account: Account,
  consented: Profile,
  fields: Partial<Grant> = {},
): Promise<void> => {
  await new GrantStore(tables.table('oauthGrants')).replace({
    grantKey: consentKeyOf(account.accountId),
    ...consentedFor(account, consented),
    state: 'connected',
    consentedBy: 'jane@example.org',
    consentedAt: '2026-11-23T10:00:00.000Z',
    requestedBy: 'admin@example.org',
    refreshedAt: '2026-11-23T10:00:00.000Z',
    sealed: 'sealed-tokens-in-no-answer',
    dataKey: 'data-key-in-no-answer',
    ...fields,
  })
}
