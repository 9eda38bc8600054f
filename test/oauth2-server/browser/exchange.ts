import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** PEM of a certificate authority that replaces the built-in ones. */
  readonly caPem?: string | undefined
}

export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/**
 * Milliseconds. Long enough for a busy machine, and short enough that a hanging server does not block the whole run.
 */
const limitMs = 20_000

/**
 * Sends one request over its own connection. `fetch` is not used because it does not accept a certificate authority.
 */
export const exchange = async ({ method, url, headers, body, caPem }: Sent): Promise<Received> => {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = send(url, {
      method,
      headers,
      agent: false,
      signal: AbortSignal.timeout(limitMs),
      ...(caPem !== undefined && { ca: caPem }),
    })
    request.once('response', resolve)
    request.once('error', reject)
    request.end(body)
  })
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }
}
