import * as oidc from 'openid-client'
import { CliError, exitCodes } from '../cli-error.ts'
import { isLoopback } from '../loopback.ts'
import { plain } from '../plain.ts'

/** Where tokens come from, and which of them the API wants. */
export interface OidcClient {
  readonly issuer: string
  readonly clientId: string
  readonly kind: 'access' | 'id'
}

export interface Tokens {
  readonly token: string
  /** Milliseconds since 1970; absent where the issuer does not say. */
  readonly expiresAt?: number | undefined
  readonly refreshToken?: string | undefined
}

/** Seconds per request to the issuer. */
const requestTimeout = 15

/** Reads the issuer's discovery document (OpenID Connect Discovery 1.0). @throws CliError */
const discover = async ({ issuer, clientId }: OidcClient): Promise<oidc.Configuration> => {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  const here = url?.protocol === 'http:' && isLoopback(url.hostname)
  if (!url || (url.protocol !== 'https:' && !here))
    throw new CliError('--issuer must be an https address, as the deployment’s `oidcIssuer`.', exitCodes.usage)
  return await saying('The issuer’s discovery document cannot be read', () =>
    oidc.discovery(url, clientId, undefined, oidc.None(), {
      timeout: requestTimeout,
      execute: here ? [oidc.allowInsecureRequests] : [],
    }),
  )
}

export interface Authorization {
  /** For the browser. */
  readonly url: string
  readonly state: string
  /** Whether a refresh token was asked for. */
  readonly offline: boolean
  /** Trades the code that the browser brought back (RFC 6749 section 4.1.3). `redirected`: the whole address it came to. */
  readonly exchange: (redirected: URL) => Promise<Tokens>
}

/** Authorization code with PKCE (RFC 7636), as RFC 8252 wants it of programs on a desk. */
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
    saying('The issuer refused the login', async () =>
      tokensOf(await oidc.authorizationCodeGrant(config, redirected, checks), client),
    )
  return { url: url.href, state, offline: scope.split(' ').includes('offline_access'), exchange }
}

/** Cognito refuses a scope it does not know, and gives refresh tokens without `offline_access`. */
const defaultScope = (config: oidc.Configuration): string =>
  config.serverMetadata().scopes_supported?.includes('offline_access') ? 'openid offline_access' : 'openid'

/** A new token for a refresh token (RFC 6749 section 6); issuers that do not rotate leave the old one valid. */
export const refreshTokens = async (client: OidcClient, refreshToken: string): Promise<Tokens> => {
  const config = await discover(client)
  return await saying('The login has expired: run `postmaster login` again', async () => ({
    refreshToken,
    ...tokensOf(await oidc.refreshTokenGrant(config, refreshToken), client),
  }))
}

type Answer = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers

const tokensOf = (answer: Answer, { kind }: OidcClient): Tokens => {
  const token = kind === 'id' ? answer.id_token : answer.access_token
  if (token === undefined) throw new CliError('The issuer gave no such token.', exitCodes.unreachable)
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

/** Errors of the library may carry whole answers: only their code and the issuer's own words are shown. */
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
