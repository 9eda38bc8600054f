import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** PEM of a certificate authority, in place of the built-in ones. */
  readonly caPem?: string | undefined
}

export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The test machine may be busy; a server that hangs must not take the whole run. */
const limitMs = 20_000

/** One request on a connection of its own. Not `fetch`: that takes no certificate authority. */
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
