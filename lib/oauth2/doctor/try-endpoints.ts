import { AuthorizationServerError } from '../authorization/authorization-server.ts'
import type { ReachEndpoint, ReachedEndpoint } from '../authorization/reach-endpoint.ts'
import { findingOfRefusal } from '../findings/finding-of-refusal.ts'
import { OAuth2Error } from '../oauth2-error.ts'
import { type Facts, factsOf } from './examination-log.ts'
import type { Setup } from './setup.ts'

/**
 * Looks whether the provider is there. The token endpoint has to be; the authorization endpoint is for browsers, which may reach what we do not,
 * so that of it only is told.
 * @throws OAuth2Error
 */
export const tryEndpoints = async (
  { client, profile, provider }: Setup,
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
  return `HTTP ${status} from ${address}${tls === undefined ? ', in clear' : ` over ${tls}`}`
}
