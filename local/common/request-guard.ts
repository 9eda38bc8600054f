import type { IncomingMessage, RequestListener } from 'node:http'

/** The address to which every server of the local run binds. */
export const loopback = '127.0.0.1'

export interface GuardedServer {
  readonly port: number
  /** Whether browsers open pages of this server. If so, its own pages may call it, also under the name `localhost`. */
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

function guardRefusal(request: IncomingMessage, { port, pages }: GuardedServer): string | undefined {
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
