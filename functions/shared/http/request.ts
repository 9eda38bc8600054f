import * as z from 'zod'
import type { Actor } from '../../../lib/audit/audit-entry.ts'
import type { ExpectedVersion } from '../../../lib/changes/versioned-change.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { invalidRequest } from '../../../lib/requests/parse-request.ts'
import { cutTo, printable } from '../../../lib/text/printable.ts'

const texts = z.record(z.string(), z.string().optional())

/** The parts that we use of an API Gateway HTTP API event in payload format 2.0. Its header names are in lower case. */
export const httpEventSchema = z.object({
  version: z.literal('2.0'),
  headers: texts.default({}),
  queryStringParameters: texts.optional(),
  pathParameters: texts.optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  /** In the form `name=value`, as the browser sends them. */
  cookies: z.array(z.string()).default([]),
  requestContext: z.object({
    requestId: z.string(),
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }).optional() }).optional(),
  }),
})
export type HttpEvent = z.infer<typeof httpEventSchema>

/** In bytes. A custom CA bundle is the largest value that a client sends, and it is far smaller. */
export const bodyLimit = 256 * 1024

/**
 * The maximum nesting depth of lists and objects. The deepest document of the API has four levels. Merging a patch
 * recurses once per level.
 */
export const deepestBody = 32

const jsonMediaType = /^application\/([^;]+\+)?json\s*(;|$)/i

/**
 * Parses the body. middy's own parser is not used, because its errors contain the raw body and therefore possibly a
 * password.
 * @throws ProblemError `content-type-unsupported`, `body-too-large`, `malformed-json`, `body-too-deep`,
 * `invalid-request`
 */
export const jsonBodyOf = (event: HttpEvent): unknown => {
  if (!jsonMediaType.test(event.headers['content-type'] ?? ''))
    throw new ProblemError('content-type-unsupported', 'The body is not declared as JSON.')
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > bodyLimit) throw new ProblemError('body-too-large', `The body has ${bytes.length} bytes.`)
  const body = jsonIn(bytes)
  if (isDeeperThan(body, deepestBody))
    throw new ProblemError('body-too-deep', `The body nests lists and objects more than ${deepestBody} levels deep.`)
  if (namesPrototype(body))
    throw new ProblemError('invalid-request', 'A field of the body has the name `__proto__`, which is not allowed.')
  return body
}

const jsonIn = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's own message quotes the text around the error.
    throw new ProblemError('malformed-json', 'The body could not be read as JSON in UTF-8.')
  }
}

/** Works level by level, because a recursive walk would itself exhaust the stack. */
const isDeeperThan = (value: unknown, limit: number): boolean => {
  let level: object[] = [value].filter(isNested)
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === limit) return true
    level = level.flatMap((one) => Object.values(one).filter(isNested))
  }
  return false
}

/** Zod silently drops such a member from records, so the caller would not learn about it. */
const namesPrototype = (value: unknown): boolean =>
  isNested(value) && (Object.hasOwn(value, '__proto__') || Object.values(value).some(namesPrototype))

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A strong entity tag (RFC 9110 section 8.8.3). */
export const etagOf = (version: number): string => `"${version}"`

/**
 * @throws ProblemError `version-required` without If-Match; `invalid-request` if it is neither one of our tags nor `*`
 */
export const expectedVersionOf = (headers: HttpEvent['headers']): ExpectedVersion => {
  const value = headers['if-match']?.trim()
  if (!value) throw new ProblemError('version-required', 'The request has no If-Match header.')
  if (value === '*') return 'any'
  const version = /^"([1-9]\d{0,14})"$/.exec(value)?.[1]
  if (!version)
    throw invalidRequest([
      { path: 'If-Match', message: 'must be `*` or one ETag from a previous response, for example `"3"`' },
    ])
  return Number(version)
}

export type Role = 'reader' | 'admin'

/** The claim that lists a person's groups, and the groups of readers and admins. */
export interface RoleSettings {
  readonly groupClaim: string
  readonly readerGroup: string
  readonly adminGroup: string
  /** The resource server of the scopes `<name>/read` and `<name>/admin`. If undefined, scopes give no role. */
  readonly scopeResource?: string | undefined
}

/** In characters. `GET /audit?who=` accepts the same length. */
const longestName = 256

/**
 * Identifies the caller. Admins have all permissions of readers.
 * @throws ProblemError `not-signed-in`, `role-missing`
 */
export const callerOf = (event: HttpEvent, needed: Role, settings: RoleSettings): Caller => {
  const payload = verifiedPayloadOf(event)
  const { held, reader, admin, kind } = isProgram(payload, settings)
    ? scopesOf(payload, settings)
    : groupsOf(payload, settings)
  const allowed = needed === 'admin' ? [admin] : [reader, admin]
  if (!allowed.some((name) => held.includes(name)))
    throw new ProblemError('role-missing', `This request requires ${kind} ${allowed.join(' or ')}.`)
  return { actor: { name: nameIn(payload), sub: payload.sub }, role: held.includes(admin) ? 'admin' : 'reader' }
}

/** The groups or scopes of a caller, and those that readers and admins have. */
interface Standing {
  readonly kind: string
  readonly held: readonly unknown[]
  readonly reader: string
  readonly admin: string
}

/**
 * A token that a program received with its own credentials (RFC 6749 section 4.4) names the program as its subject
 * (RFC 9068 section 2.2). Scopes in the token of a person only limit what a client may do for them, and never give a role.
 */
const isProgram = ({ sub, client_id }: TokenPayload, { scopeResource }: RoleSettings): boolean =>
  scopeResource !== undefined && client_id === sub

/** `scope` is a list separated by spaces (RFC 9068 section 2.2.3). */
const scopesOf = ({ scope }: TokenPayload, { scopeResource }: RoleSettings): Standing => ({
  kind: 'the scope',
  held: typeof scope === 'string' ? scope.split(' ') : [],
  reader: `${scopeResource}/read`,
  admin: `${scopeResource}/admin`,
})

const groupsOf = (payload: TokenPayload, { groupClaim, readerGroup, adminGroup }: RoleSettings): Standing => ({
  kind: 'membership in the group',
  held: groupsIn(payload[groupClaim]),
  reader: readerGroup,
  admin: adminGroup,
})

/** The person or program that sent a request, and the highest role that it has. */
interface Caller {
  readonly actor: Actor
  readonly role: Role
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
  const { data: payload } = payloadSchema.safeParse(payloadIn(encoded))
  if (!payload)
    throw new ProblemError('not-signed-in', 'The token must contain its issuer (`iss`) and its subject (`sub`).')
  if (identifyingClaims.some((name) => payload[name] !== verified[name]))
    throw new ProblemError('not-signed-in', 'The token in the request is not the token that API Gateway verified.')
  return payload
}

const payloadIn = (encoded: string): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64url')))
  } catch {
    return undefined
  }
}
