import * as oidc from 'openid-client'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import { isLoopback } from '../paths.ts'

/** The issuer and the client for tokens, and which of the tokens the API expects. */
export interface OidcClient {
  readonly issuer: string
  readonly clientId: string
  readonly kind: 'access' | 'id'
}

export interface Tokens {
  readonly token: string
  /** Milliseconds since 1970; absent if the issuer does not report it. */
  readonly expiresAt?: number | undefined
  readonly refreshToken?: string | undefined
}

/** The time limit of a request to the issuer, in seconds. */
const requestTimeout = 15

/** Reads the issuer's discovery document (OpenID Connect Discovery 1.0). @throws CliError */
const discover = async ({ issuer, clientId }: OidcClient): Promise<oidc.Configuration> => {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  const here = url?.protocol === 'http:' && isLoopback(url.hostname)
  if (!url || (url.protocol !== 'https:' && !here))
    throw new CliError(
      '--issuer must be an https:// address, exactly as in the deployment’s `oidcIssuer`.',
      exitCodes.usage,
    )
  return await saying('The issuer’s discovery document cannot be read', () =>
    oidc.discovery(url, clientId, undefined, oidc.None(), {
      timeout: requestTimeout,
      execute: here ? [oidc.allowInsecureRequests] : [],
    }),
  )
}

export interface Authorization {
  /** The link to open in a browser. */
  readonly url: string
  readonly state: string
  /** True if a refresh token was requested. */
  readonly offline: boolean
  /**
   * Exchanges the authorization code for tokens (RFC 6749 section 4.1.3).
   * @param redirected the full URL to which the issuer redirected the browser
   */
  readonly exchange: (redirected: URL) => Promise<Tokens>
}

/** Begins an authorization code flow with PKCE (RFC 7636), as RFC 8252 requires of native apps. */
export const beginAuthorization = async (
  client: OidcClient,
  redirectUri: string,
  wishes: { readonly scope?: string | undefined; readonly prompt?: string | undefined },
): Promise<Authorization> => {
  const config = await discover(client)
  const scope = wishes.scope ?? defaultScope(config)
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()]
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    ...(wishes.prompt !== undefined && { prompt: wishes.prompt }),
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const checks = { pkceCodeVerifier, expectedState: state, expectedNonce: nonce }
  const exchange = (redirected: URL) =>
    saying('The issuer rejected the login', async () =>
      tokensOf(await oidc.authorizationCodeGrant(config, redirected, checks), client),
    )
  return { url: url.href, state, offline: scope.split(' ').includes('offline_access'), exchange }
}

/** Cognito rejects unknown scopes and returns refresh tokens even without `offline_access`. */
const defaultScope = (config: oidc.Configuration): string =>
  config.serverMetadata().scopes_supported?.includes('offline_access') ? 'openid offline_access' : 'openid'

/**
 * Gets new tokens for a refresh token (RFC 6749 section 6). Issuers that do not rotate refresh tokens keep the old one
 * valid.
 */
export const refreshTokens = async (client: OidcClient, refreshToken: string): Promise<Tokens> => {
  const config = await discover(client)
  return await saying('Run `postmaster login` again. The token has expired and cannot be refreshed', async () => ({
    refreshToken,
    ...tokensOf(await oidc.refreshTokenGrant(config, refreshToken), client),
  }))
}

type Answer = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers

const tokensOf = (answer: Answer, { kind }: OidcClient): Tokens => {
  const token = kind === 'id' ? answer.id_token : answer.access_token
  if (token === undefined)
    throw new CliError('The issuer did not return the kind of token that --token selects.', exitCodes.unreachable)
  const seconds = answer.expiresIn()
  const idEnd = answer.claims()?.exp
  const accessEnd = seconds === undefined ? undefined : Date.now() + seconds * 1000
  const expiresAt = kind === 'access' ? accessEnd : idEnd === undefined ? undefined : idEnd * 1000
  return {
    token,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
  }
}

/** Library errors can contain whole responses, so only the error code and the issuer's description are shown. */
const saying = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${what}: ${plain(reasonOf(error))}.`, exitCodes.unreachable)
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError)
    return [error.error, error.error_description].filter(Boolean).join(', ')
  if (error instanceof oidc.ClientError) return error.message
  return 'it cannot be reached'
}
