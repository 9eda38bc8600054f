import { randomBytes } from 'node:crypto'

export interface TestClient {
  readonly clientId: string
  readonly clientSecret: string
}

/** The server's clients. Each server has new secrets, so that a test can search logs for them. */
export interface TestClients {
  /** Authorization code, with id and secret in the body (RFC 6749 section 2.3.1). */
  readonly confidential: TestClient
  /** Like `confidential`, with id and secret as HTTP Basic. */
  readonly basic: TestClient
  /**
   * A native app (RFC 8252) without a secret. Redirects to `http://localhost` or `http://127.0.0.1`, any port, path
   * `/callback`.
   */
  readonly public: Pick<TestClient, 'clientId'>
  /** Client credentials, with id and secret in the body. */
  readonly application: TestClient
  /** May introspect every token (RFC 7662). HTTP Basic. */
  readonly mailServer: TestClient
}

const secret = (): string => randomBytes(24).toString('base64url')

export const testClients = (): TestClients => ({
  confidential: { clientId: 'postmaster', clientSecret: secret() },
  basic: { clientId: 'postmaster-basic', clientSecret: secret() },
  public: { clientId: 'postmaster-cli' },
  application: { clientId: 'postmaster-application', clientSecret: secret() },
  mailServer: { clientId: 'mail-server', clientSecret: secret() },
})

/** Client metadata of RFC 7591 section 2. */
export interface Registration {
  readonly client_id: string
  readonly client_secret?: string
  readonly client_name: string
  readonly application_type: 'web' | 'native'
  readonly token_endpoint_auth_method: 'client_secret_post' | 'client_secret_basic' | 'none'
  readonly grant_types: readonly ('authorization_code' | 'refresh_token' | 'client_credentials')[]
  readonly response_types: readonly 'code'[]
  readonly redirect_uris: readonly string[]
}

const codeGrant = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] } as const
const noCode = { response_types: [], redirect_uris: [] } as const

export const registrationsOf = (clients: TestClients, redirectUris: readonly string[]): Registration[] => [
  {
    ...named(clients.confidential, 'Postmaster'),
    ...codeGrant,
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: redirectUris,
  },
  {
    ...named(clients.basic, 'Postmaster with HTTP Basic'),
    ...codeGrant,
    token_endpoint_auth_method: 'client_secret_basic',
    redirect_uris: redirectUris,
  },
  {
    client_id: clients.public.clientId,
    client_name: 'Postmaster’s command line',
    ...codeGrant,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback', ...redirectUris.filter(isLoopback)],
  },
  {
    ...named(clients.application, 'Postmaster, app-only'),
    ...noCode,
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
  },
  {
    ...named(clients.mailServer, 'Mail server'),
    ...noCode,
    grant_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
  },
]

const named = ({ clientId, clientSecret }: TestClient, name: string) =>
  ({ client_id: clientId, client_secret: clientSecret, client_name: name, application_type: 'web' }) as const

const isLoopback = (uri: string): boolean => /^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(uri)
