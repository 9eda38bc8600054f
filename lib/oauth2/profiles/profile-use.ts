import { accountNameOf } from '../../accounts/account-mailbox.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { namedList, namedUsers } from '../../text/names.ts'
import { mayReceiveTokens, tokenHostsOf } from '../providers/built-in-providers.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
import type { AccountsOfProfile } from './accounts-of-profile.ts'
import type { Profile } from './profile.ts'

interface Services {
  readonly accountsOfProfile: Pick<AccountsOfProfile, 'accountsOf'>
  readonly providers: Pick<ProviderStore, 'read'>
}

/**
 * The number of accounts whose hosts are compared with those of a new provider. This many can be read within a second.
 * For further accounts, the check at each use of a token applies the same rule.
 */
const comparedAccounts = 1_000

/**
 * Rejects the request while accounts use the profile. This is not a lock: an account saved at the same moment may still
 * use the profile, and is then shown with a missing profile.
 * @throws ProblemError `profile-in-use` with the names of the accounts
 */
export const refuseWhileUsed = async (services: Services, profile: Profile): Promise<void> => {
  const names = await usersOf(services, profile)
  if (names.length > 0) throw inUse(profile, 'is used', names)
}

/**
 * An app-only token may go only to its provider's mail servers, and accounts are checked for that when they are saved.
 * A profile in use therefore cannot become app-only, and an app-only profile in use cannot change its provider.
 * @throws ProblemError `profile-in-use` with the names of the accounts
 */
export const refuseBreakingChange = async (services: Services, before: Profile, after: Profile): Promise<void> => {
  const grant = before.grant !== after.grant
  const provider = before.providerId !== after.providerId
  if (!grant && !provider) return
  if (!grant && after.grant === 'authorization_code') return await refuseForeignHosts(services, before, after)
  const names = await usersOf(services, before)
  if (names.length > 0) throw inUse(before, `cannot change its ${grant ? 'grant' : 'provider'} while it is used`, names)
}

/** Rejects the change if an account with the same host could not be saved with the changed profile. */
const refuseForeignHosts = async (services: Services, before: Profile, after: Profile): Promise<void> => {
  const provider = await services.providers.read(after.providerId)
  if (!provider) return
  const hosts = tokenHostsOf(provider, after.grant)
  if (hosts === 'any') return
  const accounts = await services.accountsOfProfile.accountsOf(before.profileId, comparedAccounts)
  const foreign = accounts.filter((account) => !mayReceiveTokens(account, hosts))
  const what = `cannot change to the provider ${provider.name}, whose tokens go only to its own mail servers, while it is used`
  if (foreign.length > 0) throw inUse(before, what, foreign.map(accountNameOf))
}

const usersOf = async ({ accountsOfProfile }: Services, { profileId }: Profile): Promise<string[]> =>
  (await accountsOfProfile.accountsOf(profileId, namedUsers + 1)).map(accountNameOf)

const inUse = ({ name }: Profile, what: string, names: readonly string[]) =>
  new ProblemError('profile-in-use', `The profile ${name} ${what} by the mail accounts ${namedList(names)}.`)
