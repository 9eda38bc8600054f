import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { CertificateAuthority, CertificateKind } from '../mail-server/certificates.ts'

/** A server whose connections a test scripts byte by byte, for faults that an HTTP server cannot produce. */
export interface RawServer extends AsyncDisposable {
  readonly url: string
  /** The bytes that were received on each connection, after decryption. */
  readonly received: Buffer[]
  readonly openConnections: number
}

export interface RawServerOptions {
  /** Uses TLS with one of its certificates. */
  readonly authority?: CertificateAuthority
  readonly certificate?: CertificateKind
  /** The scheme of the URL. Without an authority, an `https` server never answers the TLS handshake. */
  readonly scheme?: 'https' | 'http'
  /** Called for each TCP connection, before TLS. */
  readonly onAccept?: (socket: Socket) => void
  /** Called when a connection can carry HTTP. */
  readonly onReady?: (socket: Socket) => void
  /** Called for each piece that arrives, with everything that has arrived on the connection. */
  readonly onData?: (socket: Socket, all: Buffer) => void
}

export const startRawServer = async (options: RawServerOptions): Promise<RawServer> => {
  const { authority, certificate = 'valid', scheme = authority ? 'https' : 'http', onAccept, onReady, onData } = options
  const sockets = new Set<Socket>()
  const received: Buffer[] = []
  const serve = (socket: Socket) => {
    const index = received.push(Buffer.alloc(0)) - 1
    socket.on('error', () => undefined)
    socket.on('data', (piece) => {
      const all = Buffer.concat([received[index] ?? Buffer.alloc(0), piece])
      received[index] = all
      onData?.(socket, all)
    })
    onReady?.(socket)
  }
  const server = authority ? createTlsServer(authority.servers[certificate], serve) : createServer(serve)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    onAccept?.(socket)
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `${scheme}://localhost:${(server.address() as AddressInfo).port}/hook`,
    received,
    get openConnections() {
      return sockets.size
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Whether everything of a request with a Content-Length has arrived. */
export const isWholeRequest = (all: Buffer): boolean => {
  const end = all.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /^content-length: (\d+)\r$/im.exec(all.toString('latin1', 0, end + 1))?.[1]
  return all.length - end - 4 >= Number(length)
}
