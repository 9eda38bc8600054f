import { AccountsOfProfile } from '../../lib/oauth2/profiles/accounts-of-profile.ts'
import type { ProfileServices } from '../../lib/oauth2/profiles/manage-profiles.ts'
import type { Profile } from '../../lib/oauth2/profiles/profile.ts'
import { ProfileStore } from '../../lib/oauth2/profiles/profile-store.ts'
import type { ProviderServices } from '../../lib/oauth2/providers/manage-providers.ts'
import { ProviderStore } from '../../lib/oauth2/providers/provider-store.ts'
import { GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { auditTrailOver } from './audit.ts'
import type { TestTables } from './dynamo.ts'

/** The operations on client secrets, in order, for example `put p1 v1 value`, `delete p1`. */
export interface RecordedSecrets {
  readonly done: string[]
  readonly store: ProfileServices['clientSecrets']
}

export const recordedSecrets = (): RecordedSecrets => {
  const done: string[] = []
  let versions = 0
  return {
    done,
    store: {
      put: async (profileId, clientSecret) => {
        versions += 1
        done.push(`put ${profileId} v${versions} ${clientSecret}`)
        return `v${versions}`
      },
      deleteWithRecovery: async (profileId) => {
        done.push(`delete ${profileId}`)
      },
    },
  }
}

/**
 * The use cases of providers and profiles over test tables, with a clock that the test controls and ids `id-1`, `id-2`
 * …
 */
export const oauth2SetupOver = (
  tables: TestTables,
  clock: { now: Date },
  secrets: RecordedSecrets = recordedSecrets(),
): ProviderServices & ProfileServices => {
  const table = tables.table('oauth2')
  let ids = 0
  return {
    providers: new ProviderStore(table),
    profiles: new ProfileStore(table, () => clock.now),
    accountsOfProfile: new AccountsOfProfile(tables.table('accounts')),
    clientSecrets: secrets.store,
    grants: new GrantStore(tables.table('oauthGrants')),
    audit: auditTrailOver(tables, () => clock.now),
    redirectUri: 'https://postmaster.example.org/oauth2/callback',
    allowClearTextOnLoopback: false,
    now: () => clock.now,
    newId: () => {
      ids += 1
      return `id-${ids}`
    },
  }
}

export const microsoftTenant = '6babcaad-604b-40ac-a9d7-9fd97c0b779f'

/** A Microsoft profile in a request. */
export const profileInput = (fields: Record<string, unknown> = {}) => ({
  name: 'Desk',
  providerId: 'microsoft',
  tenant: microsoftTenant,
  clientId: '2d4d11a2-f814-46a7-890a-274a72a7309e',
  clientSecret: 'Q~secret.value',
  ...fields,
})

/** A custom provider in a request. */
export const providerInput = (fields: Record<string, unknown> = {}) => ({
  name: 'Own login',
  authorizationEndpoint: 'https://login.example.org/authorize',
  tokenEndpoint: 'https://login.example.org/token',
  ...fields,
})

/** A complete profile row. */
export const profile = (fields: Partial<Profile> = {}): Profile => ({
  profileId: 'profile-1',
  name: 'Desk',
  providerId: 'microsoft',
  tenant: microsoftTenant,
  clientId: '2d4d11a2-f814-46a7-890a-274a72a7309e',
  secretVersion: 'version-1',
  grant: 'authorization_code',
  comment: '',
  grantEpoch: 1,
  version: 1,
  createdAt: '2026-11-23T10:00:00.000Z',
  createdBy: 'maker@example.org',
  changedAt: '2026-11-23T10:00:00.000Z',
  changedBy: 'maker@example.org',
  ...fields,
})
