import { isDeepStrictEqual } from 'node:util'
import { ProblemError } from '../../problems/problem.ts'
import { namedList } from '../named-list.ts'
import { needsTenant, tokenOriginOf } from './endpoint-template.ts'
import type { Provider } from './provider.ts'
import type { ProfileOfProvider, ProfilesOfProvider } from './provider-services.ts'

/**
 * Not a lock: a profile saved in the same moment may still name the provider, and its accounts then say that it is missing.
 * @throws ProblemError `provider-in-use` naming the profiles
 */
export const refuseWhileUsed = async (provider: Provider, profiles: ProfilesOfProvider): Promise<void> => {
  const users = await profiles.ofProvider(provider.providerId)
  if (users.length > 0) throw inUse(provider, 'is used', users, '')
}

/**
 * What profiles rest on. Their client secrets and tokens can be read by nobody, so nobody may have them sent elsewhere by changing the provider
 * either; and no change may leave a profile that could not have been made so.
 * @throws ProblemError `provider-in-use` naming the profiles
 */
export const refuseBreakingChange = async (
  before: Provider,
  after: Provider,
  profiles: ProfilesOfProvider,
): Promise<void> => {
  const users = await profiles.ofProvider(before.providerId)
  const applications = users.filter(({ grant }) => grant === 'client_credentials')
  const refuse = (broken: readonly ProfileOfProvider[], words: string) => {
    if (broken.length > 0) throw inUse(before, 'cannot be changed this way while it is used', broken, ` ${words}`)
  }
  if (tokenOriginOf(before) !== tokenOriginOf(after))
    refuse(users, 'Their client secrets and tokens were given for the host that `tokenEndpoint` has now.')
  if (after.clientCredentialsScopes.length === 0) refuse(applications, 'They need `clientCredentialsScopes`.')
  if (!isDeepStrictEqual(before.hosts, after.hosts))
    refuse(applications, 'The application’s own tokens are sent to the hosts that it has now, and to no others.')
  const tenants = needsTenant(after)
  refuse(
    users.filter(({ tenant }) => (tenant !== undefined) !== tenants),
    tenants ? 'They have no tenant.' : 'They have a tenant, and no endpoint would name it.',
  )
}

const inUse = ({ name }: Provider, what: string, users: readonly ProfileOfProvider[], why: string) => {
  const names = namedList(users.map((profile) => profile.name))
  return new ProblemError('provider-in-use', `${name} ${what} by the profiles ${names}.${why}`)
}
