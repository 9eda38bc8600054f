import { ProblemError } from '../../problems/problem.ts'
import { namedList, namedUsers } from '../named-list.ts'
import type { Profile } from './profile.ts'
import type { ProfileServices } from './profile-services.ts'

type Services = Pick<ProfileServices, 'accountsOfProfile'>

/**
 * Not a lock: an account saved in the same moment may still name the profile, and then says that it is missing.
 * @throws ProblemError `profile-in-use` naming the accounts
 */
export const refuseWhileUsed = async (services: Services, profile: Profile): Promise<void> => {
  const names = await usersOf(services, profile)
  if (names.length > 0) throw inUse(profile, 'is used', names)
}

/**
 * An application's own token may go only to the mail servers of its provider, and its accounts were checked for that when they were saved: a
 * profile does not become such a one, or change its provider as such a one, beneath them.
 * @throws ProblemError `profile-in-use` naming the accounts
 */
export const refuseBreakingChange = async (services: Services, before: Profile, after: Profile): Promise<void> => {
  const grant = before.grant !== after.grant
  const provider = before.providerId !== after.providerId && after.grant === 'client_credentials'
  if (!grant && !provider) return
  const names = await usersOf(services, before)
  if (names.length > 0) throw inUse(before, `keeps its ${grant ? 'grant' : 'provider'} while it is used`, names)
}

const usersOf = async ({ accountsOfProfile }: Services, { profileId }: Profile): Promise<string[]> => {
  const accounts = await accountsOfProfile.accountsOf(profileId, namedUsers + 1)
  return accounts.map(({ username, mailbox, host }) => `${mailbox ?? username} on ${host}`)
}

const inUse = ({ name }: Profile, what: string, names: readonly string[]) =>
  new ProblemError('profile-in-use', `${name} ${what} by the mail accounts ${namedList(names)}.`)
