import { createServer, type RequestListener, type Server } from 'node:http'
import { LocalError, systemCode } from '../common/errors.ts'

export const loopback = '127.0.0.1'

/** An HTTP server on loopback; port 0 takes a free one. */
export interface LoopbackServer {
  readonly port: number
  readonly url: string
  close(): Promise<void>
}

export async function listenOnLoopback(port: number, listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener)
  const bound = await listening(server, port)
  return { port: bound, url: `http://${loopback}:${bound}`, close: () => closed(server) }
}

/** Binds a server made elsewhere; a busy port is an error a person can mend. */
export function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const reason =
        systemCode(error) === 'EADDRINUSE'
          ? `Port ${port} is in use by another program`
          : `Port ${port} cannot be opened (${systemCode(error) ?? error.message})`
      reject(new LocalError('port', `${reason}; choose another one with --port NUMBER.`, { cause: error }))
    }
    server.once('error', failed)
    server.listen(port, loopback, () => {
      server.off('error', failed)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Ends every connection, idle or not, and waits until the server is closed. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // dynalite's own close calls back with null.
    server.close((error) => (error && systemCode(error) !== 'ERR_SERVER_NOT_RUNNING' ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}

export async function readBody(request: AsyncIterable<Buffer>, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
