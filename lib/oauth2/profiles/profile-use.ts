import { accountTypeFacts } from '../../accounts/account-type.ts'
import { ProblemError } from '../../problems/problem.ts'
import { namedList, namedUsers } from '../named-list.ts'
import { tokenHostsOf } from '../providers/token-hosts.ts'
import type { AccountOfProfile } from './accounts-of-profile.ts'
import type { Profile } from './profile.ts'
import type { ProfileServices } from './profile-services.ts'

type Services = Pick<ProfileServices, 'accountsOfProfile' | 'providers'>

/**
 * How many accounts' hosts are compared with those of a new provider: as many as can be read within a second. For
 * further accounts, the check at each use of a token applies the same rule.
 */
const comparedAccounts = 1_000

/**
 * Not a lock: an account saved in the same moment may still name the profile, and then says that it is missing.
 * @throws ProblemError `profile-in-use` naming the accounts
 */
export const refuseWhileUsed = async (services: Services, profile: Profile): Promise<void> => {
  const names = await usersOf(services, profile)
  if (names.length > 0) throw inUse(profile, 'is used', names)
}

/**
 * An application's own token may go only to the mail servers of its provider, and its accounts were checked for that
 * when they were saved: a profile does not become such a one, or change its provider as such a one, beneath them.
 * @throws ProblemError `profile-in-use` naming the accounts
 */
export const refuseBreakingChange = async (services: Services, before: Profile, after: Profile): Promise<void> => {
  const grant = before.grant !== after.grant
  const provider = before.providerId !== after.providerId
  if (!grant && !provider) return
  if (!grant && after.grant === 'authorization_code') return await refuseForeignHosts(services, before, after)
  const names = await usersOf(services, before)
  if (names.length > 0) throw inUse(before, `keeps its ${grant ? 'grant' : 'provider'} while it is used`, names)
}

/**
 * An account on a host that may not receive the new provider's tokens could not be saved with the changed profile
 * either.
 */
const refuseForeignHosts = async (services: Services, before: Profile, after: Profile): Promise<void> => {
  const provider = await services.providers.read(after.providerId)
  if (!provider) return
  const hosts = tokenHostsOf(provider, after.grant)
  if (hosts === 'any') return
  const accounts = await services.accountsOfProfile.accountsOf(before.profileId, comparedAccounts)
  const foreign = accounts.filter(({ type, host }) => !hosts[accountTypeFacts(type).protocol].includes(host))
  const what = `cannot change to the provider ${provider.name}, whose tokens go only to its own mail servers, while it is used`
  if (foreign.length > 0) throw inUse(before, what, foreign.map(nameOf))
}

const usersOf = async ({ accountsOfProfile }: Services, { profileId }: Profile): Promise<string[]> =>
  (await accountsOfProfile.accountsOf(profileId, namedUsers + 1)).map(nameOf)

const nameOf = ({ username, mailbox, host }: AccountOfProfile): string => `${mailbox ?? username} on ${host}`

const inUse = ({ name }: Profile, what: string, names: readonly string[]) =>
  new ProblemError('profile-in-use', `${name} ${what} by the mail accounts ${namedList(names)}.`)
