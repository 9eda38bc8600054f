import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startProxy } from './proxy.ts'
import { RawSocket } from './raw-socket.ts'

const megabytes = 32
let target: Server
let port: number

beforeEach(async () => {
  // Greets; echoes lines; "flood" brings many bytes at once.
  target = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    socket.write('hello\r\n')
    socket.on('data', (chunk) => {
      if (!chunk.toString().startsWith('flood')) socket.write(chunk)
      else for (let sent = 0; sent < megabytes; sent += 1) socket.write(Buffer.alloc(1024 * 1024, 'x'))
      if (chunk.toString().startsWith('flood')) socket.end('\r\n')
      if (chunk.toString().startsWith('reset')) socket.resetAndDestroy()
    })
  })
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  const address = target.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  port = address.port
})
afterEach(() => {
  target.close()
})

const open = (to: number): Promise<RawSocket> => RawSocket.open('POP3', { host: '127.0.0.1', port: to, caPem: '' })

describe('the proxy', () => {
  test('counts round trips and bytes', async () => {
    await using proxy = await startProxy({ to: { port } })
    using raw = await open(proxy.port)
    await raw.until('hello\r\n')
    await raw.say('one', '\r\n')
    raw.send('two\r\nthree\r\n')
    await raw.until('three\r\n')
    expect(proxy.counts).toEqual({ connections: 1, roundTrips: 2, bytesToServer: 17, bytesToClient: 24 })
    proxy.resetCounts()
    await raw.say('four', '\r\n')
    expect(proxy.counts).toEqual({ connections: 0, roundTrips: 1, bytesToServer: 6, bytesToClient: 6 })
  })

  test('adds its delay to each round trip, and no more', async () => {
    await using proxy = await startProxy({ to: { port }, delayMs: 700 })
    using raw = await open(proxy.port)
    await raw.until('hello\r\n')
    const started = performance.now()
    for (let trip = 0; trip < 3; trip += 1) await raw.say('ping', '\r\n')
    const took = performance.now() - started
    expect(took).toBeGreaterThan(2_090)
    // Twice the delay would take 4.2 s; the rest is for a busy machine.
    expect(took).toBeLessThan(4_100)
    expect(proxy.counts.roundTrips).toBe(3)
  })

  test('a delay does not limit the throughput', async () => {
    await using proxy = await startProxy({ to: { port }, delayMs: 40 })
    using raw = await open(proxy.port)
    await raw.until('hello\r\n')
    const started = performance.now()
    raw.send('flood\r\n')
    expect(await raw.end()).toBe('end')
    expect(raw.all.length).toBe('hello\r\n\r\n'.length + megabytes * 1024 * 1024)
    // 32 MiB in windows of 64 KiB, each waiting 40 ms, would take 20 s.
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(proxy.counts.roundTrips).toBe(1)
  })

  test('cuts what goes to the client', async () => {
    await using proxy = await startProxy({ to: { port }, cut: 2 })
    using raw = await open(proxy.port)
    await raw.until('hello\r\n')
    expect(raw.reads.map(String)).toEqual(['he', 'll', 'o\r', '\n'])
  })

  test('passes a reset on as a reset, and drops connections itself', async () => {
    await using proxy = await startProxy({ to: { port } })
    using first = await open(proxy.port)
    await first.until('hello\r\n')
    first.send('reset\r\n')
    expect(await first.end()).toBe('ECONNRESET')
    using second = await open(proxy.port)
    await second.until('hello\r\n')
    proxy.dropConnections()
    expect(await second.end()).toBe('ECONNRESET')
  })

  test('resets the client where nobody listens', async () => {
    await using proxy = await startProxy({ to: { port: 1 } })
    using raw = await open(proxy.port)
    expect(await raw.end()).toBe('ECONNRESET')
  })
})
