import { ProblemError } from '../../reasons/problem.ts'
import { namedList } from '../../text/names.ts'
import { needsTenant, originOf } from './endpoint-template.ts'
import type { Provider } from './provider.ts'

/** The fields of a profile that restrict changes to its provider. */
export interface ProfileOfProvider {
  readonly name: string
  readonly tenant?: string | undefined
  readonly grant: string
}

export interface ProfilesOfProvider {
  /** May lag briefly behind a write. */
  ofProvider(providerId: string): Promise<readonly ProfileOfProvider[]>
}

/**
 * Rejects the request while profiles use the provider. This is not a lock: a profile saved at the same moment may still
 * use the provider, and its accounts are then shown with a missing provider.
 * @throws ProblemError `provider-in-use` with the names of the profiles
 */
export const refuseWhileUsed = async (provider: Provider, profiles: ProfilesOfProvider): Promise<void> => {
  const users = await profiles.ofProvider(provider.providerId)
  if (users.length > 0) throw inUse(provider, 'is used', users, '')
}

/**
 * Protects the profiles that use a provider. An admin cannot read their client secrets and tokens, so a change of the
 * provider must not send them to another server. It must also not leave a profile that could not be created with the
 * changed provider.
 * @throws ProblemError `provider-in-use` with the names of the profiles
 */
export const refuseBreakingChange = async (
  before: Provider,
  after: Provider,
  profiles: ProfilesOfProvider,
): Promise<void> => {
  const users = await profiles.ofProvider(before.providerId)
  const applications = users.filter(({ grant }) => grant === 'client_credentials')
  const people = users.filter(({ grant }) => grant === 'authorization_code')
  const refuse = (broken: readonly ProfileOfProvider[], detail: string) => {
    if (broken.length > 0) throw inUse(before, 'cannot be changed this way while it is used', broken, ` ${detail}`)
  }
  if (originOf(before.tokenEndpoint) !== originOf(after.tokenEndpoint))
    refuse(users, 'Their client secrets and tokens are for the current host of `tokenEndpoint`.')
  if (originOf(before.authorizationEndpoint) !== originOf(after.authorizationEndpoint))
    refuse(people, 'People consented at the current host of `authorizationEndpoint`.')
  if (after.clientCredentialsScopes.length === 0) refuse(applications, 'They require `clientCredentialsScopes`.')
  if (
    protocols.some(
      (protocol) => before.hosts[protocol] !== undefined && before.hosts[protocol] !== after.hosts[protocol],
    )
  )
    refuse(applications, 'Postmaster sends their app-only tokens only to the current `hosts`.')
  const tenants = needsTenant(after)
  refuse(
    users.filter(({ tenant }) => (tenant !== undefined) !== tenants),
    tenants ? 'They have no tenant.' : 'They have a tenant, but no endpoint would contain `{tenant}`.',
  )
}

/**
 * A change may add a host if the provider had none for the protocol, because Postmaster has not sent app-only tokens
 * until then.
 */
const protocols = ['imap', 'pop3'] as const

const inUse = ({ name }: Provider, what: string, users: readonly ProfileOfProvider[], why: string) => {
  const names = namedList(users.map((profile) => profile.name))
  return new ProblemError('provider-in-use', `The provider ${name} ${what} by the profiles ${names}.${why}`)
}
