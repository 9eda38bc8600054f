import createDebug from 'debug'
import { type AccessToken, AuthorizationCode, ClientCredentials, type ModuleOptions } from 'simple-oauth2'
import type { NetworkPolicy } from '../../network/addresses.ts'
import type { ConnectionOptions } from '../../network/checked-connection.ts'
import { type Redact, redaction } from '../../redaction/redaction.ts'
import { endpointOf, useEndpoint } from './endpoint.ts'
import { failedRequest } from './failed-request.ts'
import {
  AuthorizationServerError,
  refusalOfAnswer,
  refusedWith,
  type TokenAnswer,
  tokenAnswerOf,
} from './server-answer.ts'

// With DEBUG=* in the environment the library prints its requests, including client secrets and refresh tokens.
const debugged = createDebug.disable()
if (debugged !== '') createDebug.enable(`${debugged},-simple-oauth2:*`)

/** Milliseconds from the name's lookup to the last byte of the response. */
export const longestRequest = 10_000
/** Bytes. The largest real response, Microsoft's with three tokens, has about 10 KB. */
const largestAnswer = 256 * 1024

/** RFC 6749 appendices A.1 and A.2. It is checked here because the library's own error message quotes the secret. */
const sendable = /^[\x20-\x7e]*$/

/** A client of an authorization server: a profile combined with its provider. */
export interface OAuth2Client {
  /** An absolute URL that already includes the tenant. */
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** RFC 7009. Absent if the server has none. */
  readonly revocationEndpoint?: string | undefined
  readonly clientId: string
  /** Absent for a public client (RFC 6749 section 2.1). */
  readonly clientSecret?: string | undefined
  /** RFC 6749 section 2.3.1: `body` (Microsoft, Google) or `header` (HTTP Basic). */
  readonly clientAuthentication: 'body' | 'header'
  readonly scopes: readonly string[]
}

export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly state: string
  /** PKCE S256 (RFC 7636). */
  readonly codeChallenge: string
  readonly loginHint?: string | undefined
  /** The provider's own parameters, for example `access_type=offline`. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface AuthorizationOptions extends ConnectionOptions {
  /** Milliseconds. */
  readonly time?: number
}

/**
 * Authorization servers over the package simple-oauth2, which only this file uses. Every request ends within 10 s or by
 * `signal`, and throws an AuthorizationServerError if it fails. Redirects are never followed.
 *
 * The package drops refresh tokens
 * that a refresh response does not repeat, has no time limit, connects to any address, and throws errors that contain
 * the whole request. This class therefore parses responses and opens connections itself, and replaces the package's
 * errors.
 */
export class AuthorizationServers {
  readonly #policy: NetworkPolicy
  readonly #options: AuthorizationOptions

  constructor(policy: NetworkPolicy, options: AuthorizationOptions = {}) {
    this.#policy = policy
    this.#options = options
  }

  /** @throws AuthorizationServerError if the endpoint is not usable */
  authorizationUrl(client: OAuth2Client, request: AuthorizationRequest): string {
    const { origin, href } = endpointOf(client.authorizationEndpoint, this.#policy)
    const library = new AuthorizationCode({
      client: { id: client.clientId, secret: '' },
      // The path is a whole URL, because the library would read a path that begins with two slashes as another host.
      auth: { tokenHost: origin, authorizeHost: origin, authorizePath: href },
    })
    const parameters = {
      // These come first, so that a provider's parameters cannot replace ours.
      ...request.parameters,
      response_type: 'code',
      client_id: client.clientId,
      redirect_uri: request.redirectUri,
      state: request.state,
      code_challenge: request.codeChallenge,
      code_challenge_method: 'S256',
      ...(request.loginHint !== undefined && { login_hint: request.loginHint }),
      ...scopeOf(client),
    }
    return library.authorizeURL(parameters)
  }

  exchangeCode(
    client: OAuth2Client,
    {
      code,
      redirectUri,
      codeVerifier,
    }: { readonly code: string; readonly redirectUri: string; readonly codeVerifier: string },
    signal: AbortSignal,
  ): Promise<TokenAnswer> {
    const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier, ...scopeOf(client) }
    return this.#ask(client, [code, codeVerifier], signal, (settings) =>
      new AuthorizationCode(settings).getToken(parameters),
    )
  }

  /**
   * Refreshes with the scopes, which Microsoft requires on a refresh (RFC 6749 section 6 allows them). If the server
   * refuses the scopes, a second request without scopes returns the scopes that were consented to. This happens if the
   * server silently granted fewer scopes, or if the provider has changed since. Both requests share one time limit.
   */
  async refresh(client: OAuth2Client, refreshToken: string, signal: AbortSignal): Promise<TokenAnswer> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#options.time ?? longestRequest)])
    const refreshWith = (scopes: readonly string[]) =>
      this.#ask(client, [refreshToken], limit, (settings) =>
        new AuthorizationCode(settings).createToken({ refresh_token: refreshToken }).refresh(scopeOf({ scopes })),
      )
    try {
      return await refreshWith(client.scopes)
    } catch (error) {
      const scopesAreUnknown = isRefusedWith('invalid_scope', error)
      if (client.scopes.length === 0 || !(scopesAreUnknown || isUnconsented(error))) throw error
      try {
        return await refreshWith([])
      } catch (withoutScopes) {
        throw scopesAreUnknown && !isRefusedWith('invalid_grant', withoutScopes) ? error : withoutScopes
      }
    }
  }

  clientCredentials(client: OAuth2Client, signal: AbortSignal): Promise<TokenAnswer> {
    return this.#ask(client, [], signal, (settings) => new ClientCredentials(settings).getToken(scopeOf(client)))
  }

  /**
   * Revokes the grant of the refresh token (RFC 7009). A token that is unknown to the server counts as revoked. Clients
   * without a `revocationEndpoint` cannot be used here.
   */
  async revoke(client: OAuth2Client, refreshToken: string, signal: AbortSignal): Promise<void> {
    const { revocationEndpoint } = client
    if (revocationEndpoint === undefined) throw new TypeError('The provider has no revocation endpoint')
    const send = (settings: ModuleOptions) =>
      new AuthorizationCode(settings).createToken({ refresh_token: refreshToken }).revoke('refresh_token')
    try {
      await this.#send(revocationEndpoint, client, [refreshToken], signal, send, () => undefined)
    } catch (error) {
      if (!isSuccess(error)) throw error
    }
  }

  #ask(
    client: OAuth2Client,
    secrets: readonly string[],
    signal: AbortSignal,
    send: (settings: ModuleOptions) => Promise<AccessToken>,
  ): Promise<TokenAnswer> {
    return this.#send(client.tokenEndpoint, client, secrets, signal, send, ({ token }, redact) => {
      const answer = tokenAnswerOf(token)
      // Some servers send errors with status 200.
      if (!answer) throw new AuthorizationServerError(refusalOfAnswer(200, token, redact))
      return answer
    })
  }

  /** Sends one request over its own connection, to an address that was checked. */
  async #send<Answer, Result>(
    endpoint: string,
    client: OAuth2Client,
    secrets: readonly string[],
    signal: AbortSignal,
    send: (settings: ModuleOptions) => Promise<Answer>,
    read: (answer: Answer, redact: Redact) => Result,
  ): Promise<Result> {
    const { clientId, clientSecret = '' } = client
    if (!sendable.test(clientId) || !sendable.test(clientSecret)) throw unsendable()
    const redact = redaction([{ text: clientSecret, user: clientId }, ...secrets.map((text) => ({ text }))])
    return await useEndpoint(endpoint, {
      time: longestRequest,
      ...this.#options,
      policy: this.#policy,
      signal,
      exchange: async ({ url, agent }) =>
        read(await send({ ...settingsOf(client, url), http: httpOptionsFor(agent) }), redact),
      refusalOf: (error, bytesRead) => failedRequest(error, redact, bytesRead > largestAnswer),
    })
  }
}

/** Empty scopes are omitted, because some servers reject an empty parameter (AADSTS28003). */
const scopeOf = ({ scopes }: Pick<OAuth2Client, 'scopes'>) => (scopes.length > 0 ? { scope: [...scopes] } : {})

/** RFC 7009 section 2.2: status 200 alone means that the token is revoked, and a client ignores the body. */
const isSuccess = (error: unknown): boolean =>
  error instanceof AuthorizationServerError && error.refusal.kind === 'misbehaved' && error.refusal.status === 200

const isRefusedWith = (code: string, error: unknown): boolean =>
  error instanceof AuthorizationServerError && error.refusal.kind === 'refused' && error.refusal.error === code

/**
 * Microsoft also reports `invalid_grant` if a requested scope was never consented to. Treating that as an invalid
 * consent would let one additional scope in a provider invalidate the consents of all its accounts.
 */
const isUnconsented = (error: unknown): boolean =>
  isRefusedWith('invalid_grant', error) &&
  error instanceof AuthorizationServerError &&
  /AADSTS65001\b|scopes requested are unauthorized/.test(error.refusal.description ?? '')

const settingsOf = (
  { clientId, clientSecret = '', clientAuthentication }: OAuth2Client,
  { origin, href }: URL,
): ModuleOptions => ({
  auth: { tokenHost: origin, tokenPath: href, revokePath: href },
  ...(clientSecret === ''
    ? {
        // A public client only sends its id (RFC 6749 section 4.1.3). The library always sends a secret, even an empty
        // one, so it sends the id a second time under the id's own parameter name.
        client: { id: clientId, secret: clientId, secretParamName: 'client_id' },
        options: { authorizationMethod: 'body' },
      }
    : { client: { id: clientId, secret: clientSecret }, options: { authorizationMethod: clientAuthentication } }),
})

const httpOptionsFor = (agent: unknown): NonNullable<ModuleOptions['http']> => ({
  agent,
  // Parses the body as JSON regardless of its declared type. A body that is not JSON fails to parse.
  json: 'force',
  maxBytes: largestAnswer,
  // No redirect is followed. Without this setting, a redirect's body would be used as the response.
  redirects: 0,
  redirect303: true,
  headers: { 'accept-encoding': 'identity', 'user-agent': 'Postmaster' },
})

const unsendable = (): AuthorizationServerError =>
  new AuthorizationServerError(
    refusedWith({
      error: 'invalid_client',
      description:
        'The client id or client secret contains a character that RFC 6749 (appendix A) does not allow, so nothing was sent.',
    }),
  )
