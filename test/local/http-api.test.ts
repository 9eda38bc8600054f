import { mkdtempSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalEvent, type LocalStack, startLocal } from '../../local/start-local.ts'
import { fixtureStacks } from './support/fixture-assembly.ts'

let local: LocalStack
const events: LocalEvent[] = []
const ask = (path: string, init: RequestInit = {}, token = local.token) =>
  fetch(`${local.apiUrl}${path}`, {
    ...init,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...init.headers },
  })
// biome-ignore lint/suspicious/noExplicitAny: the echoed event, whose every part is asserted
const json = async (response: Response): Promise<any> => response.json()
const event = async (path: string, init: RequestInit = {}) => json(await ask(path, init))

beforeAll(async () => {
  local = await startLocal({
    assembly: fixtureStacks,
    parameters: { Greeting: 'servus', Loud: 'true', Ports: '143,993' },
    onEvent: (event) => events.push(event),
  })
})
afterAll(() => local.stop())

describe('the local HTTP API', () => {
  it('the local HTTP API passes a request in payload format 2.0', async () => {
    const seen = await event('/things/a%20b?x=1&y=%C3%A9&x=2', { headers: { cookie: 'a=b; c=d', 'X-Mixed': 'Case' } })
    expect(seen).toMatchObject({
      version: '2.0',
      routeKey: 'GET /things/{id}',
      rawPath: '/things/a b',
      rawQueryString: 'x=1&y=%C3%A9&x=2',
      queryStringParameters: { x: '1,2', y: 'é' },
      pathParameters: { id: 'a b' },
      cookies: ['a=b', 'c=d'],
      headers: { 'x-mixed': 'Case' },
      isBase64Encoded: false,
      requestContext: { stage: '$default', http: { method: 'GET', path: '/things/a b' }, routeKey: 'GET /things/{id}' },
    })
    expect(seen.headers.cookie).toBeUndefined()
    expect(seen.body).toBeUndefined()
    expect(seen.requestContext.time).toMatch(/^\d\d?\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
  })

  it('the local HTTP API prefers a literal path to a parameter and a method to ANY, and supports greedy parameters', async () => {
    expect((await event('/things/special')).routeKey).toBe('GET /things/special')
    expect((await event('/things/7', { method: 'PUT' })).routeKey).toBe('ANY /things/{id}')
    expect(await event('/files/a/b%2Fc')).toMatchObject({
      routeKey: 'GET /files/{proxy+}',
      pathParameters: { proxy: 'a/b/c' },
    })
    expect(await event('/files/')).toMatchObject({ routeKey: 'GET /files/{proxy+}', rawPath: '/files/' })
  })

  it("the local HTTP API reports the path of a request, but only the route's path if the route is open, because the path may be a credential", async () => {
    events.length = 0
    await ask('/things/7?x=1')
    await ask('/open/plain?x=1')
    await ask('/open/plain', { method: 'HEAD' })
    const told = () => events.filter((event) => event.type === 'request')
    await expect
      .poll(() => told().map(({ method, path, status }) => `${method} ${path} ${status}`))
      .toEqual(['GET /things/7 200', 'GET /open/{what} 200', 'HEAD /open/… 404'])
  })

  it('the local HTTP API returns 404 for a path or method without a route, and treats a trailing slash as part of the path', async () => {
    for (const [path, method] of [
      ['/nowhere', 'GET'],
      ['/files/x', 'POST'],
      ['/things/7/', 'GET'],
      ['/files', 'GET'],
    ] as const) {
      const response = await ask(path, { method })
      expect([path, response.status, await response.json()]).toEqual([path, 404, { message: 'Not Found' }])
    }
  })

  it('the local HTTP API passes JSON and text bodies as text, and all others in base64', async () => {
    const post = (type: string, body: string | Uint8Array<ArrayBuffer>) =>
      event('/open', { method: 'POST', body, headers: { 'content-type': type } })
    expect(await post('application/json; charset=utf-8', '{"ä":1}')).toMatchObject({
      body: '{"ä":1}',
      isBase64Encoded: false,
    })
    expect(await post('application/octet-stream', new Uint8Array([0, 255]))).toMatchObject({
      body: 'AP8=',
      isBase64Encoded: true,
    })
    expect(await post('application/merge-patch+json', '{}')).toMatchObject({ body: 'e30=', isBase64Encoded: true })
  })

  it('the local HTTP API passes claims as text, and lists in the form [a b]', async () => {
    const token = await local.signToken({ sub: 'me', 'cognito:groups': ['admin', 'reader'], level: 3 })
    const seen = await json(await ask('/things/1', {}, token))
    expect(seen.requestContext.authorizer.jwt).toMatchObject({
      claims: { sub: 'me', 'cognito:groups': '[admin reader]', level: '3' },
      scopes: null,
    })
    expect((await event('/open', { method: 'POST' })).requestContext.authorizer).toBeUndefined()
  })

  it('the local HTTP API returns 401 for a missing, broken or expired token, or one with a foreign audience or issuer', async () => {
    const past = Math.floor(Date.now() / 1000) - 60
    const tokens = {
      none: undefined,
      broken: `${local.token?.slice(0, -6)}AAAAAA`,
      expired: await local.signToken({ sub: 'me', exp: past }),
      audience: await local.signToken({ sub: 'me', client_id: 'another' }),
      issuer: await local.signToken({ sub: 'me', iss: 'https://example.com' }),
    }
    for (const [name, token] of Object.entries(tokens)) {
      const response = await fetch(`${local.apiUrl}/things/1`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      })
      expect([name, response.status, await response.json()]).toEqual([name, 401, { message: 'Unauthorized' }])
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })

  it('the local HTTP API returns 403 if the token lacks a scope that the route requires', async () => {
    const response = await ask('/scoped')
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }])
    const token = await local.signToken({ sub: 'me', scope: 'openid things/read' })
    const seen = await json(await ask('/scoped', {}, token))
    expect(seen.requestContext.authorizer.jwt.scopes).toEqual(['openid', 'things/read'])
  })

  it('the local HTTP API refuses a body of more than 10 MB', async () => {
    const body = new Uint8Array(10 * 1024 * 1024 + 1)
    const response = await ask('/open', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }])
  })

  it('the local HTTP API returns 503 if the integration takes too long, and 500 if it throws or returns a malformed response', async () => {
    const answers = await Promise.all(
      ['/slow', '/open/throw', '/open/malformed'].map(async (path) => {
        const response = await ask(path)
        return [response.status, await response.json()]
      }),
    )
    expect(answers).toEqual([
      [503, { message: 'Service Unavailable' }],
      [500, { message: 'Internal Server Error' }],
      [500, { message: 'Internal Server Error' }],
    ])
  })

  it('the local HTTP API returns status, headers, cookies and binary bodies, and turns a bare result into JSON', async () => {
    const response = await ask('/open/cookies')
    expect(response.status).toBe(201)
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
    expect(response.headers.get('x-one')).toBe('two')
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 10])
    expect(await json(await ask('/open/plain'))).toEqual({ answer: 42 })
    expect((await ask('/open/empty')).status).toBe(204)
  })

  it('the local HTTP API passes the remaining time, the memory size and the request id to the function', async () => {
    const told = await json(await ask('/open/remaining'))
    expect(told).toMatchObject({ memory: '192', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(told.remaining).toBeGreaterThan(4000)
    expect(told.remaining).toBeLessThanOrEqual(5000)
  })
})

describe("a function's environment", () => {
  it("a function's environment contains Lambda's variables, the template's variables and the service addresses, but no variable of the host", async () => {
    process.env.HOST_SECRET = mkdtempSync('/tmp/host-')
    const outcome = await local.invoke('Echo', { environment: true })
    const environment = outcome.status === 'ok' ? (outcome.payload as Record<string, string>) : {}
    expect(environment).toMatchObject({
      GREETING: 'servus',
      LOUD: 'yes',
      PORTS: '143+993',
      NODE_OPTIONS: '--enable-source-maps',
      _HANDLER: 'index.handler',
      AWS_LAMBDA_FUNCTION_NAME: 'Runner-local-Echo',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '192',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/Runner-local-Echo',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ACCESS_KEY_ID: 'Echo',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoints.dynamodb,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: local.endpoints.secretsManager,
      AWS_ENDPOINT_URL_KMS: local.endpoints.kms,
    })
    expect(environment.AWS_LAMBDA_LOG_STREAM_NAME).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]/)
    const known = /^(AWS_|LAMBDA_|_HANDLER|_X_AMZN|LANG$|TZ$|PATH$|HOME$|TMPDIR$|NODE_OPTIONS$|GREETING$|LOUD$|PORTS$)/
    expect(Object.keys(environment).filter((name) => !known.test(name))).toEqual([])
  })

  it('AWS clients in a function reach every service, and every service knows its caller', async () => {
    const outcome = await local.invoke('Services', { id: 'one' })
    expect(outcome).toEqual({
      status: 'ok',
      payload: {
        row: { id: { S: 'one' }, kind: { S: 'seen' } },
        object: [0, 1, 255],
        secret: 'quiet',
        tokenKeyLength: 40,
        dataKeyOpened: true,
        api: `${local.apiUrl}/`,
      },
    })
    expect(local.queueDepth('Inbox')).toMatchObject({ ready: 1 })
  })
})
