import type { Socket } from 'node:net'
import createDebug from 'debug'
import { type AccessToken, AuthorizationCode, ClientCredentials, type ModuleOptions } from 'simple-oauth2'
import { type Redact, redaction } from '../../redaction/redaction.ts'
import {
  type AuthorizationRequest,
  AuthorizationServerError,
  type AuthorizationServers,
  type OAuth2Client,
  type TokenAnswer,
} from './authorization-server.ts'
import { connectEndpoint, type EndpointOptions, type EndpointRules, endpointOf } from './endpoint.ts'
import { failedRequest } from './failed-request.ts'
import { refusalOfAnswer, refusedWith } from './server-refusal.ts'
import { agentOver } from './socket-agent.ts'
import { tokenAnswerOf } from './token-answer.ts'

// With DEBUG=* in the environment the library prints its requests, client secrets and refresh tokens included.
const debugged = createDebug.disable()
if (debugged !== '') createDebug.enable(`${debugged},-simple-oauth2:*`)

/** Milliseconds from the name's lookup to the last byte of the answer. */
export const longestRequest = 10_000
/** Bytes. The largest real answer, Microsoft's with three tokens, has some 10 KB. */
const largestAnswer = 256 * 1024

/** RFC 6749 appendices A.1 and A.2. Checked here, because the library's own complaint quotes the secret. */
const sendable = /^[\x20-\x7e]*$/

export interface SimpleOAuth2Options extends EndpointOptions {
  readonly longestRequest?: number
}

/**
 * Authorization servers by the package simple-oauth2; the one file that knows it. The package loses refresh tokens that
 * a refresh does not repeat, has no time limit, connects anywhere and throws errors with everything in them: here it
 * parses nothing, connects nowhere by itself, and none of its errors gets out.
 */
export class SimpleOAuth2Servers implements AuthorizationServers {
  readonly #rules: EndpointRules
  readonly #options: SimpleOAuth2Options

  constructor(rules: EndpointRules, options: SimpleOAuth2Options = {}) {
    this.#rules = rules
    this.#options = options
  }

  /** @throws AuthorizationServerError when the endpoint is not usable */
  authorizationUrl(client: OAuth2Client, request: AuthorizationRequest): string {
    const { origin, href } = endpointOf(client.authorizationEndpoint, this.#rules)
    const library = new AuthorizationCode({
      client: { id: client.clientId, secret: '' },
      // The whole address as path: of a path alone the library would take one with two slashes for another host.
      auth: { tokenHost: origin, authorizeHost: origin, authorizePath: href },
    })
    const parameters = {
      // First, so that a provider's own cannot replace ours.
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
    { code, redirectUri, codeVerifier }: Parameters<AuthorizationServers['exchangeCode']>[1],
    signal: AbortSignal,
  ): Promise<TokenAnswer> {
    const parameters = { code, redirect_uri: redirectUri, code_verifier: codeVerifier, ...scopeOf(client) }
    return this.#ask(client, [code, codeVerifier], signal, (settings) =>
      new AuthorizationCode(settings).getToken(parameters),
    )
  }

  /**
   * Microsoft wants the scopes on a refresh, too (RFC 6749 section 6 allows them). A server that refuses them is asked
   * once more without, which gives what was consented to: it had left some out without a word, or the provider was
   * changed since. Both requests share one limit of time.
   */
  async refresh(client: OAuth2Client, refreshToken: string, signal: AbortSignal): Promise<TokenAnswer> {
    const { longestRequest: time = longestRequest } = this.#options
    const limit = AbortSignal.any([signal, AbortSignal.timeout(time)])
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
      // Some servers refuse with status 200.
      if (!answer) throw new AuthorizationServerError(refusalOfAnswer(200, token, redact))
      return answer
    })
  }

  /** One request over a connection of its own, to an address that was checked. */
  async #send<Answer, Result>(
    endpoint: string,
    client: OAuth2Client,
    secrets: readonly string[],
    signal: AbortSignal,
    send: (settings: ModuleOptions) => Promise<Answer>,
    read: (answer: Answer, redact: Redact) => Result,
  ): Promise<Result> {
    const { clientSecret = '' } = client
    const redact = redaction([{ text: clientSecret, user: client.clientId }, ...secrets.map((text) => ({ text }))])
    const { longestRequest: time = longestRequest, resolver, customCa } = this.#options
    const limit = AbortSignal.any([signal, AbortSignal.timeout(time)])
    let socket: Socket | undefined
    try {
      if (!sendable.test(client.clientId) || !sendable.test(clientSecret)) throw unsendable()
      const url = endpointOf(endpoint, this.#rules)
      socket = await connectEndpoint(url, { rules: this.#rules, signal: limit, time, resolver, customCa })
      const http = httpOptionsFor(agentOver(socket, url.protocol))
      return read(await unlessAborted(limit, send({ ...settingsOf(client, url), http })), redact)
    } catch (error) {
      if (limit.aborted) throw tooLate()
      throw failedRequest(error, { redact, tooLarge: (socket?.bytesRead ?? 0) > largestAnswer })
    } finally {
      socket?.destroy()
    }
  }
}

/** Left out where there are none: an empty one is refused by some (AADSTS28003). */
const scopeOf = ({ scopes }: Pick<OAuth2Client, 'scopes'>) => (scopes.length > 0 ? { scope: [...scopes] } : {})

/** RFC 7009 section 2.2: status 200 alone says that the token is revoked; a client ignores the body. */
const isSuccess = (error: unknown): boolean =>
  error instanceof AuthorizationServerError && error.refusal.kind === 'misbehaved' && error.refusal.status === 200

const isRefusedWith = (code: string, error: unknown): boolean =>
  error instanceof AuthorizationServerError && error.refusal.kind === 'refused' && error.refusal.error === code

/**
 * Microsoft calls it `invalid_grant`, as if the consent were over, where a scope is asked for that nobody has consented
 * to. Had the consent been taken for it, one scope too many in a provider would end those of all its accounts.
 */
const isUnconsented = (error: unknown): boolean =>
  isRefusedWith('invalid_grant', error) &&
  error instanceof AuthorizationServerError &&
  /AADSTS65001\b|scopes requested are unauthorized/.test(error.refusal.description ?? '')

const settingsOf = (
  { clientId, clientSecret = '', clientAuthentication }: OAuth2Client,
  { origin, href }: URL,
): ModuleOptions => {
  const auth = { tokenHost: origin, tokenPath: href, revokePath: href }
  if (clientSecret !== '')
    return {
      client: { id: clientId, secret: clientSecret },
      auth,
      options: { authorizationMethod: clientAuthentication },
    }
  // A public client only says who it is (RFC 6749 section 4.1.3). The library always sends a secret, an empty one too,
  // so it is given the id again, under the id's own name.
  return {
    client: { id: clientId, secret: clientId, secretParamName: 'client_id' },
    auth,
    options: { authorizationMethod: 'body' },
  }
}

const httpOptionsFor = (agent: unknown): NonNullable<ModuleOptions['http']> => ({
  agent,
  // Whatever type the server declares: what is no JSON fails as such.
  json: 'force',
  maxBytes: largestAnswer,
  // None is followed. Left out, the body of a redirect would be taken for the answer.
  redirects: 0,
  redirect303: true,
  headers: { 'accept-encoding': 'identity', 'user-agent': 'Postmaster' },
})

/** The library cannot be stopped; its connection is, by the caller, and whatever it says then is not heard. */
const unlessAborted = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(tooLate())
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

const tooLate = (): AuthorizationServerError =>
  new AuthorizationServerError({
    kind: 'unreachable',
    error: 'no-answer-in-time',
    description: 'It did not answer in time.',
  })

const unsendable = (): AuthorizationServerError =>
  new AuthorizationServerError(
    refusedWith({
      error: 'invalid_client',
      description:
        'Client id or client secret has a character that neither may have (RFC 6749 appendix A); nothing was sent.',
    }),
  )
