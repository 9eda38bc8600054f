import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { registrationsOf, type TestClients, testClients } from './clients.ts'
import { interactions } from './interaction.ts'
import {
  defaultPolicy,
  defaultScopes,
  defaultUsers,
  type OAuth2ServerOptions,
  type TestUser,
  type TokenPolicy,
} from './options.ts'
import { interactionPath, makeProvider, type Provider, subjectOf } from './provider.ts'
import { Store } from './store.ts'
import { type TokenRequest, watchTokenEndpoint } from './token-requests.ts'

export interface Endpoints {
  readonly discovery: string
  readonly authorization: string
  readonly token: string
  readonly introspection: string
  readonly revocation: string
  readonly userinfo: string
  readonly jwks: string
}

/** A real authorization server in the current process. */
export interface OAuth2Server extends AsyncDisposable {
  readonly issuer: string
  readonly endpoints: Endpoints
  readonly clients: TestClients
  readonly users: readonly TestUser[]
  /** The scopes without `openid email offline_access`. */
  readonly scopes: readonly string[]
  readonly policy: TokenPolicy
  /** Every request to the token endpoint, oldest first, including rejected ones. */
  readonly tokenRequests: readonly TokenRequest[]
  /** The requests that were answered with tokens. */
  readonly tokensIssued: readonly TokenRequest[]
  /** Adds an address that the confidential and public clients' codes may be sent to. */
  allowRedirect(redirectUri: string): void
  /**
   * Revokes the user's consents and all their tokens, as a password change does.
   * @returns the number of grants
   * @throws Error for an unknown user
   */
  revokeGrants(email: string): number
  /**
   * Invalidates access tokens, as if they had expired or the provider had revoked them. Refresh tokens stay valid.
   * @throws Error for an unknown user
   */
  endAccessTokens(email: string): void
  /** @throws AggregateError if the server itself failed, so that its defect cannot make a test pass */
  stop(): Promise<void>
}

/** Starts in about 50 ms. The first server of a process also generates a key, which takes 100 ms. */
export const startOAuth2Server = async (options: OAuth2ServerOptions = {}): Promise<OAuth2Server> => {
  const { users = defaultUsers, scopes = defaultScopes, host = '127.0.0.1', authority } = options
  const certificate = authority?.servers.valid
  const server = certificate ? createTlsServer(certificate) : createServer()
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `${certificate ? 'https' : 'http'}://${host}:${portOf(server.address())}`

  const clients = testClients()
  const store = new Store()
  for (const client of registrationsOf(clients, options.redirectUris ?? [])) store.register(client)
  const policy = { ...defaultPolicy, ...options.policy }
  const provider = makeProvider({
    issuer,
    users,
    policy,
    scopes,
    store,
    applicationMailbox: options.applicationMailbox ?? users[0]?.email ?? '',
    accessTokens: options.accessTokens ?? 'opaque',
    mailServerId: clients.mailServer.clientId,
  })
  const tokenRequests = watchTokenEndpoint(provider, policy, users)
  const failures: Error[] = []
  provider.on('server_error', (_ctx, error) => failures.push(error))
  const listener = handlerOf(provider, users, failures)
  server.on('request', options.guard?.(portOf(server.address()), listener) ?? listener)

  const userOf = (email: string): TestUser => {
    const user = users.find((each) => each.email === email)
    if (!user) throw new Error(`There is no user ${email}`)
    return user
  }
  const stop = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    if (failures.length > 0)
      throw new AggregateError(failures, `The OAuth2 server failed: ${failures.map(String).join('; ')}`)
  }
  return {
    issuer,
    endpoints: endpointsOf(issuer),
    clients,
    users,
    scopes,
    policy,
    tokenRequests,
    get tokensIssued() {
      return tokenRequests.filter(({ accessToken }) => accessToken !== undefined)
    },
    allowRedirect: (redirectUri) => {
      for (const client of store.registrations)
        if (client.redirect_uris.length > 0 || client.response_types.length > 0)
          store.register({ ...client, redirect_uris: [...client.redirect_uris, redirectUri] })
    },
    revokeGrants: (email) => store.removeGrants(subjectOf(userOf(email))),
    endAccessTokens: (email) => store.removeAccessTokens(subjectOf(userOf(email))),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address.port
}

const endpointsOf = (issuer: string): Endpoints => ({
  discovery: `${issuer}/.well-known/openid-configuration`,
  authorization: `${issuer}/auth`,
  token: `${issuer}/token`,
  introspection: `${issuer}/token/introspection`,
  revocation: `${issuer}/token/revocation`,
  userinfo: `${issuer}/me`,
  jwks: `${issuer}/jwks`,
})

const handlerOf = (provider: Provider, users: readonly TestUser[], failures: Error[]) => {
  const answer = provider.callback()
  const interact = interactions(provider, users)
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (!request.url?.startsWith(interactionPath)) {
      answer(request, response)
      return
    }
    interact(request, response).catch((error: unknown) => {
      failures.push(error instanceof Error ? error : new Error(String(error)))
      response.writeHead(500).end()
    })
  }
}
