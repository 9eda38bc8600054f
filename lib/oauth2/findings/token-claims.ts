import * as z from 'zod'
import { cutTo, printable } from '../../text/printable.ts'
import type { TokenAnswer } from '../authorization/authorization-server.ts'

/**
 * What a token says of itself (RFC 7519, RFC 9068, and Microsoft's own claims). Nobody verified it: it is told to people and decides nothing.
 * All texts are on one line and bounded.
 */
export interface TokenClaims {
  /** `aud`: the service it is for. */
  readonly audience: readonly string[]
  /** `scp` or `scope`: what a person allowed. */
  readonly scopes: readonly string[]
  /** `roles`: what an application itself was allowed. */
  readonly roles: readonly string[]
  /** Whoever signed in; absent from an application's own token. */
  readonly person?: string | undefined
  /** `tid`: Microsoft's directory. */
  readonly tenant?: string | undefined
  /** `appid` or `azp`: the client. */
  readonly application?: string | undefined
  /** `oid`: the person's object in Microsoft's directory, or with an application's own token that of its enterprise application. */
  readonly objectId?: string | undefined
  readonly issuer?: string | undefined
  /** ISO 8601. */
  readonly expiresAt?: string | undefined
}

/** Characters of a token's middle part, of one text in it, and members of a list: whoever made the token chose them. */
const largestPayload = 16_384
const longestText = 200
const longestList = 50

const text = z.string().transform((value) => cutTo(printable(value), longestText))
const optionalText = text.optional().catch(undefined)
const listed = (separator: RegExp) =>
  z
    .union([z.string().transform((value) => value.split(separator)), z.array(z.string())])
    .transform((values) => values.filter((value) => value !== '').slice(0, longestList))
    .pipe(z.array(text))
    .catch([])
const never = /(?!)/

const payloadSchema = z.object({
  aud: listed(never),
  scp: listed(/\s+/),
  scope: listed(/\s+/),
  roles: listed(never),
  upn: optionalText,
  preferred_username: optionalText,
  unique_name: optionalText,
  email: optionalText,
  tid: optionalText,
  appid: optionalText,
  azp: optionalText,
  oid: optionalText,
  iss: optionalText,
  // Until the year 9999; a date beyond has no ISO 8601 of four digits.
  exp: z.number().min(0).max(253_402_300_799).optional().catch(undefined),
})
type Payload = z.infer<typeof payloadSchema>

/** Reads a token that can be read (RFC 7515 section 7.1: three parts); undefined for any other, which only its own service understands. */
export const claimsOf = (token: string): TokenClaims | undefined => {
  const [, payload, signature, ...more] = token.split('.', 4)
  if (!payload || signature === undefined || more.length > 0 || payload.length > largestPayload) return undefined
  const { data } = payloadSchema.safeParse(jsonIn(payload))
  if (!data) return undefined
  const { aud, scp, scope, roles, tid, appid, azp, oid, iss, exp } = data
  return {
    audience: aud,
    scopes: scp.length > 0 ? scp : scope,
    roles,
    person: personIn(data),
    tenant: tid,
    application: appid ?? azp,
    objectId: oid,
    issuer: iss,
    expiresAt: exp === undefined ? undefined : new Date(exp * 1000).toISOString(),
  }
}

/** Who signed in, as the provider names people; undefined where its tokens do not tell. */
export const personOf = ({ idToken, accessToken }: Pick<TokenAnswer, 'idToken' | 'accessToken'>): string | undefined =>
  (idToken === undefined ? undefined : claimsOf(idToken)?.person) ?? claimsOf(accessToken)?.person

/** The name somebody signs in with; an address rather than one that is none, because accounts are named by addresses. */
const personIn = ({ upn, preferred_username, unique_name, email }: Payload): string | undefined => {
  const names = [upn, preferred_username, unique_name, email]
    // Microsoft puts the identity provider before the address of a personal account.
    .map((name) => name?.replace(/^live\.com#/, ''))
    .filter((name) => name !== undefined && name !== '')
  return names.find((name) => name?.includes('@')) ?? names[0]
}

const jsonIn = (payload: string): unknown => {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString())
  } catch {
    return undefined
  }
}
