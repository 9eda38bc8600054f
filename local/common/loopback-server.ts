import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { LocalError, systemCode } from './errors.ts'

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
export const listenOnLoopback = async (
  port: number,
  listener: RequestListener,
  /**
   * `server`: a server that a package has created. Its own request listeners are removed. `pages`: see `GuardedServer`.
   */
  { server = createServer(), pages = false }: { readonly server?: Server; readonly pages?: boolean } = {},
): Promise<LoopbackServer> => {
  server.keepAliveTimeout = 60_000
  server.removeAllListeners('request')
  const bound = await listening(server, port)
  server.on('request', guarded({ port: bound, pages }, listener))
  return { port: bound, url: `http://${loopback}:${bound}`, close: () => closed(server) }
}

/**
 * Checks that a port is free, before other work that takes long.
 * @throws LocalError if it is in use or cannot be opened
 */
export const checkPort = async (port: number): Promise<void> => {
  const server = createServer()
  await listening(server, port)
  await closed(server)
}

/** A busy port is an error that a person can fix. */
const listening = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      const problem =
        systemCode(error) === 'EADDRINUSE'
          ? `Port ${port} is in use, perhaps by another run. Stop it, or use another port`
          : `Port ${port} cannot be opened (${systemCode(error) ?? error.message}). Use another port`
      const remedy = 'add `-- --port NUMBER`'
      reject(new LocalError('port', `${problem}: ${remedy}.`, { cause: error }))
    }
    server.once('error', failed)
    server.listen(port, loopback, () => {
      server.off('error', failed)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

/** Ends every connection, idle or active, and waits until the server is closed. */
const closed = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    // dynalite's own `close` passes null to its callback.
    server.close((error) => (error && systemCode(error) !== 'ERR_SERVER_NOT_RUNNING' ? reject(error) : resolve()))
    server.closeAllConnections()
  })

/** @returns undefined if the body has more than `limit` bytes; the rest of it is discarded */
export const readBody = (request: IncomingMessage, limit: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) resolve(undefined)
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
    // An error with its stack takes long to create, and every request closes in the end.
    request.once('close', () => request.readableEnded || reject(new Error('The caller closed the connection.')))
  })

/** The address to which every server of the local run binds. */
export const loopback = '127.0.0.1'

export interface GuardedServer {
  readonly port: number
  /** Whether browsers open pages of this server. If so, its own pages may call it, even under the name `localhost`. */
  readonly pages: boolean
}

/**
 * Puts the guard in front of a server on loopback. The loopback address keeps other machines out, but not web pages in
 * a browser on this machine, which can send requests to any port. The guard refuses their requests by `Origin` and
 * `Sec-Fetch-Site`, and it refuses requests of a site that has rebound its own name to loopback by `Host`.
 */
export const guarded =
  (server: GuardedServer, listener: RequestListener): RequestListener =>
  (request, response) => {
    const refusal = guardRefusal(request, server)
    if (refusal === undefined) return listener(request, response)
    const text = `The local run refuses this request ${refusal}\n`
    response.writeHead(403, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': text.length,
      // The guard does not read the body, so the connection cannot be reused.
      connection: 'close',
    })
    response.end(request.method === 'HEAD' ? undefined : text)
  }

const guardRefusal = (request: IncomingMessage, { port, pages }: GuardedServer): string | undefined => {
  const names = pages ? [loopback, 'localhost'] : [loopback]
  // Clients omit the default port.
  const hosts = names.map((name) => (port === 80 ? name : `${name}:${port}`))
  const { host = [], origin = [], 'sec-fetch-site': site = [] } = request.headersDistinct
  if (host.length !== 1 || !hosts.includes(host[0]?.toLowerCase() ?? '')) {
    return `because its Host header names another server. Send it directly to http://${hosts[0]}, without a proxy or a tunnel.`
  }
  if (!request.url?.startsWith('/')) {
    return 'because its target is not a path. Send it directly and not through a proxy.'
  }
  const ownPage = pages && site[0] === 'same-origin'
  const origins = pages ? hosts.map((one) => `http://${one}`) : []
  // Our pages can send the origin `null` because of their referrer policy; then `Sec-Fetch-Site` identifies them.
  if (!ownPage && (origin.length > 1 || origin.some((one) => !origins.includes(one)))) return fromPage
  if (site.length > 0 && !ownPage && site[0] !== 'none' && !isNavigation(request)) return fromPage
  return undefined
}

const fromPage =
  'because a web page of another site sent it. Use the command line, or a program that sends no Origin header.'

/**
 * A person follows a link, or a sign-in service redirects the browser back. The page that led here cannot read the
 * response.
 */
const isNavigation = ({ method, headers }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  headers['sec-fetch-mode'] === 'navigate' &&
  headers['sec-fetch-dest'] === 'document'
