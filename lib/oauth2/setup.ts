import type { Account } from '../accounts/account.ts'
import type { ChosenProfiles } from '../accounts/account-oauth2.ts'
import { accountTypeFacts } from '../mailbox/account-type.ts'
import { oauth2Finding } from './findings/oauth2-findings.ts'
import { OAuth2Error } from './oauth2-error.ts'
import type { Profile } from './profiles/profile.ts'
import type { ProfileStore } from './profiles/profile-store.ts'
import { mayReceiveTokens, tokenHostsOf } from './providers/built-in-providers.ts'
import type { Provider } from './providers/provider.ts'
import type { ProviderStore } from './providers/provider-store.ts'

/** A profile, and the provider at which it registers Postmaster. */
export interface Registration {
  readonly profile: Profile
  readonly provider: Provider
}

/** An account with the profile and the provider that it logs in with. */
export interface Setup<SomeAccount = Account> extends Registration {
  readonly account: SomeAccount
}

export interface SetupReaders {
  readonly profiles: Pick<ProfileStore, 'read'>
  readonly providers: Pick<ProviderStore, 'read'>
}

/** @throws OAuth2Error `not-oauth2`, `profile-missing`, `provider-missing` */
export const readSetup = async <SomeAccount extends Pick<Account, 'credential'>>(
  readers: SetupReaders,
  account: SomeAccount,
): Promise<Setup<SomeAccount>> => {
  if (account.credential.method !== 'oauth2') throw new OAuth2Error(oauth2Finding('not-oauth2'))
  return { account, ...(await readRegistration(readers, account.credential.profileId)) }
}

/** @throws OAuth2Error `profile-missing`, `provider-missing` */
export const readRegistration = async (
  { profiles, providers }: SetupReaders,
  profileId: string,
): Promise<Registration> => {
  const profile = await profiles.read(profileId)
  if (!profile) throw new OAuth2Error(oauth2Finding('profile-missing'))
  const provider = await providers.read(profile.providerId)
  if (!provider) throw new OAuth2Error(oauth2Finding('provider-missing'))
  return { profile, provider }
}

/** Profiles with their providers' mail servers, for the rules for accounts. */
export const chosenProfiles = ({ profiles, providers }: SetupReaders): ChosenProfiles => ({
  read: async (profileId) => {
    const profile = await profiles.read(profileId)
    if (!profile) return undefined
    const { grant, providerId } = profile
    const provider = await providers.read(providerId)
    return { grant, hosts: provider?.hosts, tokenHosts: provider && tokenHostsOf(provider, grant) }
  },
})

/** The parts of a setup that decide where its tokens may go. */
interface TokenRoute {
  readonly account: Pick<Account, 'type' | 'host'>
  readonly profile: Pick<Profile, 'grant'>
  readonly provider: Pick<Provider, 'kind' | 'name' | 'hosts'>
}

/**
 * The last check before Postmaster requests a token or sends one to a mail server. Accounts and providers are checked
 * when they are saved, but rows may be older than a rule, imported, or changed since then.
 * @throws OAuth2Error `host-not-allowed`, `host-not-named`
 */
export const assertTokenDestination = ({ account: { type, host }, profile, provider }: TokenRoute): void => {
  const hosts = tokenHostsOf(provider, profile.grant)
  if (hosts === 'any' || mayReceiveTokens({ type, host }, hosts)) return
  const { protocol } = accountTypeFacts[type]
  const allowed = hosts[protocol]
  if (allowed.length === 0) {
    const detail = `The provider “${provider.name}” has no mail server for ${protocol.toUpperCase()}, so Postmaster did not send a token.`
    throw new OAuth2Error(oauth2Finding('host-not-named', { detail }))
  }
  throw new OAuth2Error(
    oauth2Finding('host-not-allowed', {
      detail: `The account’s mail server ${host} is not allowed to receive tokens from the provider “${provider.name}”, so Postmaster did not send one.`,
      remedy: `Set the account’s host to ${allowed.join(' or ')}. ${oauth2Finding('host-not-allowed').remedy}`,
    }),
  )
}
