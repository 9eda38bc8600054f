import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startProxy } from './proxy.ts'
import { RawSocket } from './raw-socket.ts'

const megabytes = 32
let target: Server
let port: number

beforeEach(async () => {
  // Greets, echoes lines, and sends many bytes at once after "flood".
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
  test('the proxy counts round trips and bytes', async () => {
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

  test('the proxy adds exactly its delay to each round trip', async () => {
    await using proxy = await startProxy({ to: { port }, delayMs: 700 })
    using raw = await open(proxy.port)
    await raw.until('hello\r\n')
    const started = performance.now()
    for (let trip = 0; trip < 3; trip += 1) await raw.say('ping', '\r\n')
    const took = performance.now() - started
    expect(took).toBeGreaterThan(2_090)
    // Twice the delay would take 4.2 s. The margin is for a busy machine.
    expect(took).toBeLessThan(4_100)
    expect(proxy.counts.roundTrips).toBe(3)
  })

  test('the proxy does not limit the throughput with its delay', async () => {
    await using proxy = await startProxy({ to: { port }, delayMs: 40 })
    using raw = await open(proxy.port)
    await raw.until('hello\r\n')
    const started = performance.now()
    raw.send('flood\r\n')
    expect(await raw.end()).toBe('end')
    expect(raw.all.length).toBe('hello\r\n\r\n'.length + megabytes * 1024 * 1024)
    // 32 MiB in windows of 64 KiB with a wait of 40 ms each would take 20 s.
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(proxy.counts.roundTrips).toBe(1)
  })

  test('the proxy cuts the bytes to the client into pieces', async () => {
    await using proxy = await startProxy({ to: { port }, cut: 2 })
    using raw = await open(proxy.port)
    await raw.until('hello\r\n')
    expect(raw.reads.map(String)).toEqual(['he', 'll', 'o\r', '\n'])
  })

  test('the proxy passes on a reset as a reset, and can drop connections', async () => {
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

  test('the proxy resets the client if the target refuses the connection', async () => {
    await using proxy = await startProxy({ to: { port: 1 } })
    using raw = await open(proxy.port)
    expect(await raw.end()).toBe('ECONNRESET')
  })
})
