import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import type { HttpHandler } from '../../functions/shared/http/http-function.ts'
import { expectDocumented } from './documented-answer.ts'

export interface RequestSketch {
  readonly method: string
  readonly path: string
  /** Sent as JSON unless it is already a string. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly query?: Record<string, string>
  readonly params?: Record<string, string>
  /**
   * The payload of the verified token, an admin's by default. With `null`, neither a token nor an authorizer's claims
   * are sent.
   */
  readonly claims?: Record<string, unknown> | null
}

const issuer = 'https://issuer.example.org'
const personClaims = (name: string) => ({
  iss: issuer,
  sub: `sub-${name}`,
  email: `${name}@example.org`,
  email_verified: true,
})

/** The groups and the claim match `testRoles` in this file. */
export const adminClaims = { ...personClaims('admin'), 'cognito:groups': ['desk-admins'] }
export const readerClaims = { ...personClaims('reader'), 'cognito:groups': ['desk-readers'] }
export const testRoles = { groupClaim: 'cognito:groups', readerGroup: 'desk-readers', adminGroup: 'desk-admins' }

/**
 * Creates a token with this payload. The functions do not check its signature, because API Gateway has verified it
 * before.
 */
export const tokenOf = (payload: unknown): string =>
  ['{"alg":"RS256"}', JSON.stringify(payload), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

/** The claims that an HTTP API's authorizer derives from a payload: every claim as text, and a list as `[a b]`. */
export const authorizerClaims = (payload: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claimText(value)]))

const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** Builds an event as an HTTP API sends it (payload format 2.0). */
export const httpEvent = (sketch: RequestSketch): APIGatewayProxyEventV2 => {
  const { method, path, body, query, params, claims = adminClaims } = sketch
  const event = {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      ...(claims && { authorization: `Bearer ${tokenOf(claims)}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...sketch.headers,
    },
    ...(query && { queryStringParameters: query }),
    ...(params && { pathParameters: params }),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      ...(claims && { authorizer: { jwt: { claims: authorizerClaims(claims), scopes: null } } }),
    },
  }
  return event as unknown as APIGatewayProxyEventV2
}

const lambdaContext = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 29_000 } as Context

export interface TestAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
  readonly body: any
}

/**
 * Invokes a function's handler as API Gateway does. The header names of the response are in lower case. An undocumented
 * response fails the test.
 */
export const callHttp = async (handler: HttpHandler, sketch: RequestSketch): Promise<TestAnswer> => {
  const answer = await handler(httpEvent(sketch), lambdaContext)
  const headers = Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)])
  const read: TestAnswer = {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: answer.body === undefined || answer.body === '' ? undefined : JSON.parse(answer.body),
  }
  expectDocumented(sketch.method, sketch.path, read)
  return read
}

/** A log that keeps its lines, so that a test can search them for forbidden content. */
export const memoryLog = () => {
  const lines: string[] = []
  const keep = (level: string) => (message: string, fields?: object) => {
    lines.push(JSON.stringify({ level, message, ...fields }))
  }
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') }
}
