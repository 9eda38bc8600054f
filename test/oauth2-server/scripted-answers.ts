import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { ScriptedRequest } from './scripted-server.ts'

/** One request with its response. */
export interface ScriptedExchange {
  readonly request: ScriptedRequest
  /** 1 for the server's first request. */
  readonly count: number
  readonly response: ServerResponse
}

/** Responds to one request, or does not respond. */
export type ScriptedAnswer = (exchange: ScriptedExchange) => void | Promise<void>

const jsonType = 'application/json;charset=UTF-8'

/** Responds with any bytes and any status. */
export const raw =
  (body: string | Buffer, status = 200, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer =>
  ({ response }) => {
    response.writeHead(status, headers).end(body)
  }

export const json = (body: unknown, status = 200): ScriptedAnswer =>
  raw(JSON.stringify(body), status, { 'content-type': jsonType })

// --- responses according to RFC 6749 ----------------------------------------------------------------------------------

/**
 * New tokens, `access-1` and `refresh-1` for the first request. A field that is undefined is omitted, for example with
 * `tokens({ refresh_token: undefined })`.
 */
export const tokens =
  (fields: Readonly<Record<string, unknown>> = {}): ScriptedAnswer =>
  (exchange) =>
    json({
      access_token: `access-${exchange.count}`,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: `refresh-${exchange.count}`,
      ...fields,
    })(exchange)

/** An error response (section 5.2). */
export const refusal = (error: string, description?: string, status = 400): ScriptedAnswer =>
  json({ error, error_description: description }, status)

/**
 * New tokens for `first`, and then only for the last issued refresh token. A second use of a refresh token is rejected.
 */
export const rotating = (first: string): ScriptedAnswer => {
  let expected = first
  return (exchange) => {
    if (exchange.request.parameters.refresh_token !== expected)
      return refusal('invalid_grant', 'The refresh token was used before.')(exchange)
    expected = `refresh-${exchange.count}`
    return tokens()(exchange)
  }
}

/** Responds when `until` has settled. */
export const slow =
  (until: Promise<unknown>, answer: ScriptedAnswer = tokens()): ScriptedAnswer =>
  async (exchange) => {
    await until
    await answer(exchange)
  }

// --- responses that violate RFC 6749 ----------------------------------------------------------------------------------

/** Sends nothing and keeps the connection open. */
export const silent: ScriptedAnswer = () => undefined

/** Sends the beginning of a response and then nothing. */
export const silentAfter =
  (beginning: string): ScriptedAnswer =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': jsonType }).write(beginning)
  }

/** Sends a space every `milliseconds`, without an end. */
export const dripping =
  (milliseconds: number): ScriptedAnswer =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': jsonType })
    const timer = setInterval(() => response.write(' '), milliseconds)
    response.once('close', () => clearInterval(timer))
  }

/** Sends a JSON string with this number of bytes, or as many as the client accepts. */
export const huge =
  (bytes: number): ScriptedAnswer =>
  async ({ response }) => {
    response.writeHead(200, { 'content-type': jsonType }).write('{"access_token":"')
    const piece = 'a'.repeat(64 * 1024)
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    response.once('close', resolve)
    for (let sent = 0; sent < bytes && !response.destroyed; sent += piece.length) {
      if (response.write(piece)) continue
      const stop = new AbortController()
      await Promise.race([closed, once(response, 'drain', { signal: stop.signal }).catch(() => undefined)])
      stop.abort()
    }
    response.end('"}')
  }

export const html = (status = 200, body = '<!doctype html><title>Sign in</title><h1>Sign in</h1>'): ScriptedAnswer =>
  raw(body, status, { 'content-type': 'text/html; charset=utf-8' })

export const redirectTo = (location: string, status = 302): ScriptedAnswer =>
  raw('{"access_token":"from-a-redirect"}', status, { location, 'content-type': jsonType })

/** Sends a compressed response that was not requested. */
export const gzipped = (body: unknown): ScriptedAnswer =>
  raw(gzipSync(JSON.stringify(body)), 200, { 'content-type': jsonType, 'content-encoding': 'gzip' })

/** Resets the connection instead of responding. */
export const reset: ScriptedAnswer = ({ response }) => {
  response.socket?.resetAndDestroy()
}

/** Ends the connection in the middle of the response. */
export const cutOff: ScriptedAnswer = ({ response }) => {
  response.writeHead(200, { 'content-type': jsonType, 'content-length': '1000' })
  response.write('{"access_token":"cut', () => response.destroy())
}

/** Sends a response that is not HTTP. */
export const noHttp: ScriptedAnswer = ({ response }) => {
  response.socket?.end('220 mail.example.com ESMTP\r\n')
}
