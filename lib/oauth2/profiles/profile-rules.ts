import * as z from 'zod'
import type { FieldProblem } from '../../reasons/problem.ts'
import { parseRequest } from '../../requests/parse-request.ts'
import type { Clock } from '../../text/clock.ts'
import { needsTenant, originOf } from '../providers/endpoint-template.ts'
import type { Provider } from '../providers/provider.ts'
import type { ProviderStore } from '../providers/provider-store.ts'
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
  clientId: relevant.clientId.optional().catch(undefined),
  clientSecret: relevant.clientSecret.catch(undefined),
  grant: relevant.grant.catch('authorization_code'),
  secretExpiresOn: relevant.secretExpiresOn.catch(undefined),
})
type Relevant = z.output<typeof relevantSchema>

const sentSchema = z.object({ tenant: z.unknown().optional(), clientSecret: z.unknown().optional() })

interface RuleServices {
  readonly providers: Pick<ProviderStore, 'read'>
  readonly now: Clock
}

/**
 * Parses a whole profile from a request. All rules are checked before the request is rejected, so that the caller sees
 * all wrong fields at once.
 * @throws ProblemError `invalid-request`
 */
export const parseProfileInput = async (
  raw: unknown,
  services: RuleServices,
  present?: PresentProfile,
): Promise<ProfileInput> => parseRequest(profileInputSchema, raw, await ruleProblems(raw, services, present))

const ruleProblems = async (
  raw: unknown,
  { providers, now }: RuleServices,
  present: PresentProfile | undefined,
): Promise<FieldProblem[]> => {
  const read = relevantSchema.safeParse(raw)
  if (!read.success || read.data.providerId === undefined) return []
  const provider = await providers.read(read.data.providerId)
  if (!provider) return [{ path: '/providerId', message: 'is not the id of an OAuth2 provider' }]
  // A wrong tenant or secret was sent nevertheless, so it is not missing.
  const { tenant, clientSecret } = sentSchema.parse(raw)
  const stored = clientSecret === undefined && present?.profile.secretVersion !== undefined ? present : undefined
  const isPublic = !stored && (clientSecret === undefined || clientSecret === null)
  const problems = {
    '/clientId': clientIdProblem(read.data, provider, present),
    '/tenant': tenantProblem(read.data, provider, tenant !== undefined),
    '/grant': grantProblem(read.data, provider),
    '/clientSecret': secretProblem(read.data, provider, isPublic, stored),
    '/secretExpiresOn': expiryProblem(read.data, provider, isPublic) ?? pastProblem(read.data, now(), present),
  }
  return Object.entries(problems).flatMap(([path, message]) => (message === undefined ? [] : [{ path, message }]))
}

/** Microsoft's general tenants for people of any directory. An app-only client needs a specific directory. */
const manyTenants = ['common', 'organizations', 'consumers']
export const isForPeopleAlone = (tenant: string): boolean => manyTenants.includes(tenant)

const tenantProblem = ({ tenant, grant }: Relevant, provider: Provider, sent: boolean): string | undefined => {
  if (!needsTenant(provider))
    return sent ? 'must be omitted, because the provider’s endpoints do not contain `{tenant}`' : undefined
  if (!sent) return 'is missing, but the provider’s endpoints contain `{tenant}`'
  return provider.kind === 'microsoft' && grant === 'client_credentials' && tenant && isForPeopleAlone(tenant)
    ? 'must be the id or domain of one directory if the grant is `client_credentials`'
    : undefined
}

const grantProblem = ({ grant }: Relevant, provider: Provider): string | undefined => {
  if (grant !== 'client_credentials') return undefined
  if (provider.clientCredentialsScopes.length === 0)
    return 'is not supported by this provider, because it has no `clientCredentialsScopes`'
  return provider.hosts.imap === undefined && provider.hosts.pop3 === undefined
    ? 'requires a provider with `hosts`, because Postmaster sends app-only tokens only to these mail servers; set the provider’s `hosts` first'
    : undefined
}

/** The form of ids in Microsoft Entra, of applications and of their secrets. */
const entraId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A stored id is not checked again, so that other fields of the profile can be changed. */
const clientIdProblem = (
  { providerId, clientId }: Relevant,
  { kind }: Provider,
  present: PresentProfile | undefined,
): string | undefined => {
  if (clientId === undefined) return undefined
  if (present?.profile.clientId === clientId && present.profile.providerId === providerId) return undefined
  if (kind === 'microsoft' && !entraId.test(clientId))
    return 'must be the application (client) id, which looks like `2d4d11a2-f814-46a7-890a-274a72a7309e`; the portal shows it in the overview of the app registration'
  if (kind === 'google' && clientId.includes('@'))
    return 'must be the client id, which ends with `.apps.googleusercontent.com`, instead of an address'
  return undefined
}

/** The portal always shows a secret's id but shows its value only once. A value never looks like an id. */
const secretProblem = (
  { clientSecret, grant, tenant }: Relevant,
  provider: Provider,
  isPublic: boolean,
  stored: PresentProfile | undefined,
): string | undefined => {
  if (stored && goesElsewhere(stored, provider, tenant))
    return 'must be sent again, because Postmaster never sends the stored one to another server'
  if (isPublic && grant === 'client_credentials') return 'is missing, but `client_credentials` requires it'
  if (isPublic && provider.kind !== 'custom') return 'is missing'
  return provider.kind === 'microsoft' && clientSecret && entraId.test(clientSecret)
    ? 'must be the secret’s value instead of its id; the portal shows the value only when the secret is created'
    : undefined
}

const expiryProblem = (
  { secretExpiresOn, grant }: Relevant,
  provider: Provider,
  isPublic: boolean,
): string | undefined =>
  isPublic && grant !== 'client_credentials' && provider.kind === 'custom' && secretExpiresOn !== undefined
    ? 'must be omitted, because the profile has no client secret'
    : undefined

/** A stored date is not checked again, so that the profile can be changed after its secret has expired. */
const pastProblem = (
  { secretExpiresOn, clientSecret }: Relevant,
  now: Date,
  present: PresentProfile | undefined,
): string | undefined => {
  const isStored = clientSecret === undefined && present?.profile.secretExpiresOn === secretExpiresOn
  return secretExpiresOn === undefined || isStored || secretExpiresOn >= now.toISOString().slice(0, 10)
    ? undefined
    : 'is in the past; create a new client secret at the provider, and send it with its expiry date'
}

/** Admins cannot read a stored secret, so they must not be able to send it to a server of their choice either. */
const goesElsewhere = (
  { profile, provider: before }: PresentProfile,
  provider: Provider,
  tenant: string | undefined,
): boolean =>
  profile.providerId !== provider.providerId ||
  (before !== undefined && originOf(before.tokenEndpoint, profile.tenant) !== originOf(provider.tokenEndpoint, tenant))
