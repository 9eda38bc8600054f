import * as z from 'zod'
import type { TestUser, TokenPolicy } from './options.ts'
import { type KoaContextWithOIDC, type Provider, subjectOf } from './provider.ts'

/** One request to the token endpoint and its result. */
export interface TokenRequest {
  readonly grantType: string
  readonly clientId: string | undefined
  /** The e-mail address. Absent with client credentials. */
  readonly user?: string | undefined
  readonly scope?: string | undefined
  readonly accessToken?: string | undefined
  readonly refreshToken?: string | undefined
  readonly idToken?: string | undefined
  /** RFC 6749 section 5.2, for example `invalid_grant`. */
  readonly error?: string | undefined
  /** Milliseconds since the epoch. */
  readonly at: number
}

const answerSchema = z.object({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  scope: z.string().optional(),
})

/**
 * Records every token request from now on, and omits the refresh token from refresh responses if the policy requires
 * it.
 */
export const watchTokenEndpoint = (
  provider: Provider,
  policy: TokenPolicy,
  users: readonly TestUser[],
): readonly TokenRequest[] => {
  const requests: TokenRequest[] = []
  const note = (ctx: KoaContextWithOIDC, more: Partial<TokenRequest>) =>
    requests.push({
      grantType: String(ctx.oidc.params?.grant_type),
      clientId: ctx.oidc.client?.clientId,
      user: users.find((user) => subjectOf(user) === ctx.oidc.account?.accountId)?.email,
      at: Date.now(),
      ...more,
    })
  provider.on('grant.error', (ctx, error) => note(ctx, { error: error.error }))
  provider.on('grant.success', (ctx) => {
    // The event occurs before the response is sent.
    if (policy.onRefresh === 'omit' && ctx.oidc.params?.grant_type === 'refresh_token' && isObject(ctx.body))
      delete ctx.body.refresh_token
    const answer = answerSchema.parse(ctx.body)
    note(ctx, {
      scope: answer.scope,
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      idToken: answer.id_token,
    })
  })
  return requests
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
