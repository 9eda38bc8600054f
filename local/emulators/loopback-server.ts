import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { LocalError, systemCode } from '../common/errors.ts'
import { guarded, loopback } from '../common/request-guard.ts'

/** An HTTP server on loopback. */
export interface LoopbackServer {
  readonly port: number
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts a server on loopback behind the guard. Every server of the local run uses this function. Port 0 selects a free
 * port.
 */
export async function listenOnLoopback(
  port: number,
  listener: RequestListener,
  /**
   * `server`: a server that a package has created. Its own request listeners are removed. `pages`: see `GuardedServer`.
   */
  { server = createServer(), pages = false }: { readonly server?: Server; readonly pages?: boolean } = {},
): Promise<LoopbackServer> {
  server.keepAliveTimeout = 60_000
  server.removeAllListeners('request')
  const bound = await listening(server, port)
  server.on('request', guarded({ port: bound, pages }, listener))
  return { port: bound, url: `http://${loopback}:${bound}`, close: () => closed(server) }
}

/** A busy port is an error that a person can fix. */
function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const reason =
        systemCode(error) === 'EADDRINUSE'
          ? `Port ${port} is in use by another program`
          : `Port ${port} cannot be opened (${systemCode(error) ?? error.message})`
      reject(new LocalError('port', `${reason}. Choose another port with --port NUMBER.`, { cause: error }))
    }
    server.once('error', failed)
    server.listen(port, loopback, () => {
      server.off('error', failed)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Ends every connection, idle or active, and waits until the server is closed. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // dynalite's own `close` passes null to its callback.
    server.close((error) => (error && systemCode(error) !== 'ERR_SERVER_NOT_RUNNING' ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}

/** @returns undefined if the body has more than `limit` bytes; the rest of it is discarded */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) resolve(undefined)
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', () => reject(new Error('The caller closed the connection.')))
  })
}
