import * as z from 'zod'
import { cutTo, printable } from '../../text/printable.ts'
import type { TokenAnswer } from '../authorization/server-answer.ts'

/** Limits on untrusted input: characters of the token's payload, characters of one text, and entries of a list. */
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

const payloadSchema = z
  .object({
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
    // The year 9999. Later dates have no four-digit year in ISO 8601.
    exp: z.number().min(0).max(253_402_300_799).optional().catch(undefined),
  })
  .transform(({ aud, scp, scope, roles, tid, appid, azp, oid, iss, exp, ...names }) => ({
    /** The service that the token is for. */
    audience: aud,
    /** The permissions that a person granted. */
    scopes: scp.length > 0 ? scp : scope,
    /** The permissions that the application itself has. */
    roles,
    /** The person who signed in. Undefined in an application's own token. */
    person: personIn(names),
    /** Microsoft's directory. */
    tenant: tid,
    /** The client. */
    application: appid ?? azp,
    /**
     * The person's object in Microsoft's directory. In an application's own token, the enterprise application's object.
     */
    objectId: oid,
    issuer: iss,
    /** ISO 8601. */
    expiresAt: exp === undefined ? undefined : new Date(exp * 1000).toISOString(),
  }))

/**
 * The claims in a token (RFC 7519, RFC 9068, and Microsoft's own claims). They are unverified, so they are only shown
 * to people and never used for decisions. All texts are on one line and bounded.
 */
export type TokenClaims = Readonly<z.output<typeof payloadSchema>>

/**
 * Reads the claims of a readable token (RFC 7515 section 7.1: three parts).
 * @returns undefined for an opaque token, which only its own service can read
 */
export const claimsOf = (token: string): TokenClaims | undefined => {
  const [, payload, signature, ...more] = token.split('.', 4)
  if (!payload || signature === undefined || more.length > 0 || payload.length > largestPayload) return undefined
  return payloadSchema.safeParse(jsonIn(payload)).data
}

/** @returns the person who signed in, by the provider's name for them, or undefined if the tokens do not name anyone */
export const personOf = ({ idToken, accessToken }: Pick<TokenAnswer, 'idToken' | 'accessToken'>): string | undefined =>
  (idToken === undefined ? undefined : claimsOf(idToken)?.person) ?? claimsOf(accessToken)?.person

/** Mail addresses and sign-in names are compared without case. */
export const isSamePerson = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

type Names = Partial<Record<'upn' | 'preferred_username' | 'unique_name' | 'email', string | undefined>>

/** The person's sign-in name. An address is preferred, because accounts are named by addresses. */
const personIn = (claims: Names): string | undefined => {
  const names = [claims.upn, claims.preferred_username, claims.unique_name, claims.email]
    // Microsoft prefixes the address of a personal account with the identity provider.
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
