import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import Provider, { type Configuration, interactionPolicy } from 'oidc-provider'
import type { OAuth2ServerOptions, TestUser, TokenPolicy } from './options.ts'
import { errorPage } from './pages.ts'
import type { Store } from './store.ts'

/** The only file that uses oidc-provider, a certified OpenID provider. `server.ts` runs it as a server. */

export type { Adapter, AdapterPayload, KoaContextWithOIDC } from 'oidc-provider'
export type { Provider }

export const interactionPath = '/interaction/'

export interface ProviderOptions {
  readonly issuer: string
  readonly users: readonly TestUser[]
  readonly policy: TokenPolicy
  readonly scopes: readonly string[]
  readonly applicationMailbox: string
  readonly accessTokens: NonNullable<OAuth2ServerOptions['accessTokens']>
  readonly store: Store
  /** The id of the client that may introspect all tokens. */
  readonly mailServerId: string
}

/** The user's subject. As with real providers, it is not the e-mail address, so that tests detect a mix-up. */
export const subjectOf = (user: TestUser): string => createHash('sha256').update(user.email).digest('hex').slice(0, 16)

// Created once per process, because RSA keys take 100 ms and API Gateway supports no other algorithm.
let signingKey: ReturnType<typeof makeKey> | undefined
const makeKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })

const minute = 60
const day = 24 * 3600

export const makeProvider = (options: ProviderOptions): Provider => {
  signingKey ??= makeKey()
  const { policy, store, scopes, users } = options
  const userOf = (subject: string | undefined) => users.find((user) => subjectOf(user) === subject)
  return new Provider(options.issuer, {
    adapter: (model) => store.adapter(model),
    jwks: { keys: [{ ...signingKey, kty: 'RSA', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(16).toString('base64url')] },
    scopes: ['openid', 'offline_access', ...scopes],
    claims: { openid: ['sub', ...moreClaims(users)], email: ['email', 'email_verified'] },
    // As at Microsoft and Google, the id token names the user without an additional request.
    conformIdTokenClaims: false,
    findAccount: (_ctx, subject) => {
      const user = userOf(subject)
      return user && { accountId: subject, claims: () => claimsOf(user) }
    },
    extraTokenClaims: (_ctx, token) =>
      token.kind === 'AccessToken'
        ? mailboxesOf(userOf(token.accountId))
        : { username: options.applicationMailbox, shared_mailbox: '' },
    pkce: { required: () => true },
    issueRefreshToken: (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') &&
      (policy.refreshTokens === 'always' ||
        (policy.refreshTokens === 'when-asked' && source.scopes.has('offline_access'))),
    rotateRefreshToken: () => policy.onRefresh === 'rotate',
    // Without tolerance, a token with a lifetime of one second expires after one second.
    clockTolerance: 0,
    ttl: {
      AccessToken: () => policy.accessTokenSeconds,
      AuthorizationCode: minute,
      ClientCredentials: () => policy.accessTokenSeconds,
      Grant: 30 * day,
      IdToken: 60 * minute,
      Interaction: 10 * minute,
      RefreshToken: () => policy.refreshTokenSeconds,
      Session: day,
    },
    interactions: { url: (_ctx, { uid }) => `${interactionPath}${uid}`, policy: prompts() },
    renderError: (ctx, { error, error_description }) => {
      ctx.type = 'html'
      ctx.body = errorPage(error, error_description)
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          client.clientId === options.mailServerId || client.clientId === token.clientId,
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
      resourceIndicators: jwtResource(options),
    },
  })
}

/** Google and Microsoft support a prompt for the choice of an account. Here it is another login. */
const prompts = () => {
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0)
  return policy
}

/** Access tokens for a resource server are JWTs. Others are opaque. */
const jwtResource = ({ accessTokens, scopes, policy }: ProviderOptions) => {
  if (accessTokens === 'opaque') return { enabled: false }
  return {
    enabled: true,
    defaultResource: () => accessTokens.jwtFor,
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: scopes.join(' '),
      audience: accessTokens.jwtFor,
      accessTokenFormat: 'jwt' as const,
      accessTokenTTL: policy.accessTokenSeconds,
    }),
  } satisfies NonNullable<Configuration['features']>['resourceIndicators']
}

const claimsOf = (user: TestUser) => ({
  ...user.claims,
  sub: subjectOf(user),
  email: user.email,
  email_verified: true,
})

const moreClaims = (users: readonly TestUser[]) => [
  ...new Set(users.flatMap(({ claims }) => Object.keys(claims ?? {}))),
]

/** The claims that a mail server reads by introspection (`username`: RFC 7662 section 2.2). */
const mailboxesOf = (user: TestUser | undefined) =>
  // Empty if there is none, because Dovecot treats a missing claim as an internal failure.
  user && { username: user.email, shared_mailbox: user.sharedMailbox ?? '' }
