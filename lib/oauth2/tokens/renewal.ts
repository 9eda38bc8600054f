import type { MailProtocol } from '../../mailbox/account-type.ts'
import type { ClientSecretReader } from '../../secrets/secret-store.ts'
import {
  AuthorizationServerError,
  type AuthorizationServers,
  type TokenAnswer,
} from '../authorization/authorization-server.ts'
import { oauth2Findings } from '../findings/oauth2-findings.ts'
import { findingOfRenewal } from '../findings/provider-refusals.ts'
import { clientOf } from '../oauth2-client.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Profile } from '../profiles/profile.ts'
import type { Provider } from '../providers/provider.ts'

export interface RenewalServices {
  readonly secrets: ClientSecretReader
  /** Loaded on demand, so that runs of accounts with a password do not need it. */
  readonly servers: () => Promise<Pick<AuthorizationServers, 'refresh' | 'clientCredentials'>>
}

/**
 * Milliseconds. The port's own limit is shorter. No other signal aborts the request, because the provider may already
 * have revoked the old refresh token.
 */
const longestRequest = 15_000

/**
 * Requests new tokens with the refresh token, or with the client's own credentials if there is no refresh token.
 * @throws OAuth2Error
 */
export type Renewal = (refreshToken: string | undefined) => Promise<TokenAnswer>

/**
 * Prepares everything a renewal needs, so that the claim covers only one request.
 * @throws OAuth2Error `client-secret-missing`, or the reason why profile and provider do not allow a valid request
 */
export const prepareRenewal = async (
  { secrets, servers }: RenewalServices,
  profile: Profile,
  provider: Provider,
  protocol: MailProtocol,
): Promise<Renewal> => {
  const { profileId, secretVersion } = profile
  const secret = secretVersion === undefined ? undefined : await secrets.readClientSecret(profileId, secretVersion)
  if (secretVersion !== undefined && secret === undefined)
    throw new OAuth2Error(oauth2Findings['client-secret-missing'])
  const client = clientOf(profile, provider, secret, protocol)
  const server = await servers()
  return async (refreshToken) => {
    const signal = AbortSignal.timeout(longestRequest)
    try {
      return refreshToken === undefined
        ? await server.clientCredentials(client, signal)
        : await server.refresh(client, refreshToken, signal)
    } catch (error) {
      if (!(error instanceof AuthorizationServerError)) throw error
      throw new OAuth2Error(findingOfRenewal(error.refusal, provider))
    }
  }
}
