import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Cutter, cutBySize, turnOfTheLoop } from './cutting.ts'

export interface ProxyOptions {
  readonly to: { readonly host?: string; readonly port: number }
  /** Added to every round trip, half in each direction; throughput is not limited. */
  readonly delayMs?: number
  /** The maximum number of bytes in one write to the client. */
  readonly cut?: number
  /** Address to listen on; 127.0.0.1 by default. */
  readonly host?: string
}

/** The traffic since the start or the last `resetCounts`. */
export interface ProxyCounts {
  readonly connections: number
  /** How often the client sent data after receiving data (or first), without TCP's own handshake. */
  readonly roundTrips: number
  readonly bytesToServer: number
  readonly bytesToClient: number
}

export interface Proxy extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly counts: ProxyCounts
  resetCounts(): void
  /** Resets every open connection and continues to listen. */
  dropConnections(): void
  stop(): Promise<void>
}

/** Above this limit, the source is paused, so that a slow reader slows the server down as on a real connection. */
const bufferLimit = 64 * 1024 * 1024

/**
 * The bytes of one direction. Each leaves `delayMs` after it arrived. Only one timer runs at a time and handles
 * everything that is due, so a fast stream costs one timer per millisecond instead of one per chunk.
 */
class DelayLine {
  private readonly from: Socket
  private readonly to: Socket
  private readonly delayMs: number
  private readonly cut: Cutter | undefined
  private readonly onPass: (bytes: number) => void
  private waiting: { readonly due: number; readonly chunk: Buffer | undefined }[] = []
  private timer: NodeJS.Timeout | undefined
  private held = 0

  constructor(line: {
    from: Socket
    to: Socket
    delayMs: number
    cut: Cutter | undefined
    onPass: (bytes: number) => void
  }) {
    this.from = line.from
    this.to = line.to
    this.delayMs = line.delayMs
    this.cut = line.cut
    this.onPass = line.onPass
    const { to } = line
    to.on('drain', () => this.from.resume())
  }

  /** `undefined` means the end of the direction. */
  push(chunk: Buffer | undefined): void {
    if (this.delayMs === 0 && !this.cut) {
      this.pass(chunk)
      return
    }
    this.waiting.push({ due: performance.now() + this.delayMs, chunk })
    this.held += chunk?.length ?? 0
    if (this.held > bufferLimit) this.from.pause()
    this.arm()
  }

  stop(): void {
    clearTimeout(this.timer)
    this.waiting = []
  }

  private arm(): void {
    const first = this.waiting[0]
    if (this.timer || !first) return
    this.timer = setTimeout(() => this.release(), Math.max(0, Math.round(first.due - performance.now())))
  }

  private async release(): Promise<void> {
    // Timers count whole milliseconds. Firing half a millisecond early or late cancels out on average.
    const now = performance.now() + 0.5
    const due = this.waiting.findIndex((entry) => entry.due > now)
    const leaving = this.waiting.splice(0, due < 0 ? this.waiting.length : due)
    for (const { chunk } of leaving) {
      this.held -= chunk?.length ?? 0
      if (!chunk || !this.cut) this.pass(chunk)
      else
        for (const piece of this.cut(chunk)) {
          this.pass(piece)
          await turnOfTheLoop()
        }
    }
    if (this.held <= bufferLimit && this.to.writableLength <= bufferLimit) this.from.resume()
    this.timer = undefined
    this.arm()
  }

  private pass(chunk: Buffer | undefined): void {
    if (this.to.destroyed) return
    this.onPass(chunk?.length ?? 0)
    if (!chunk) this.to.end()
    else if (!this.to.write(chunk) && (this.delayMs === 0 || this.to.writableLength > bufferLimit)) this.from.pause()
  }
}

/** Starts a TCP proxy for one port. It counts the bytes on the connection, including TLS handshakes. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const half = (options.delayMs ?? 0) / 2
  const cut = options.cut === undefined ? undefined : cutBySize(options.cut)
  const host = options.host ?? '127.0.0.1'
  const sockets = new Set<Socket>()
  let counts = { connections: 0, roundTrips: 0, bytesToServer: 0, bytesToClient: 0 }

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const to = { host: options.to.host ?? '127.0.0.1', port: options.to.port }
    const upstream = connect({ ...to, noDelay: true, allowHalfOpen: true })
    let clientSpoke = false
    // Counted at the client's end: bytes that have left for the client, not those still delayed in the proxy.
    const delivered = (bytes: number) => {
      clientSpoke = false
      counts.bytesToClient += bytes
    }
    const sent = (bytes: number) => {
      counts.bytesToServer += bytes
    }
    const toServer = new DelayLine({ from: client, to: upstream, delayMs: half, cut: undefined, onPass: sent })
    const toClient = new DelayLine({ from: upstream, to: client, delayMs: half, cut, onPass: delivered })
    counts.connections += 1
    client.on('data', (chunk) => {
      if (!clientSpoke) counts.roundTrips += 1
      clientSpoke = true
      toServer.push(chunk)
    })
    upstream.on('data', (chunk) => toClient.push(chunk))
    client.on('end', () => toServer.push(undefined))
    upstream.on('end', () => toClient.push(undefined))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      // A reset on one side becomes a reset on the other. The proxy must not turn it into a clean end.
      socket.on('error', () => other.resetAndDestroy())
      socket.on('close', () => {
        sockets.delete(socket)
        if (sockets.has(client) || sockets.has(upstream)) return
        toServer.stop()
        toClient.stop()
      })
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })

  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get counts() {
      return { ...counts }
    },
    resetCounts() {
      counts = { connections: 0, roundTrips: 0, bytesToServer: 0, bytesToClient: 0 }
    },
    dropConnections() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
