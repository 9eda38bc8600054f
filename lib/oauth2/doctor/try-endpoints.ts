import { type Facts, factsOf } from '../../reasons/step-log.ts'
import type { OAuth2Client } from '../authorization/authorization-servers.ts'
import type { ReachEndpoint, ReachedEndpoint } from '../authorization/reach-endpoint.ts'
import { AuthorizationServerError } from '../authorization/server-answer.ts'
import { findingOfRefusal } from '../findings/provider-refusals.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Setup } from '../setup.ts'

/**
 * Tests whether the provider's endpoints respond. The token endpoint must respond. The result for the authorization
 * endpoint is only reported, because browsers may reach an address that Postmaster cannot.
 * @throws OAuth2Error
 */
export const tryEndpoints = async (
  client: OAuth2Client,
  { profile, provider }: Setup,
  reach: ReachEndpoint,
  signal: AbortSignal,
): Promise<Facts> => {
  const consents = profile.grant === 'authorization_code'
  const [token, authorization] = await Promise.all([
    attempted(() => reach(client.tokenEndpoint, signal)),
    consents ? attempted(() => reach(client.authorizationEndpoint, signal)) : undefined,
  ])
  if (token instanceof AuthorizationServerError) throw new OAuth2Error(findingOfRefusal(token.refusal, provider))
  return factsOf({
    tokenEndpoint: client.tokenEndpoint,
    tokenEndpointAnswer: answerWords(token),
    ...(authorization && {
      authorizationEndpoint: client.authorizationEndpoint,
      authorizationEndpointAnswer: answerWords(authorization),
    }),
  })
}

const attempted = async (
  reach: () => Promise<ReachedEndpoint>,
): Promise<ReachedEndpoint | AuthorizationServerError> => {
  try {
    return await reach()
  } catch (error) {
    if (error instanceof AuthorizationServerError) return error
    throw error
  }
}

const answerWords = (answer: ReachedEndpoint | AuthorizationServerError): string => {
  if (answer instanceof AuthorizationServerError) return answer.refusal.description ?? 'It cannot be reached.'
  const { status, address, tls } = answer
  return `HTTP ${status} from ${address}${tls === undefined ? ', unencrypted' : ` over ${tls}`}`
}
