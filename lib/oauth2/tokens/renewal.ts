import type { Account } from '../../accounts/account.ts'
import { accountTypeFacts } from '../../mailbox/account-type.ts'
import type { SecretReader } from '../../secrets/secret-store.ts'
import type { AuthorizationServers } from '../authorization/authorization-servers.ts'
import type { TokenAnswer } from '../authorization/server-answer.ts'
import { findingOfRenewal } from '../findings/provider-refusals.ts'
import { clientOf, clientSecretOf, orFinding } from '../oauth2-client.ts'
import type { Setup } from '../setup.ts'

export interface RenewalServices {
  readonly secrets: SecretReader
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
  { account, profile, provider }: Setup<Pick<Account, 'type'>>,
): Promise<Renewal> => {
  const secret = await clientSecretOf(secrets, profile)
  const client = clientOf(profile, provider, secret, accountTypeFacts[account.type].protocol)
  const server = await servers()
  return async (refreshToken) => {
    const signal = AbortSignal.timeout(longestRequest)
    const request = () =>
      refreshToken === undefined
        ? server.clientCredentials(client, signal)
        : server.refresh(client, refreshToken, signal)
    return await orFinding(provider, request, findingOfRenewal)
  }
}
