import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiPart, apiParts } from '../../docs/openapi/parts.ts'
import { Components } from '../../docs/openapi/schemas.ts'
import { problemSchema } from '../../functions/shared/http/problem-document.ts'
import type { Route } from '../../functions/shared/http/route.ts'
import { exampleIds } from '../../lib/requests/documented-fields.ts'
import { expectDocumented } from '../support/documented-answer.ts'
import { type ExampleWorld, plantedSecret, startExampleWorld } from '../support/example-world.ts'
import { adminClaims, authorizerClaims, tokenOf } from '../support/http-event.ts'
import { arbitraryOf, awkwardJson, awkwardText } from './schema-arbitrary.ts'

/** Milliseconds a request may take: names that resolve to nothing are the slowest. */
const patience = 8_000

/** In bodies and headers of every request: it must come back in no answer and no log line. */
const sentSecret = 'sent-secret-that-nobody-may-see'

let world: ExampleWorld

type Sketch = {
  readonly params: Record<string, string>
  readonly query: Record<string, string> | undefined
  readonly headers: Record<string, string>
  readonly body: string | undefined
  readonly isBase64Encoded?: boolean
}

const ask = async (part: ApiPart, { method, path }: Pick<Route, 'method' | 'path'>, sketch: Sketch) => {
  // An empty segment does not reach the function: API Gateway finds no route.
  const params = { ...sketch.params }
  for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g)) params[name] ||= 'x'
  const rawPath = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeLoosely(params[name] ?? ''))
  const event = {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath,
    rawQueryString: '',
    headers: {
      authorization: `Bearer ${tokenOf({ ...adminClaims, nonce: sentSecret })}`,
      cookie: sentSecret,
      ...sketch.headers,
    },
    ...(Object.keys(params).length > 0 && { pathParameters: params }),
    ...(sketch.query && { queryStringParameters: sketch.query }),
    ...(sketch.body !== undefined && { body: sketch.body }),
    isBase64Encoded: sketch.isBase64Encoded ?? false,
    requestContext: {
      requestId: 'request-1',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'fuzz' },
      authorizer: { jwt: { claims: authorizerClaims(adminClaims), scopes: null } },
    },
  }
  const context = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 29_000 }
  const started = performance.now()
  const answer = await world.handlerOf(part)(event as unknown as APIGatewayProxyEventV2, context as Context)
  expect(performance.now() - started).toBeLessThan(patience)
  return { status: answer.statusCode ?? 0, headers: answer.headers ?? {}, text: answer.body ?? '', rawPath }
}

/** As API Gateway hands a path on: its parameters are decoded, `rawPath` is not, and a lone surrogate is in neither. */
const encodeLoosely = (text: string) => encodeURIComponent(text.toWellFormed())

const expectDecent = (route: Route, answer: Awaited<ReturnType<typeof ask>>) => {
  const name = `${route.method} ${answer.rawPath}: ${answer.text.slice(0, 300)}`
  expect(answer.status, name).toBeGreaterThanOrEqual(200)
  expect(answer.status, name).toBeLessThan(500)
  const body = answer.text === '' ? undefined : JSON.parse(answer.text)
  if (answer.status >= 400) problemSchema.parse(body)
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([key, value]) => [key.toLowerCase(), String(value)]),
  )
  for (const value of Object.values(headers)) expect(value, name).toMatch(/^[\x20-\x7e]*$/)
  if (answer.status !== 404) expectDocumented(route.method, route.path, { status: answer.status, headers, body })
  const everything = answer.text + JSON.stringify(headers) + world.written.join('')
  expect(Object.keys(Object.prototype), name).toEqual([])
  for (const secret of [plantedSecret, sentSecret, 'correct horse battery staple'])
    expect(everything, name).not.toContain(secret)
}

const components = new Components()
const schemaOf = (schema: Parameters<Components['refer']>[0] | undefined) =>
  schema ? components.refer(schema, 'request') : {}

/** API Gateway sends texts only; one that repeats comes joined by commas. */
const texts = (values: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof values === 'object' && values !== null ? values : {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]],
    ),
  )

const ifMatch = fc.oneof(
  { arbitrary: fc.constant('*'), weight: 4 },
  fc.constantFrom(
    '*',
    '"1"',
    '"2"',
    'W/"1"',
    '"1", "2"',
    '"0"',
    '""',
    '"9007199254740993"',
    '"x"',
    `"${'1'.repeat(5_000)}"`,
  ),
  awkwardText,
)

const sketchOf = ({ method, definition }: Route): fc.Arbitrary<Sketch> =>
  fc
    .record({
      params: arbitraryOf(schemaOf(definition.params), components.schemas).map(texts),
      query: arbitraryOf(schemaOf(definition.query), components.schemas).map(texts),
      body: definition.body
        ? fc.oneof(
            arbitraryOf(schemaOf(definition.documentedBody ?? definition.body), components.schemas),
            alteredExample(definition.examples.map(({ body }) => body)),
          )
        : fc.constant(undefined),
      ifMatch,
    })
    .map(({ params, query, body, ifMatch: version }) => ({
      params,
      query: Object.keys(query).length > 0 ? query : undefined,
      headers: {
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        'if-match': version,
      },
      body: body === undefined ? undefined : withSecret(body),
    }))

/** A body that works, with one of its fields replaced, or none. */
const alteredExample = (bodies: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.constantFrom(...bodies).chain((body) => {
    if (typeof body !== 'object' || body === null) return fc.constant(body)
    const field = fc.option(fc.constantFrom(...Object.keys(body)), { nil: undefined })
    return fc.tuple(field, awkwardJson).map(([name, value]) => (name === undefined ? body : { ...body, [name]: value }))
  })

/** Wherever a secret is sent, it is one that the test would recognise. */
const withSecret = (body: unknown): string => {
  const text = JSON.stringify(body)
  if (!text.startsWith('{"')) return text
  const secrets = ['password', 'clientSecret'].filter((field) => text.includes(`"${field}"`))
  return JSON.stringify({ ...JSON.parse(text), ...Object.fromEntries(secrets.map((field) => [field, sentSecret])) })
}

const anything: fc.Arbitrary<Sketch> = fc.record({
  params: fc.dictionary(
    fc.constantFrom('accountId', 'queueId', 'address', 'providerId', 'profileId', 'runId', 'messageId', 'index'),
    awkwardText,
  ),
  query: fc.option(fc.dictionary(awkwardText, awkwardText, { maxKeys: 4 }), { nil: undefined }),
  headers: fc.oneof(
    fc.constant({ 'content-type': 'application/json' }),
    fc.dictionary(
      fc.constantFrom('content-type', 'if-match', 'content-length', 'x-http-method-override', 'expect', 'accept'),
      fc.oneof(
        awkwardText,
        fc.constantFrom('application/json', 'application/json; charset=utf-16', 'a'.repeat(9_000), '*, *'),
      ),
    ),
  ),
  body: fc.option(
    fc.oneof(
      awkwardJson.map((value) => JSON.stringify({ password: sentSecret, value })),
      awkwardJson.map((value) => JSON.stringify(value)),
      awkwardText,
      fc.constantFrom(
        '{"__proto__":{"role":"admin"}}',
        '{"a":1e999}',
        '{"password":"sent-secret-that-nobody-may-see",}',
        `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
        `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
        '\ufeff{}',
        '"\\ud800"',
      ),
    ),
    { nil: undefined },
  ),
  isBase64Encoded: fc.boolean(),
})

const routes = apiParts.flatMap((part) =>
  part.routes.map((route): [string, ApiPart, Route] => [`${route.method} ${route.path}`, part, route]),
)

/** @param runs requests for each route from its schema, and as many of anything */
export const fuzzEveryRoute = (runs: number): void => {
  beforeAll(async () => {
    world = await startExampleWorld()
  })
  afterAll(() => world.stop())
  beforeEach(async () => {
    await world.reset()
    world.written.length = 0
  })

  describe.each(routes)('%s', (_name, part, route) => {
    it('answers whatever nearly fits its schema', async () => {
      await fc.assert(
        fc.asyncProperty(sketchOf(route), async (sketch) => expectDecent(route, await ask(part, route, sketch))),
        { numRuns: runs, endOnFailure: true },
      )
    })

    it('answers anything at all', async () => {
      await fc.assert(
        fc.asyncProperty(anything, async (sketch) => expectDecent(route, await ask(part, route, sketch))),
        { numRuns: runs, endOnFailure: true },
      )
    })
  })

  describe('a body that is too large', () => {
    const changing = routes.filter(([, , { method, definition }]) => method !== 'GET' && definition.body !== undefined)

    it.each(changing)('%s: above 256 KB is refused, however it is wrapped', async (_name, part, route) => {
      const { account, queue, provider, profile } = exampleIds
      const oauth2 = { providerId: provider, profileId: profile }
      const params = { accountId: account, queueId: queue, address: 'support@example.com', ...oauth2 }
      const named = Object.fromEntries(Object.entries(params).filter(([key]) => route.path.includes(`{${key}}`)))
      const large = JSON.stringify({ comment: 'x'.repeat(256 * 1024) })
      for (const isBase64Encoded of [false, true]) {
        const body = isBase64Encoded ? Buffer.from(large).toString('base64') : large
        const headers = { 'content-type': 'application/json', 'if-match': '*' }
        const answer = await ask(part, route, { params: named, query: undefined, headers, body, isBase64Encoded })
        expect(answer.status).toBe(413)
      }
    })
  })
}
