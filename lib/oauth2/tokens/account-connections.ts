import type { AccountId, ListedAccount } from '../../accounts/account.ts'
import type { AccountConnections, AccountOAuth2 } from '../../accounts/account-oauth2.ts'
import { addressedTo } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import type { ProfileStore } from '../profiles/profile-store.ts'
import type { Grant } from './grant.ts'
import { consentKeyOf, grantKeyOf } from './grant.ts'
import { oauth2StateOf } from './grant-state.ts'
import type { GrantStore } from './grant-store.ts'

export interface ConnectionStores {
  readonly profiles: Pick<ProfileStore, 'readMany'>
  readonly grants: Pick<GrantStore, 'readMany' | 'ofProfile' | 'end'>
}

/** Reads accounts' connection states from their profiles and the stored grants. */
export class StoredConnections implements AccountConnections {
  readonly #stores: ConnectionStores

  constructor(stores: ConnectionStores) {
    this.#stores = stores
  }

  /** Reads all profiles in one request, and all grants in another or, if there are many, in one for each profile. */
  async readMany(accounts: readonly ListedAccount[], now: Date): Promise<Map<AccountId, AccountOAuth2>> {
    const chosen = accounts.flatMap((account) =>
      account.credential.method === 'oauth2' ? [{ account, profileId: account.credential.profileId }] : [],
    )
    const profiles = await this.#profiles(chosen.map(({ profileId }) => profileId))
    const connected = chosen.map(({ account, profileId }) => {
      const profile = profiles.get(profileId)
      return { account, profileId, profile, grantKey: profile && grantKeyOf(account.accountId, profile) }
    })
    const wanted = connected.flatMap(({ grantKey, profileId }) => (grantKey ? [{ grantKey, profileId }] : []))
    const grants = await this.#grants(wanted)
    return new Map(
      connected.map(({ account, profileId, profile, grantKey }) => [
        account.accountId,
        { profileId, ...viewOf(account, profile, grants.get(grantKey ?? ''), now) },
      ]),
    )
  }

  async endConsent(accountId: AccountId, at: Date): Promise<void> {
    await this.#stores.grants.end(consentKeyOf(accountId), at.toISOString())
  }

  async #profiles(profileIds: readonly string[]): Promise<Map<string, Profile>> {
    const found = profileIds.length === 0 ? [] : await this.#stores.profiles.readMany([...new Set(profileIds)])
    return new Map(found.map((profile) => [profile.profileId, profile]))
  }

  async #grants(wanted: readonly WantedGrant[]): Promise<Map<string, Grant>> {
    const keys = [...new Set(wanted.map(({ grantKey }) => grantKey))]
    const found = keys.length > mostAtOnce ? await this.#grantsByProfile(wanted) : await this.#grantsByKey(keys)
    return new Map(found.map((grant) => [grant.grantKey, grant]))
  }

  async #grantsByKey(keys: readonly string[]): Promise<Grant[]> {
    return keys.length === 0 ? [] : await this.#stores.grants.readMany(keys)
  }

  /** Reads the range of keys from an index without tokens, which is a fraction of the rows. */
  async #grantsByProfile(wanted: readonly WantedGrant[]): Promise<Grant[]> {
    const profiles = [...Map.groupBy(wanted, ({ profileId }) => profileId)].map(([profileId, ofProfile]) => {
      const keys = ofProfile.map(({ grantKey }) => grantKey).sort()
      return this.#stores.grants.ofProfile(profileId, keys[0] ?? '', keys.at(-1) ?? '')
    })
    return (await Promise.all(profiles)).flat()
  }
}

/** As many as one request reads. */
const mostAtOnce = 100

interface WantedGrant {
  readonly grantKey: string
  readonly profileId: string
}

const viewOf = (
  account: ListedAccount,
  profile: Profile | undefined,
  grant: Grant | undefined,
  now: Date,
): Omit<AccountOAuth2, 'profileId'> => {
  const { remedy, ...state } = oauth2StateOf(account, profile, grant, now)
  const { failure } = grant ?? {}
  return {
    ...(profile && { profileName: profile.name, grant: profile.grant }),
    ...state,
    ...(remedy !== undefined && addressedTo(account.accountId, { remedy })),
    ...(failure && failure.code === state.code && { since: failure.at }),
  }
}
