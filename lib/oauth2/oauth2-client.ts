import type { MailProtocol } from '../mailbox/account-type.ts'
import type { OAuth2Client } from './authorization/authorization-server.ts'
import { oauth2Findings } from './findings/oauth2-findings.ts'
import { OAuth2Error } from './oauth2-error.ts'
import type { Profile } from './profiles/profile.ts'
import { hasOwnEndpoints, revocationEndpointOf } from './providers/built-in-providers.ts'
import { type Provider, tenantPlace } from './providers/provider.ts'

/**
 * Combines a profile with its provider into the client that requests tokens.
 * @param secret undefined for a public client, and if only the address of the consent page is needed
 * @throws OAuth2Error `tenant-missing`, `application-not-supported`, `endpoints-changed`
 */
export const clientOf = (
  { tenant, clientId, grant }: Pick<Profile, 'tenant' | 'clientId' | 'grant'>,
  provider: Pick<
    Provider,
    | 'providerId'
    | 'authorizationEndpoint'
    | 'tokenEndpoint'
    | 'revocationEndpoint'
    | 'clientAuthentication'
    | 'clientCredentialsScopes'
    | 'scopes'
  >,
  secret: string | undefined,
  protocol: MailProtocol,
): OAuth2Client => {
  if (!hasOwnEndpoints(provider)) throw new OAuth2Error(oauth2Findings['endpoints-changed'])
  const isApplication = grant === 'client_credentials'
  if (isApplication && provider.clientCredentialsScopes.length === 0)
    throw new OAuth2Error(oauth2Findings['application-not-supported'])
  const revocationEndpoint = revocationEndpointOf(provider)
  return {
    ...(revocationEndpoint !== undefined && { revocationEndpoint: withTenant(revocationEndpoint, tenant) }),
    authorizationEndpoint: withTenant(provider.authorizationEndpoint, tenant),
    tokenEndpoint: withTenant(provider.tokenEndpoint, tenant),
    clientId,
    clientSecret: secret,
    clientAuthentication: provider.clientAuthentication,
    scopes: isApplication ? provider.clientCredentialsScopes : provider.scopes[protocol],
  }
}

const withTenant = (endpoint: string, tenant: string | undefined): string => {
  if (!endpoint.includes(tenantPlace)) return endpoint
  if (tenant === undefined) throw new OAuth2Error(oauth2Findings['tenant-missing'])
  return endpoint.replaceAll(tenantPlace, () => encodeURIComponent(tenant))
}
