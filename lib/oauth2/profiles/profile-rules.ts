import * as z from 'zod'
import type { FieldProblem } from '../../problems/problem.ts'
import { invalidRequest, parseFields } from '../../requests/parse-request.ts'
import { needsTenant, tokenOriginOf } from '../providers/endpoint-template.ts'
import type { Provider, ProviderReader } from '../providers/provider.ts'
import type { Profile } from './profile.ts'
import { type ProfileInput, profileInputSchema } from './profile-input.ts'

/** The profile that a change is made to, with the provider it has; `provider` is undefined when that is gone. */
export interface PresentProfile {
  readonly profile: Profile
  readonly provider: Provider | undefined
}

/** What can be read of a body that may be wrong elsewhere; what cannot be read is reported by the form itself. */
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
 * Reads a whole profile as a caller sends it. Every rule is looked at before anything is refused, so that the caller
 * learns of all wrong fields at once.
 * @throws ProblemError `invalid-request`
 */
export const parseProfileInput = async (
  raw: unknown,
  providers: ProviderReader,
  present?: PresentProfile,
): Promise<ProfileInput> => {
  const parsed = parseFields(profileInputSchema, raw)
  const others = await ruleProblems(raw, providers, present)
  if (!parsed.ok) throw invalidRequest([...parsed.fields, ...others])
  if (others.length > 0) throw invalidRequest(others)
  return parsed.value
}

const ruleProblems = async (raw: unknown, providers: ProviderReader, present: PresentProfile | undefined) => {
  const read = relevantSchema.safeParse(raw)
  if (!read.success || read.data.providerId === undefined) return []
  const provider = await providers.read(read.data.providerId)
  if (!provider) return [{ path: '/providerId', message: 'is not the id of an OAuth2 provider' }]
  // A wrong tenant or secret was sent all the same: it is not missing.
  const { tenant, clientSecret } = sentSchema.parse(raw)
  return [
    ...tenantProblems(read.data, provider, tenant !== undefined),
    ...grantProblems(read.data, provider),
    ...secretProblems(read.data, provider, clientSecret !== undefined, present),
  ]
}

/** Microsoft's words for "whoever signs in": an application itself is at home in one directory. */
const manyTenants = ['common', 'organizations', 'consumers']
export const isForPeopleAlone = (tenant: string): boolean => manyTenants.includes(tenant)

const tenantProblems = ({ tenant, grant }: Relevant, provider: Provider, sent: boolean): FieldProblem[] => {
  const problem = (message: string) => [{ path: '/tenant', message }]
  if (!needsTenant(provider)) return sent ? problem('is not known to this provider: no endpoint names `{tenant}`') : []
  if (!sent) return problem('is missing: the provider’s endpoints name `{tenant}`')
  if (provider.kind === 'microsoft' && grant === 'client_credentials' && tenant && isForPeopleAlone(tenant))
    return problem('must be the id or a domain of one directory with `client_credentials`')
  return []
}

const grantProblems = ({ grant }: Relevant, provider: Provider): FieldProblem[] => {
  if (grant !== 'client_credentials') return []
  const problem = (message: string) => [{ path: '/grant', message }]
  if (provider.clientCredentialsScopes.length === 0)
    return problem('is not offered by this provider: it has no `clientCredentialsScopes`')
  return provider.hosts.imap === undefined && provider.hosts.pop3 === undefined
    ? problem(
        'needs a provider that names its mail servers, because Postmaster sends the app-only token only there; set `hosts` of the provider first',
      )
    : []
}

/** The portal shows a secret's id beside its value, for ever, and the value only once. No value looks like an id. */
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
    return problem('is needed again: the stored one is sent to no other server')
  if (!stored && (!sent || clientSecret === null)) {
    if (grant === 'client_credentials') return problem('is missing: with `client_credentials` there is nothing else')
    if (provider.kind !== 'custom') return problem('is missing')
    return secretExpiresOn === undefined
      ? []
      : [{ path: '/secretExpiresOn', message: 'is the end of a client secret, and there is none' }]
  }
  if (provider.kind === 'microsoft' && clientSecret && secretId.test(clientSecret))
    return problem('is the secret’s id; send its value, which the portal shows only when the secret is made')
  return []
}

/** Nobody can read a stored secret, so nobody may have it sent to a server of his own choice either. */
const goesElsewhere = (
  { profile, provider: before }: PresentProfile,
  provider: Provider,
  tenant: string | undefined,
): boolean =>
  profile.providerId !== provider.providerId ||
  (before !== undefined && tokenOriginOf(before, profile.tenant) !== tokenOriginOf(provider, tenant))
