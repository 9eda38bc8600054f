import type { ServerResponse } from 'node:http'
import * as z from 'zod'

const responseSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/**
 * Sends a function's result as an HTTP API does. A result without a status code becomes a JSON body.
 * @returns false if the result is malformed
 */
export const sendProxyResponse = (payload: unknown, response: ServerResponse): boolean => {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload)) {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(typeof payload === 'string' ? payload : JSON.stringify(payload))
    return true
  }
  const parsed = responseSchema.safeParse(payload)
  if (!parsed.success) return false
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data
  try {
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value)
    if (cookies !== null && cookies !== undefined && cookies.length > 0) response.setHeader('set-cookie', cookies)
  } catch {
    for (const name of response.getHeaderNames()) response.removeHeader(name)
    return false
  }
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8')
  if (!response.hasHeader('content-type') && bytes.length > 0)
    response.setHeader('content-type', 'text/plain;charset=UTF-8')
  response.statusCode = statusCode
  if (statusCode !== 204 && statusCode !== 304) response.setHeader('content-length', bytes.length)
  response.end(bytes)
  return true
}

/** Sends one of the gateway's own responses. */
export const sendMessage = (
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ message }))
}
