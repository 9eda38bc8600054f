import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answerLimit, type HttpPost, type HttpResult, isAnswer, postHttp } from '../../../lib/network/http-exchange.ts'
import { isWholeRequest, type RawServerOptions, startRawServer } from '../../http-server/raw-server.ts'
import { createCertificates } from '../../mail-server/certificates.ts'
import {
  cutOff,
  dripping,
  gzipped,
  huge,
  noHttp,
  raw,
  redirectTo,
  reset,
  silent,
  silentAfter,
} from '../../oauth2-server/scripted-answers.ts'
import { type ScriptedServerOptions, startScriptedServer } from '../../oauth2-server/scripted-server.ts'

const authority = await createCertificates()
const never = new AbortController().signal
const policy = { allowPrivateAddresses: true, allowClearTextOnLoopback: true }
const small = Buffer.from('{"hello":"world"}')

const post = (url: string, change: Partial<HttpPost> = {}, signal = never): Promise<HttpResult> =>
  postHttp(
    {
      url: new URL(url),
      headers: { 'content-type': 'application/json' },
      body: [small],
      length: small.length,
      policy,
      time: 20_000,
      customCa: authority.caPem,
      ...change,
    },
    signal,
  )

const scripted = async (options: ScriptedServerOptions = { authority }) => {
  const server = await startScriptedServer(options)
  onTestFinished(() => server.stop())
  return server
}

const rawServer = async (options: RawServerOptions) => {
  const server = await startRawServer(options)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

/** Pieces of a large body. */
const pieces = function* (size: number, length = 64 * 1024) {
  for (let sent = 0; sent < size; sent += length) yield Buffer.alloc(Math.min(length, size - sent), 'a')
}

describe('HTTP exchange', () => {
  it('HTTP exchange sends the exact bytes with their length and returns the answer', async () => {
    const server = await scripted()
    server.otherwise = raw('{"ticket":"1"}', 201, { 'retry-after': '7', location: '/elsewhere' })
    expect(await post(`${server.url}/hook?a=b`, { headers: { 'webhook-id': 'x' } })).toEqual({
      status: 201,
      retryAfter: '7',
      location: '/elsewhere',
      body: Buffer.from('{"ticket":"1"}'),
      bytes: small.length,
    })
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'POST', path: '/hook?a=b', body: small })
    expect(request?.headers).toMatchObject({
      'webhook-id': 'x',
      'user-agent': 'Postmaster',
      'content-length': String(small.length),
      connection: 'close',
    })
    expect(request?.headers).not.toHaveProperty('transfer-encoding')
  })

  it('HTTP exchange streams a body of 20 MB as fast as the server reads it', async () => {
    const server = await scripted()
    const size = 20 * 1024 * 1024
    let ahead = 0
    const body = async function* () {
      for (const piece of pieces(size)) {
        ahead += piece.length
        yield piece
      }
    }
    server.otherwise = raw('ok')
    const result = await post(server.url, { body: body(), length: size })
    expect(result).toMatchObject({ status: 200, bytes: size })
    expect(server.requests[0]?.body.length).toBe(size)
    expect(ahead).toBe(size)
  })

  it('HTTP exchange reads no more of the body than the connection takes', async () => {
    const server = await rawServer({ authority, onReady: (socket) => socket.pause() })
    let read = 0
    const body = function* () {
      for (const piece of pieces(200 * 1024 * 1024)) {
        read += piece.length
        yield piece
      }
    }
    const result = await post(server.url, { body: body(), length: 200 * 1024 * 1024, time: 2000 })
    expect(result).toMatchObject({ code: 'no-answer-in-time', sent: 'part' })
    expect(read).toBeLessThan(20 * 1024 * 1024)
  })

  it.each([
    ['nothing after the connection', { scheme: 'https' }, 'connection-timed-out', 'nothing'],
    ['nothing after the request', { authority }, 'no-answer-in-time', 'all'],
    [
      'nothing after half a status line',
      { authority, onData: (socket) => socket.write('HTTP/1.1 2') },
      'no-answer-in-time',
      'all',
    ],
    [
      'nothing in the middle of the header',
      { authority, onData: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-type: te') },
      'no-answer-in-time',
      'all',
    ],
  ] as const satisfies ReadonlyArray<readonly [string, RawServerOptions, string, string]>)(
    'HTTP exchange: a server that sends %s does not block the caller',
    async (_, options, code, sent) => {
      const server = await rawServer(options)
      const started = performance.now()
      expect(await post(server.url, { time: 500 })).toMatchObject({ code, sent })
      expect(performance.now() - started).toBeLessThan(10_000)
    },
  )

  it.each([
    ['hangs after the beginning', silentAfter('{"ticket":"1"'), '{"ticket":"1"'],
    ['drips', dripping(20), ' '],
    ['breaks off', cutOff, '{"access_token":"cut'],
  ])('HTTP exchange: an answer whose body %s has its status and its beginning', async (_, answer, beginning) => {
    const server = await scripted()
    server.otherwise = answer
    const result = await post(server.url, { time: 700 })
    expect(result).toMatchObject({ status: 200 })
    expect(isAnswer(result) && result.body.toString().startsWith(beginning)).toBe(true)
  })

  it('HTTP exchange: an answer of 1 GB is read up to the limit', async () => {
    const server = await scripted()
    server.otherwise = huge(1024 ** 3)
    const started = performance.now()
    const result = await post(server.url)
    expect(isAnswer(result) && result.body.length).toBe(answerLimit)
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  it('HTTP exchange: a compressed answer is not decompressed', async () => {
    const server = await scripted()
    server.otherwise = gzipped({ ticket: '1' })
    const result = await post(server.url)
    expect(isAnswer(result) && result.body.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]))
  })

  it('HTTP exchange does not follow redirects, not even to a metadata address', async () => {
    const server = await scripted()
    server.otherwise = redirectTo('http://169.254.169.254/latest/meta-data/', 307)
    expect(await post(server.url)).toMatchObject({
      status: 307,
      location: 'http://169.254.169.254/latest/meta-data/',
    })
    expect(server.requests).toHaveLength(1)
  })

  it('HTTP exchange: a reset after the full request leaves open whether the server acted on it', async () => {
    const server = await scripted({})
    server.otherwise = reset
    expect(await post(server.url)).toEqual({ code: 'connection-lost', sent: 'all', bytes: small.length })
    expect(server.requests).toHaveLength(1)
  })

  it('HTTP exchange: an end of the connection after the full request also leaves it open', async () => {
    const server = await rawServer({ authority, onData: (socket, all) => isWholeRequest(all) && socket.end() })
    expect(await post(server.url)).toMatchObject({ code: 'connection-lost', sent: 'all' })
  })

  it('HTTP exchange: a reset before TLS means that nothing was sent', async () => {
    const server = await rawServer({ authority, onAccept: (socket) => socket.resetAndDestroy() })
    expect(await post(server.url)).toMatchObject({ sent: 'nothing', bytes: 0 })
  })

  it('HTTP exchange: a reset in the middle of the body means that the server has only a part', async () => {
    const server = await rawServer({ authority, onData: (socket, all) => all.length > 100_000 && socket.destroy() })
    const size = 50 * 1024 * 1024
    const result = await post(server.url, { body: pieces(size), length: size })
    expect(result).toMatchObject({ code: 'connection-lost', sent: 'part' })
    expect(result.bytes).toBeLessThan(size)
  })

  it('HTTP exchange: an answer before the end of the body counts', async () => {
    const server = await rawServer({
      authority,
      onData: (socket, all) =>
        all.length > 100_000 && socket.writable && socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig'),
    })
    const size = 50 * 1024 * 1024
    const slowly = async function* () {
      for (const piece of pieces(size)) {
        yield piece
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    expect(await post(server.url, { body: slowly(), length: size })).toMatchObject({ status: 413 })
  })

  it.each([
    ['is shorter than its length', [Buffer.from('{"hel')]],
    ['is longer than its length', [small, small]],
    [
      'fails',
      Readable.from(
        (function* () {
          yield small.subarray(0, 5)
          throw new Error('secret in an error')
        })(),
      ),
    ],
  ])('HTTP exchange: a body that %s never becomes a complete request', async (_, body) => {
    const server = await rawServer({ authority })
    const result = await post(server.url, { body })
    expect(result).toMatchObject({ code: 'body-not-readable', sent: 'part' })
    expect(JSON.stringify(result)).not.toContain('secret')
    expect(server.received.some(isWholeRequest)).toBe(false)
  })

  it('HTTP exchange: an answer that is not HTTP is reported as such', async () => {
    const server = await scripted()
    server.otherwise = noHttp
    expect(await post(server.url)).toMatchObject({ code: 'answer-not-http' })
  })

  it('HTTP exchange: a change of the protocol that nothing asked for is not an answer, and ends the exchange', async () => {
    const server = await rawServer({
      authority,
      onData: (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    })
    expect(await post(server.url)).toMatchObject({ code: 'answer-not-http' })
  })

  it('HTTP exchange: an answer with an endless header is reported as such', async () => {
    const server = await rawServer({
      authority,
      onData: (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}`),
    })
    expect(await post(server.url)).toMatchObject({ code: 'answer-not-http' })
  })

  it.each([
    ['other-name', 'certificate-name-mismatch'],
    ['expired', 'certificate-expired'],
    ['self-signed', 'certificate-not-trusted'],
  ] as const)('HTTP exchange: nothing is sent to a server with a certificate that is %s', async (certificate, code) => {
    const server = await scripted({ authority, certificate })
    expect(await post(server.url)).toEqual({ code, sent: 'nothing', bytes: 0 })
    expect(server.requests).toEqual([])
  })

  it('HTTP exchange: a custom CA replaces the public authorities', async () => {
    const server = await scripted()
    expect(await post(server.url, { customCa: undefined })).toMatchObject({ code: 'certificate-not-trusted' })
  })

  it('HTTP exchange connects to the checked address, even if the name resolves differently afterwards', async () => {
    const server = await scripted()
    const answers = [['127.0.0.1'], ['169.254.169.254']]
    let lookups = 0
    const resolver = async () => answers[lookups++] ?? []
    expect(await post(server.url, { resolver })).toMatchObject({ status: 200 })
    expect(lookups).toBe(1)
    const closed = { ...policy, allowPrivateAddresses: false }
    expect(await post(server.url, { resolver, policy: closed })).toEqual({
      code: 'address-not-allowed',
      sent: 'nothing',
      bytes: 0,
    })
  })

  it('HTTP exchange does not use a proxy from the environment', async () => {
    const server = await scripted()
    const proxy = await scripted({})
    const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
    const before = names.map((name) => [name, process.env[name]] as const)
    onTestFinished(() => {
      for (const [name, value] of before)
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
    })
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url
    expect(await post(server.url)).toMatchObject({ status: 200 })
    expect(proxy.requests).toEqual([])
  })

  it('HTTP exchange ends when the caller aborts it', async () => {
    const server = await scripted()
    server.otherwise = silent
    const stop = new AbortController()
    const result = post(server.url, {}, stop.signal)
    await server.received(1)
    stop.abort()
    expect(await result).toMatchObject({ code: 'no-answer-in-time', sent: 'all' })
  })

  it('HTTP exchange closes its connection', async () => {
    const server = await scripted()
    await post(server.url)
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('HTTP exchange reports a header that cannot be sent as a defect', async () => {
    const server = await scripted()
    await expect(post(server.url, { headers: { 'x-a': 'line\nbreak' } })).rejects.toThrow('Invalid character')
    expect(server.requests).toEqual([])
  })
})
