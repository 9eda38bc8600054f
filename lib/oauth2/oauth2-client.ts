import { accountTypeFacts, type MailProtocol } from '../mailbox/account-type.ts'
import type { SecretReader } from '../secrets/secret-store.ts'
import type { OAuth2Client } from './authorization/authorization-servers.ts'
import { AuthorizationServerError } from './authorization/server-answer.ts'
import { oauth2Finding } from './findings/oauth2-findings.ts'
import { findingOfRefusal } from './findings/provider-refusals.ts'
import { OAuth2Error } from './oauth2-error.ts'
import type { Profile } from './profiles/profile.ts'
import { hasOwnEndpoints, revocationEndpointOf } from './providers/built-in-providers.ts'
import { type Provider, tenantPlace } from './providers/provider.ts'
import { assertTokenDestination, type Setup } from './setup.ts'

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
  if (!hasOwnEndpoints(provider)) throw new OAuth2Error(oauth2Finding('endpoints-changed'))
  const isApplication = grant === 'client_credentials'
  if (isApplication && provider.clientCredentialsScopes.length === 0)
    throw new OAuth2Error(oauth2Finding('application-not-supported'))
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
  if (tenant === undefined) throw new OAuth2Error(oauth2Finding('tenant-missing'))
  return endpoint.replaceAll(tenantPlace, () => encodeURIComponent(tenant))
}

/**
 * Returns an account's client without its secret. It rejects a provider whose tokens could not be used afterwards, so
 * that people do not give a useless consent.
 * @throws OAuth2Error if account, profile and provider do not allow a valid request
 */
export const publicClientOf = (setup: Setup): OAuth2Client => {
  assertTokenDestination(setup)
  return clientOf(setup.profile, setup.provider, undefined, accountTypeFacts[setup.account.type].protocol)
}

/**
 * @returns the profile's client secret, or undefined for a public client
 * @throws OAuth2Error `client-secret-missing`
 */
export const clientSecretOf = async (
  secrets: SecretReader,
  { profileId, secretVersion }: Pick<Profile, 'profileId' | 'secretVersion'>,
): Promise<string | undefined> => {
  if (secretVersion === undefined) return undefined
  const secret = await secrets.read(profileId, secretVersion)
  if (secret === undefined) throw new OAuth2Error(oauth2Finding('client-secret-missing'))
  return secret
}

/** Sends a request to a provider. @throws OAuth2Error in place of the provider's refusal */
export const orFinding = async <T>(
  provider: Provider,
  request: () => T | Promise<T>,
  explain = findingOfRefusal,
): Promise<T> => {
  try {
    return await request()
  } catch (error) {
    if (!(error instanceof AuthorizationServerError)) throw error
    throw new OAuth2Error(explain(error.refusal, provider))
  }
}
