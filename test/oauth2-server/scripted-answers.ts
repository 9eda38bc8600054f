import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { ScriptedRequest } from './scripted-server.ts'

/** One request as an answer sees it. */
export interface ScriptedExchange {
  readonly request: ScriptedRequest
  /** 1 for the server's first request. */
  readonly count: number
  readonly response: ServerResponse
}

/** Answers one request, or does not. */
export type ScriptedAnswer = (exchange: ScriptedExchange) => void | Promise<void>

const jsonType = 'application/json;charset=UTF-8'

/** Whatever bytes, under whatever status. */
export const raw =
  (body: string | Buffer, status = 200, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer =>
  ({ response }) => {
    response.writeHead(status, headers).end(body)
  }

export const json = (body: unknown, status = 200): ScriptedAnswer =>
  raw(JSON.stringify(body), status, { 'content-type': jsonType })

// --- as RFC 6749 has it -----------------------------------------------------------------------------------------------

/** New tokens, `access-1` and `refresh-1` for the first request. A field set to undefined is left out: `tokens({ refresh_token: undefined })`. */
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

/** Section 5.2. */
export const refusal = (error: string, description?: string, status = 400): ScriptedAnswer =>
  json({ error, error_description: description }, status)

/** New tokens for `first` and then only for the refresh token given out last: whoever uses one twice is refused. */
export const rotating = (first: string): ScriptedAnswer => {
  let expected = first
  return (exchange) => {
    if (exchange.request.parameters.refresh_token !== expected)
      return refusal('invalid_grant', 'The refresh token was used before.')(exchange)
    expected = `refresh-${exchange.count}`
    return tokens()(exchange)
  }
}

/** The answer comes when `until` has settled. */
export const slow =
  (until: Promise<unknown>, answer: ScriptedAnswer = tokens()): ScriptedAnswer =>
  async (exchange) => {
    await until
    await answer(exchange)
  }

// --- as it has not ----------------------------------------------------------------------------------------------------

/** Nothing comes, and the connection stays open. */
export const silent: ScriptedAnswer = () => undefined

/** A beginning, and then nothing. */
export const silentAfter =
  (beginning: string): ScriptedAnswer =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': jsonType }).write(beginning)
  }

/** A blank every `milliseconds`, for ever: never silent, never done. */
export const dripping =
  (milliseconds: number): ScriptedAnswer =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': jsonType })
    const timer = setInterval(() => response.write(' '), milliseconds)
    response.once('close', () => clearInterval(timer))
  }

/** So many bytes of one JSON string, or as many as the client takes. */
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

/** Compressed although nobody asked for it. */
export const gzipped = (body: unknown): ScriptedAnswer =>
  raw(gzipSync(JSON.stringify(body)), 200, { 'content-type': jsonType, 'content-encoding': 'gzip' })

/** The connection is reset instead of an answer. */
export const reset: ScriptedAnswer = ({ response }) => {
  response.socket?.resetAndDestroy()
}

/** The connection ends in the middle of the answer. */
export const cutOff: ScriptedAnswer = ({ response }) => {
  response.writeHead(200, { 'content-type': jsonType, 'content-length': '1000' })
  response.write('{"access_token":"cut', () => response.destroy())
}

/** No HTTP at all. */
export const noHttp: ScriptedAnswer = ({ response }) => {
  response.socket?.end('220 mail.example.com ESMTP\r\n')
}
