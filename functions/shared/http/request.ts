import * as z from 'zod'
import type { ExpectedVersion } from '../../../lib/changes/versioned-change.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { invalidRequest } from '../../../lib/requests/parse-request.ts'

const texts = z.record(z.string(), z.string().optional())

/** The parts that we use of an API Gateway HTTP API event in payload format 2.0. Its header names are in lower case. */
export const httpEventSchema = z.object({
  version: z.literal('2.0'),
  headers: texts.default({}),
  queryStringParameters: texts.optional(),
  pathParameters: texts.optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
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
