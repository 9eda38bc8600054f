import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listeningSockets } from '../support/processes.ts'
import { rawRequest, statusOf } from '../support/raw-request.ts'
import { eventually, fixtureStacks, temporaryFolder } from './support/fixture-assembly.ts'

const start = fileURLToPath(new URL('../../local/start.mjs', import.meta.url))
const folder = temporaryFolder()
let child: ChildProcess
let apiPort: number
/** Every port of the run, including those of the functions' Runtime APIs. */
let ports: number[]

beforeAll(async () => {
  const args = ['--app', fixtureStacks, '--data', join(folder, 'data'), '--port', '0', '--no-schedule']
  child = spawn(process.execPath, [start, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  apiPort = Number(await eventually(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1], 30_000))
  // A function that has run once keeps running, and so does its Runtime API.
  expect((await fetch(`http://127.0.0.1:${apiPort}/open`, { method: 'POST' })).status).toBe(200)
  ports = listeningSockets(child.pid).map(({ port }) => port)
}, 60_000)
afterAll(() => {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})

const post = (port: number, headers: readonly string[], body = '{}') =>
  rawRequest(
    port,
    [
      'POST / HTTP/1.1',
      ...headers.map((header) => header.replaceAll('PORT', String(port))),
      'Content-Type: text/plain',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ],
    body,
  )

describe('every port of a running local stack', { timeout: 60_000 }, () => {
  it('the ports of a local run include the HTTP API, five emulators and a Runtime API', () => {
    expect(ports).toContain(apiPort)
    expect(ports.length).toBeGreaterThanOrEqual(7)
    expect(listeningSockets(child.pid).map(({ address }) => address)).toEqual(ports.map(() => '0100007F'))
  })

  it.each([
    ['a page of another site', ['Host: 127.0.0.1:PORT', 'Origin: https://evil.example']],
    ['a page of another port of this machine', ['Host: 127.0.0.1:PORT', 'Origin: http://127.0.0.1:1']],
    ['a page whose origin is hidden', ['Host: 127.0.0.1:PORT', 'Origin: null']],
    ['a page whose browser sends no origin', ['Host: 127.0.0.1:PORT', 'Sec-Fetch-Site: cross-site']],
    ['a page of another port whose browser sends no origin', ['Host: 127.0.0.1:PORT', 'Sec-Fetch-Site: same-site']],
    ['a name that was rebound to this machine', ['Host: evil.example:PORT']],
    ['a name that was rebound, with its own origin', ['Host: evil.example:PORT', 'Origin: http://evil.example:PORT']],
    ['a name that begins like an allowed one', ['Host: 127.0.0.1.evil.example:PORT']],
    ['the right host on a wrong port', ['Host: 127.0.0.1:1']],
    ['the right host without its port', ['Host: 127.0.0.1']],
    ['another spelling of loopback', ['Host: 127.1:PORT']],
    ['the IPv6 loopback', ['Host: [::1]:PORT']],
    ['user information before the host', ['Host: 127.0.0.1:PORT@evil.example']],
    ['two hosts, the right one first', ['Host: 127.0.0.1:PORT', 'Host: evil.example']],
    ['two hosts, the right one last', ['Host: evil.example', 'Host: 127.0.0.1:PORT']],
    ['two equal hosts', ['Host: 127.0.0.1:PORT', 'Host: 127.0.0.1:PORT']],
    ['an empty host', ['Host:']],
    ['two origins', ['Host: 127.0.0.1:PORT', 'Origin: http://127.0.0.1:PORT', 'Origin: https://evil.example']],
  ])('every port of a local run refuses %s', async (_, headers) => {
    for (const port of ports) {
      const response = await post(port, headers)
      // Node itself responds to a malformed Host with 400.
      expect([port, statusOf(response)]).toEqual([port, expect.toBeOneOf([400, 403])])
      expect(response.toLowerCase()).not.toContain('access-control-')
    }
  })

  it('every port of a local run refuses CORS preflights, including those for private networks', async () => {
    for (const port of ports)
      for (const header of ['Access-Control-Request-Method: POST', 'Access-Control-Request-Private-Network: true']) {
        const lines = ['OPTIONS / HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Origin: https://evil.example', header]
        const response = await rawRequest(port, [...lines, 'Connection: close'])
        expect([port, statusOf(response)]).toEqual([port, 403])
        expect(response.toLowerCase()).not.toContain('access-control-')
      }
  })

  it('every port of a local run refuses a page that opens a WebSocket', async () => {
    for (const port of ports) {
      const lines = ['GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Upgrade: websocket', 'Connection: Upgrade']
      const key = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13']
      const response = await rawRequest(port, [...lines, ...key, 'Origin: https://evil.example'])
      expect([port, statusOf(response)]).toEqual([port, 403])
    }
  })

  it('every port of a local run refuses HTTP/1.0 without a host, whole URLs as targets, and CONNECT', async () => {
    for (const port of ports) {
      expect([port, statusOf(await rawRequest(port, ['GET / HTTP/1.0']))]).toEqual([port, 403])
      for (const target of [`http://127.0.0.1:${port}/`, 'http://evil.example/', '*', 'evil']) {
        const lines = [`OPTIONS ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close']
        expect([port, target, statusOf(await rawRequest(port, lines))]).toEqual([
          port,
          target,
          expect.toBeOneOf([400, 403]),
        ])
      }
      const tunnel = await rawRequest(port, [`CONNECT 127.0.0.1:${port} HTTP/1.1`, `Host: 127.0.0.1:${port}`])
      expect([port, tunnel]).toEqual([port, expect.not.stringMatching(/^HTTP\/1\.1 2/)])
    }
  })

  it('every port of a local run explains a refusal in one sentence and the remedy in another', async () => {
    for (const port of ports) {
      const response = await post(port, ['Host: evil.example'])
      expect(response).toMatch(/\r\n\r\nThe local run refuses this request .*\. \w.*\.\n$/)
    }
  })
})

describe('the port of the HTTP API', { timeout: 20_000 }, () => {
  const statusOfPost = async (...headers: readonly string[]) => statusOf(await postOpen(headers))
  const postOpen = (headers: readonly string[]) =>
    rawRequest(
      apiPort,
      [
        'POST /open HTTP/1.1',
        ...headers.map((header) => header.replaceAll('PORT', String(apiPort))),
        'Content-Type: application/json',
        'Content-Length: 2',
        'Connection: close',
      ],
      '{}',
    )
  const navigation = ['Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document']

  it.each([
    ['a program', ['Host: 127.0.0.1:PORT']],
    ['a program that uses the name localhost', ['Host: localhost:PORT']],
    ['a host in uppercase', ['Host: LOCALHOST:PORT']],
    ['its own page', ['Host: localhost:PORT', 'Origin: http://localhost:PORT', 'Sec-Fetch-Site: same-origin']],
    ['its own page under the address', ['Host: 127.0.0.1:PORT', 'Origin: http://127.0.0.1:PORT']],
    ['its own page without a referrer', ['Host: localhost:PORT', 'Origin: null', 'Sec-Fetch-Site: same-origin']],
    ['a browser extension or a bookmark', ['Host: localhost:PORT', 'Sec-Fetch-Site: none']],
  ])('the port of the HTTP API accepts %s', async (_, headers) => {
    expect(await statusOfPost(...headers)).toBe(200)
  })

  it.each([
    ['a form of another site', ['Host: localhost:PORT', 'Sec-Fetch-Site: cross-site', ...navigation]],
    ['a form of another port', ['Host: localhost:PORT', 'Sec-Fetch-Site: same-site', ...navigation]],
    ['a page of another scheme', ['Host: localhost:PORT', 'Origin: https://localhost:PORT']],
    [
      'a page whose host begins like an allowed one',
      ['Host: localhost:PORT', 'Origin: http://localhost:PORT.evil.example'],
    ],
  ])('the port of the HTTP API refuses %s', async (_, headers) => {
    expect(await statusOfPost(...headers)).toBe(403)
  })

  it('the port of the HTTP API accepts a person who follows a link from another site, but no frame or image of that site', async () => {
    const get = async (...headers: readonly string[]) => {
      const head = ['GET /things/1 HTTP/1.1', `Host: localhost:${apiPort}`, 'Sec-Fetch-Site: cross-site']
      return statusOf(await rawRequest(apiPort, [...head, ...headers, 'Connection: close']))
    }
    // The route itself requires a token.
    expect(await get(...navigation)).toBe(401)
    expect(await get('Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe')).toBe(403)
    expect(await get('Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image')).toBe(403)
    expect(await get('Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty')).toBe(403)
  })
})

describe('every port except that of the HTTP API', { timeout: 60_000 }, () => {
  const date = () => `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
  const authorization = (id: string) =>
    `Authorization: AWS4-HMAC-SHA256 Credential=${id}/${date().slice(0, 8)}/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${'0'.repeat(64)}`
  const hash = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'

  it.each([
    ['a request without a signature', () => []],
    ['a wrong signature', () => [authorization('Services'), `X-Amz-Date: ${date()}`, `X-Amz-Content-Sha256: ${hash}`]],
    ['a signature in the old constant form', () => [authorization('local-test'), 'X-Amz-Date: 20000101T000000Z']],
    ['a session token without a signature', () => ['X-Amz-Security-Token: local-session-token']],
    ['a bearer token', () => ['Authorization: Bearer x']],
  ])('every port except that of the HTTP API refuses %s', async (_, headers) => {
    for (const port of ports.filter((one) => one !== apiPort)) {
      for (const target of [
        'X-Amz-Target: DynamoDB_20120810.ListTables',
        'X-Amz-Target: secretsmanager.ListSecrets',
        'X-Amz-Target: AmazonSQS.ListQueues',
        'X-Amz-Target: TrentService.ListKeys',
        'X-Other: none',
      ]) {
        const response = await post(port, ['Host: 127.0.0.1:PORT', ...headers(), target])
        // S3 does not support POST requests to its root, signed or not.
        expect([port, target, statusOf(response)]).toEqual([port, target, expect.toBeOneOf([400, 403, 501])])
        expect(response).not.toMatch(/TableNames|SecretList|QueueUrls/)
      }
    }
  })

  it('a Runtime API passes no invocation to a caller that does not know its path, and accepts no response from it', async () => {
    for (const port of ports.filter((one) => one !== apiPort))
      for (const path of [
        '/2018-06-01/runtime/invocation/next',
        '/x/2018-06-01/runtime/invocation/next',
        '//2018-06-01/runtime/invocation/next',
      ]) {
        const lines = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close']
        expect([port, statusOf(await rawRequest(port, lines))]).toEqual([port, expect.toBeOneOf([400, 403, 501])])
      }
  })
})
