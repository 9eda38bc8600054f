import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import * as z from 'zod'
import { messageOf, unsupported } from '../common/errors.ts'
import type { AuthorizerSettings } from './api-settings.ts'
import type { LocalIssuer } from './local-issuer.ts'

export type Authorization =
  | { readonly granted: true; readonly claims: Record<string, string>; readonly scopes: string[] | null }
  | { readonly granted: false; readonly status: 401 | 403; readonly wwwAuthenticate: string }

export type Authorizer = (header: string | undefined, requiredScopes: readonly string[]) => Promise<Authorization>

/**
 * HTTP API's JWT authorizer. It checks the RSA signature, the issuer, the audience (`aud`, or `client_id` if there is
 * no `aud`), the times and the scopes.
 */
export const jwtAuthorizer = async (settings: AuthorizerSettings, local: LocalIssuer): Promise<Authorizer> => {
  const key = local.issues(settings.issuer) ? local.publicKey : await remoteKeys(settings.issuer)
  return async (header, requiredScopes) => {
    if (header === undefined || header === '') return refused(401, 'Bearer')
    const token = header.replace(/^bearer /i, '')
    let claims: JWTPayload
    try {
      const options = { issuer: settings.issuer, algorithms: ['RS256', 'RS384', 'RS512'], requiredClaims: ['exp'] }
      ;({ payload: claims } =
        typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options))
    } catch {
      return refused(401, 'Bearer scope="" error="invalid_token" error_description="the token is not valid"')
    }
    const audiences = claims.aud === undefined ? [claims.client_id] : [claims.aud].flat()
    if (!audiences.some((audience) => typeof audience === 'string' && settings.audience.includes(audience))) {
      return refused(
        401,
        'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
      )
    }
    const scopes = typeof claims.scope === 'string' ? claims.scope.split(' ') : []
    if (requiredScopes.length > 0 && !requiredScopes.some((scope) => scopes.includes(scope))) {
      return refused(403, `Bearer scope="${requiredScopes.join(' ')}" error="insufficient_scope"`)
    }
    const given = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)]))
    return { granted: true, claims: given, scopes: requiredScopes.length > 0 ? scopes : null }
  }
}

/** An HTTP API passes every claim as text, and a list as `[a b]`. */
const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

const refused = (status: 401 | 403, wwwAuthenticate: string): Authorization => ({
  granted: false,
  status,
  wwwAuthenticate,
})

const remoteKeys = async (issuer: string): Promise<JWTVerifyGetKey> => {
  const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  try {
    const response = await fetch(discovery, { signal: AbortSignal.timeout(5_000) })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const { jwks_uri } = z.object({ jwks_uri: z.url() }).parse(await response.json())
    return createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 5_000 })
  } catch (error) {
    throw unsupported(
      `The issuer's keys could not be loaded from ${discovery} (${messageOf(error)}). Start the issuer's server, or synthesise the templates with another issuer.`,
      error,
    )
  }
}
