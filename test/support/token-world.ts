import type { Account } from '../../lib/accounts/account.ts'
import { AuthorizationServers } from '../../lib/oauth2/authorization/authorization-servers.ts'
import type { Profile } from '../../lib/oauth2/profiles/profile.ts'
import type { Provider } from '../../lib/oauth2/providers/provider.ts'
import { grantKeyOf } from '../../lib/oauth2/tokens/grant.ts'
import { GrantKeeper, GrantStore } from '../../lib/oauth2/tokens/grant-store.ts'
import { SingleFlightTokens } from '../../lib/oauth2/tokens/single-flight-tokens.ts'
import { TokenCipher } from '../../lib/oauth2/tokens/token-cipher.ts'
import { account } from './account-rows.ts'
import { MemoryDataKeys } from './data-keys.ts'
import type { TestTables } from './dynamo.ts'
import { profile } from './oauth2-setup.ts'

export interface TokenWorldOptions {
  readonly endpoints: { readonly authorizationEndpoint: string; readonly tokenEndpoint: string }
  readonly profile?: Partial<Profile>
  readonly account?: Partial<Account>
}

/**
 * One account, its profile and its provider, and tokens in a test's table, with a clock that the test controls.
 * `process()` creates another process that shares only the tables with the others.
 */
export const tokenWorld = (tables: TestTables, options: TokenWorldOptions) => {
  const state = {
    now: Date.parse('2026-06-01T12:00:00.000Z'),
    profile: profile({ providerId: 'own', tenant: undefined, clientId: 'postmaster', ...options.profile }) as
      | Profile
      | undefined,
    provider: providerAt(options.endpoints, options.account?.host) as Provider | undefined,
    clientSecret: 'the-client-secret' as string | undefined,
    /** All processes share it. */
    keys: new MemoryDataKeys(),
    /** The milliseconds of each wait, over all processes. */
    waits: [] as number[],
  }
  const desk = account({
    credential: { method: 'oauth2', profileId: 'profile-1' },
    username: 'desk@example.com',
    ...options.account,
  })
  const grants = new GrantStore(tables.table('oauthGrants'))
  const process = () => {
    const cipher = new TokenCipher(state.keys)
    const services = {
      profiles: { read: async (id: string) => (id === state.profile?.profileId ? state.profile : undefined) },
      providers: { read: async () => state.provider },
      secrets: { read: async () => state.clientSecret },
      servers: async () => new AuthorizationServers({ allowPrivateAddresses: true, allowClearTextOnLoopback: true }),
      grants: new GrantStore(tables.table('oauthGrants')),
      cipher,
      now: () => new Date(state.now),
      // Waits only briefly, so that others can continue, instead of the requested time.
      pause: async (milliseconds: number) => {
        state.waits.push(milliseconds)
        await new Promise((resolve) => setTimeout(resolve, 20))
      },
    }
    return { services, tokens: new SingleFlightTokens(services), keeper: new GrantKeeper(services) }
  }
  const first = process()
  const known = () => {
    if (!state.profile) throw new Error('the profile is gone')
    return state.profile
  }
  return {
    state,
    desk,
    grants,
    ...first,
    process,
    profile: known,
    /** Stores a consent. */
    consent: (answer: { accessToken: string; refreshToken?: string; expiresIn?: number; refreshExpiresIn?: number }) =>
      first.keeper.keep({
        account: desk,
        profile: known(),
        answer,
        consentedBy: 'jane@example.com',
        requestedBy: 'admin@example.com',
      }),
    grant: () => grants.read(grantKeyOf(desk.accountId, known())),
    /** @returns the decrypted tokens in the row */
    sealed: async () => {
      const row = await grants.read(grantKeyOf(desk.accountId, known()))
      if (row?.sealed === undefined || row.dataKey === undefined) return undefined
      const opened = await new TokenCipher(new MemoryDataKeys(state.keys.material)).open(row.grantKey, {
        sealed: row.sealed,
        dataKey: row.dataKey,
      })
      return opened.tokens
    },
  }
}

/** @param host the account's host, to which the application's own token may be sent */
const providerAt = (endpoints: TokenWorldOptions['endpoints'], host = account().host): Provider => ({
  providerId: 'own',
  kind: 'custom',
  name: 'Own login',
  ...endpoints,
  scopes: { imap: ['mail.imap'], pop3: ['mail.pop'] },
  clientCredentialsScopes: ['mail.all'],
  authorizationParameters: {},
  clientAuthentication: 'body',
  hosts: { imap: host, pop3: host },
  version: 1,
  createdAt: '2026-11-23T10:00:00.000Z',
  createdBy: 'maker@example.org',
  changedAt: '2026-11-23T10:00:00.000Z',
  changedBy: 'maker@example.org',
})
