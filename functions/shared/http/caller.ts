import * as z from 'zod'
import type { Actor } from '../../../lib/audit/audit-entry.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { cutTo, printable } from '../../../lib/text/printable.ts'
import type { HttpEvent } from './request.ts'

export type Role = 'reader' | 'admin'

/** The claim that lists a person's groups, and the groups of readers and admins. */
export interface RoleSettings {
  readonly groupClaim: string
  readonly readerGroup: string
  readonly adminGroup: string
}

/** In characters. `GET /audit?who=` accepts the same length. */
const longestName = 256

/**
 * Identifies the caller. Admins have all permissions of readers.
 * @throws ProblemError `not-signed-in`, `role-missing`
 */
export const callerOf = (event: HttpEvent, needed: Role, settings: RoleSettings): Actor => {
  const payload = verifiedPayloadOf(event)
  const groups = groupsIn(payload[settings.groupClaim])
  const allowed = needed === 'admin' ? [settings.adminGroup] : [settings.readerGroup, settings.adminGroup]
  if (!allowed.some((group) => groups.includes(group)))
    throw new ProblemError('role-missing', `This request requires membership in the group ${allowed.join(' or ')}.`)
  return { name: nameIn(payload), sub: payload.sub }
}

/**
 * The claim is a list of names, or one name. Whole names are compared, because an issuer may let people choose parts of
 * a name.
 */
const groupsIn = (claim: unknown): unknown[] => (Array.isArray(claim) ? claim : [claim])

/** The issuer vouches only for verified addresses. People can often enter any address in their profile. */
const nameIn = ({ email, email_verified, sub, ...payload }: TokenPayload): string => {
  const vouched = email_verified === true || email_verified === 'true' ? email : undefined
  const names = [vouched, payload.username, payload['cognito:username'], payload.preferred_username]
  return names.map(shown).find((name) => name !== '') ?? sub
}

const shown = (name: unknown): string => (typeof name === 'string' ? cutTo(printable(name), longestName) : '')

/** In characters. An HTTP API accepts 10,240 bytes of header fields in total, and the local run accepts 16,384. */
const longestToken = 16_384
/** RFC 6750 section 2.1 with a JWS in compact form (RFC 7515 section 7.1). */
const bearerToken = /^bearer +[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/i
/**
 * The claims that identify a token. The authorizer converts every claim to text, so only claims that are text can be
 * compared.
 */
const identifyingClaims = ['iss', 'sub', 'jti', 'client_id'] as const

const payloadSchema = z.looseObject({
  iss: z.string().min(1),
  /** OpenID Connect Core section 2: at most 255 ASCII characters. */
  sub: z.string().regex(/^[\x20-\x7e]{1,255}$/),
})
type TokenPayload = z.infer<typeof payloadSchema>

/**
 * Returns the claims of the caller's token as the issuer wrote them. The authorizer's copy is not sufficient: it passes
 * a list as the text `[a b]`, in which a group called `a b` cannot be distinguished from two groups. API Gateway has
 * verified the token's signature.
 * @throws ProblemError `not-signed-in`
 */
const verifiedPayloadOf = ({ headers, requestContext }: HttpEvent): TokenPayload => {
  const verified = requestContext.authorizer?.jwt?.claims
  if (!verified) throw new ProblemError('not-signed-in', 'The request does not contain a verified token.')
  const [header, ...more] = Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === 'authorization' && value !== undefined ? [value] : [],
  )
  const encoded = header !== undefined && header.length <= longestToken ? bearerToken.exec(header)?.[1] : undefined
  if (encoded === undefined || more.length > 0)
    throw new ProblemError('not-signed-in', 'The request must contain exactly one token, as `Authorization: Bearer …`.')
  const { data: payload } = payloadSchema.safeParse(jsonIn(encoded))
  if (!payload)
    throw new ProblemError('not-signed-in', 'The token must contain its issuer (`iss`) and its subject (`sub`).')
  if (identifyingClaims.some((name) => payload[name] !== verified[name]))
    throw new ProblemError('not-signed-in', 'The token in the request is not the token that API Gateway verified.')
  return payload
}

const jsonIn = (encoded: string): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64url')))
  } catch {
    return undefined
  }
}
