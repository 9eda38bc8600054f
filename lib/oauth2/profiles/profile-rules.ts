import * as z from 'zod'
import type { FieldProblem } from '../../reasons/problem.ts'
import { parseRequest } from '../../requests/parse-request.ts'
import { needsTenant, tokenOriginOf } from '../providers/endpoint-template.ts'
import type { Provider, ProviderReader } from '../providers/provider.ts'
import type { Profile } from './profile.ts'
import { type ProfileInput, profileInputSchema } from './profile-input.ts'

/** The profile before a change, with its provider. `provider` is undefined if the provider no longer exists. */
export interface PresentProfile {
  readonly profile: Profile
  readonly provider: Provider | undefined
}

/** Reads the valid fields of a body that may have errors elsewhere. The schema itself reports those errors. */
const relevant = profileInputSchema.shape
const relevantSchema = z.object({
  providerId: relevant.providerId.optional().catch(undefined),
  tenant: relevant.tenant.catch(undefined),
  clientSecret: relevant.clientSecret.catch(undefined),
  grant: relevant.grant.catch('authorization_code'),
  secretExpiresOn: relevant.secretExpiresOn.catch(undefined),
})
type Relevant = z.output<typeof relevantSchema>

const sentSchema = z.object({ tenant: z.unknown().optional(), clientSecret: z.unknown().optional() })

/**
 * Parses a whole profile from a request. All rules are checked before the request is rejected, so that the caller sees
 * all wrong fields at once.
 * @throws ProblemError `invalid-request`
 */
export const parseProfileInput = async (
  raw: unknown,
  providers: ProviderReader,
  present?: PresentProfile,
): Promise<ProfileInput> => parseRequest(profileInputSchema, raw, await ruleProblems(raw, providers, present))

const ruleProblems = async (raw: unknown, providers: ProviderReader, present: PresentProfile | undefined) => {
  const read = relevantSchema.safeParse(raw)
  if (!read.success || read.data.providerId === undefined) return []
  const provider = await providers.read(read.data.providerId)
  if (!provider) return [{ path: '/providerId', message: 'is not the id of an OAuth2 provider' }]
  // A wrong tenant or secret was sent nevertheless, so it is not missing.
  const { tenant, clientSecret } = sentSchema.parse(raw)
  return [
    ...tenantProblems(read.data, provider, tenant !== undefined),
    ...grantProblems(read.data, provider),
    ...secretProblems(read.data, provider, clientSecret !== undefined, present),
  ]
}

/** Microsoft's general tenants for people of any directory. An app-only client needs a specific directory. */
const manyTenants = ['common', 'organizations', 'consumers']
export const isForPeopleAlone = (tenant: string): boolean => manyTenants.includes(tenant)

const tenantProblems = ({ tenant, grant }: Relevant, provider: Provider, sent: boolean): FieldProblem[] => {
  const problem = (message: string) => [{ path: '/tenant', message }]
  if (!needsTenant(provider))
    return sent ? problem('must be omitted, because the provider’s endpoints do not contain `{tenant}`') : []
  if (!sent) return problem('is missing, but the provider’s endpoints contain `{tenant}`')
  if (provider.kind === 'microsoft' && grant === 'client_credentials' && tenant && isForPeopleAlone(tenant))
    return problem('must be the id or domain of one directory if the grant is `client_credentials`')
  return []
}

const grantProblems = ({ grant }: Relevant, provider: Provider): FieldProblem[] => {
  if (grant !== 'client_credentials') return []
  const problem = (message: string) => [{ path: '/grant', message }]
  if (provider.clientCredentialsScopes.length === 0)
    return problem('is not supported by this provider, because it has no `clientCredentialsScopes`')
  return provider.hosts.imap === undefined && provider.hosts.pop3 === undefined
    ? problem(
        'requires a provider with `hosts`, because Postmaster sends app-only tokens only to these mail servers; set the provider’s `hosts` first',
      )
    : []
}

/** The portal always shows a secret's id but shows its value only once. A value never looks like an id. */
const secretId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const secretProblems = (
  { clientSecret, secretExpiresOn, grant, tenant }: Relevant,
  provider: Provider,
  sent: boolean,
  present: PresentProfile | undefined,
): FieldProblem[] => {
  const problem = (message: string) => [{ path: '/clientSecret', message }]
  const stored = present?.profile.secretVersion !== undefined && !sent
  if (stored && goesElsewhere(present, provider, tenant))
    return problem('must be sent again, because Postmaster never sends the stored one to another server')
  if (!stored && (!sent || clientSecret === null)) {
    if (grant === 'client_credentials') return problem('is missing, but `client_credentials` requires it')
    if (provider.kind !== 'custom') return problem('is missing')
    return secretExpiresOn === undefined
      ? []
      : [{ path: '/secretExpiresOn', message: 'must be omitted, because the profile has no client secret' }]
  }
  if (provider.kind === 'microsoft' && clientSecret && secretId.test(clientSecret))
    return problem(
      'must be the secret’s value instead of its id; the portal shows the value only when the secret is created',
    )
  return []
}

/** Admins cannot read a stored secret, so they must not be able to send it to a server of their choice either. */
const goesElsewhere = (
  { profile, provider: before }: PresentProfile,
  provider: Provider,
  tenant: string | undefined,
): boolean =>
  profile.providerId !== provider.providerId ||
  (before !== undefined && tokenOriginOf(before, profile.tenant) !== tokenOriginOf(provider, tenant))
