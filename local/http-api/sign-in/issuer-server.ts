import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, type JWTPayload } from 'jose'
import { readBody } from '../../common/loopback-server.ts'
import type { LocalIssuer } from '../local-issuer.ts'
import type { Granted, Grants } from './grants.ts'
import type { PageClient } from './page-clients.ts'
import { sendAddressPage, sendUnknownClientPage } from './refusal-page.ts'
import type { Person, SignInKeys } from './sign-in-keys.ts'

/** In seconds, as the template sets it for the admin page. */
const tokenLifetime = 600
/** In bytes. A token request contains one code or token. */
const requestLimit = 16 * 1024

export interface IssuerServerOptions {
  /** The addresses of the issuers, all on the server of the HTTP API. */
  readonly issuers: readonly string[]
  readonly clients: readonly PageClient[]
  readonly signer: LocalIssuer
  readonly claims: Readonly<Record<Person, JWTPayload>>
  readonly keys: SignInKeys
  readonly grants: Grants
  readonly now: () => Date
}

/**
 * Serves the endpoints of the issuers that replace the template's user pools: OpenID Connect discovery, authorization
 * (with a key in place of a password), token and revocation. The guard of the server refuses web pages and other hosts.
 */
export class IssuerServer {
  readonly #options: IssuerServerOptions

  constructor(options: IssuerServerOptions) {
    this.#options = options
  }

  /** @returns false if the path does not belong to an issuer */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const url = URL.parse(request.url ?? '', 'http://local.invalid')
    const issuer = this.#options.issuers.find((one) => url?.pathname.startsWith(`${new URL(one).pathname}/`) === true)
    if (url === null || issuer === undefined) return false
    const endpoint = `${request.method} ${url.pathname.slice(new URL(issuer).pathname.length)}`
    this.#answer(issuer, endpoint, url.searchParams, request, response).catch(() => {
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, { error: 'server_error' })
    })
    return true
  }

  async #answer(
    issuer: string,
    endpoint: string,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    switch (endpoint) {
      case 'GET /.well-known/openid-configuration':
        return sendJson(response, 200, metadataOf(issuer))
      case 'GET /jwks':
        return sendJson(response, 200, {
          keys: [{ ...(await exportJWK(this.#options.signer.publicKey)), alg: 'RS256' }],
        })
      case 'GET /authorize':
        return this.#authorize(query, response)
      case 'POST /token': {
        const granted = this.#granted(await formOf(request))
        if (granted === undefined) return sendJson(response, 400, { error: 'invalid_grant' })
        return sendJson(response, 200, await this.#tokens(issuer, granted))
      }
      case 'POST /revoke':
        this.#options.grants.revoke((await formOf(request)).get('token') ?? '')
        return sendJson(response, 200, {})
      default:
        return sendJson(response, 404, { error: 'not_found' })
    }
  }

  /** The key is in the parameter `login_hint`, which clients pass on unchanged (OpenID Connect Core section 3.1.2.1). */
  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const { clients, keys, grants } = this.#options
    const value = (name: string): string => query.get(name) ?? ''
    const [clientId, redirectUri] = [value('client_id'), value('redirect_uri')]
    const isKnown = clients.some((client) => client.clientId === clientId && client.redirectUris.includes(redirectUri))
    const isSupported = value('response_type') === 'code' && value('code_challenge_method') === 'S256'
    const challenge = value('code_challenge')
    if (!isKnown || !isSupported || challenge === '') {
      sendUnknownClientPage(response)
      return
    }
    const person = keys.personOf(value('login_hint'))
    if (person === undefined) {
      sendAddressPage(response)
      return
    }
    const back = new URL(redirectUri)
    const nonce = query.get('nonce') ?? undefined
    back.searchParams.set('code', grants.newCode({ person, clientId, redirectUri, challenge, nonce }))
    back.searchParams.set('state', value('state'))
    response
      .writeHead(302, { location: back.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .end()
  }

  #granted(form: URLSearchParams): (Granted & { readonly clientId: string }) | undefined {
    const value = (name: string): string => form.get(name) ?? ''
    const clientId = value('client_id')
    const { grants } = this.#options
    const granted =
      value('grant_type') === 'refresh_token'
        ? grants.refresh(value('refresh_token'), clientId)
        : grants.redeem(value('code'), clientId, value('redirect_uri'), value('code_verifier'))
    return granted && { ...granted, clientId }
  }

  async #tokens(issuer: string, { person, clientId, nonce, refreshToken }: Granted & { readonly clientId: string }) {
    const { signer, claims, now } = this.#options
    const at = Math.floor(now().getTime() / 1000)
    const common = { ...claims[person], iat: at, exp: at + tokenLifetime }
    const idClaims = { ...common, aud: clientId, token_use: 'id', ...(nonce !== undefined && { nonce }) }
    return {
      token_type: 'Bearer',
      access_token: await signer.sign(issuer, clientId, common),
      id_token: await signer.sign(issuer, clientId, idClaims),
      expires_in: tokenLifetime,
      refresh_token: refreshToken,
    }
  }
}

const metadataOf = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['none'],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['openid', 'email'],
})

const formOf = async (request: IncomingMessage): Promise<URLSearchParams> =>
  new URLSearchParams((await readBody(request, requestLimit))?.toString('utf8') ?? '')

const sendJson = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
