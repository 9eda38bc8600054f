import { type ClientRequest, type IncomingMessage, request as requestInClear } from 'node:http'
import { request } from 'node:https'
import type { Socket } from 'node:net'
import * as z from 'zod'
import { agentOver, type CheckedConnection, connectChecked } from './checked-connection.ts'
import { NetworkError, type NetworkErrorCode, networkErrorOf } from './network-error.ts'

/** One POST. `time` includes the answer. */
export interface HttpPost extends CheckedConnection {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>
  /** Bytes of the body. */
  readonly length: number
}

export interface HttpAnswer {
  readonly status: number
  /** The headers Retry-After and Location as the server wrote them. */
  readonly retryAfter?: string | undefined
  readonly location?: string | undefined
  /** The beginning of the body, at most `answerLimit` bytes. It may be incomplete: the status decides. */
  readonly body: Buffer
  /** Bytes of the request's body that were handed to the connection. */
  readonly bytes: number
}

export interface HttpFailure {
  /** `body-not-readable`: reading the body failed or it does not have `length` bytes, so the request is incomplete. */
  readonly code: NetworkErrorCode | 'no-answer-in-time' | 'answer-not-http' | 'body-not-readable'
  /** How much of the request may have reached the server. After `all`, the server may have acted on it. */
  readonly sent: 'nothing' | 'part' | 'all'
  readonly bytes: number
}

export type HttpResult = HttpAnswer | HttpFailure

export const isAnswer = (result: HttpResult): result is HttpAnswer => 'status' in result

/** In bytes. An answer has a small JSON object or a short explanation, and a hostile server may never stop sending. */
export const answerLimit = 4 * 1024

/** Contains no foreign text. */
class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
  readonly code: HttpFailure['code']

  constructor(code: HttpFailure['code']) {
    super(`An HTTP exchange failed: ${code}`)
    this.code = code
  }
}

/**
 * Sends one POST over a new connection to a checked address. It does not follow redirects or use a proxy. Every failure
 * except a defect is part of the result, without foreign text.
 */
export const postHttp = async (post: HttpPost, signal: AbortSignal): Promise<HttpResult> => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(post.time)])
  const progress: Progress = { sent: 'nothing', bytes: 0 }
  let socket: Socket | undefined
  try {
    socket = await connectChecked(post.url, limit, post)
    const response = await responseTo(post, socket, limit, progress)
    const { location, 'retry-after': retryAfter } = response.headers
    return {
      status: response.statusCode ?? 0,
      ...(retryAfter !== undefined && { retryAfter }),
      ...(location !== undefined && { location }),
      body: await beginningOf(response, limit),
      bytes: progress.bytes,
    }
  } catch (error) {
    if (limit.aborted) return { code: socket ? 'no-answer-in-time' : 'connection-timed-out', ...progress }
    if (error instanceof ExchangeError || error instanceof NetworkError) return { code: error.code, ...progress }
    throw error
  } finally {
    socket?.destroy()
  }
}

interface Progress {
  sent: HttpFailure['sent']
  bytes: number
}

const responseTo = async (
  { url, headers, body, length }: HttpPost,
  socket: Socket,
  signal: AbortSignal,
  progress: Progress,
): Promise<IncomingMessage> => {
  const send = url.protocol === 'https:' ? request : requestInClear
  const sending = send(url, {
    method: 'POST',
    agent: agentOver(socket, url.protocol),
    headers: { 'user-agent': 'Postmaster', ...headers, 'content-length': String(length) },
    signal,
  })
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  sending.once('response', resolve)
  // Never removed: an error after the response must not cause an uncaught exception.
  sending.on('error', (error) => reject(exchangeErrorOf(error)))
  // Without a listener, Node ends the connection silently, and nothing would ever end the exchange.
  sending.once('upgrade', () => reject(new ExchangeError('answer-not-http')))
  progress.sent = 'part'
  const writing = write(sending, body, length, progress, answered)
  // A server may answer before it has received everything, for example with 413.
  await Promise.race([answered, writing])
  return await answered
}

const write = async (
  sending: ClientRequest,
  body: HttpPost['body'],
  length: number,
  progress: Progress,
  answered: Promise<IncomingMessage>,
): Promise<void> => {
  let over = false
  const stop = () => {
    over = true
  }
  answered.then(stop, stop)
  for await (const piece of readable(body)) {
    if (over) return
    if (progress.bytes + piece.length > length) throw new ExchangeError('body-not-readable')
    progress.bytes += piece.length
    if (sending.write(piece)) continue
    const { promise: drained, resolve } = Promise.withResolvers<void>()
    sending.once('drain', resolve)
    await Promise.race([drained, answered])
  }
  if (over) return
  if (progress.bytes !== length) throw new ExchangeError('body-not-readable')
  // From here on, the server may have the whole request, even if no response arrives.
  progress.sent = 'all'
  sending.end()
}

const readable = async function* (body: HttpPost['body']): AsyncGenerator<Buffer> {
  try {
    yield* body
  } catch {
    throw new ExchangeError('body-not-readable')
  }
}

/** A response that breaks off or takes too long still has its status. */
const beginningOf = async (response: IncomingMessage, signal: AbortSignal): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of response) {
      pieces.push(piece)
      size += piece.length
      if (size >= answerLimit || signal.aborted) break
    }
  } catch {
    // The status was received, so the exchange has a result. Only its explanation is shorter.
  }
  return Buffer.concat(pieces).subarray(0, answerLimit)
}

const codeSchema = z.object({ code: z.string() })

/** Node's HTTP parser has codes that begin with `HPE_`. */
const exchangeErrorOf = (error: unknown): ExchangeError => {
  const { data } = codeSchema.safeParse(error)
  return new ExchangeError(data?.code.startsWith('HPE_') ? 'answer-not-http' : networkErrorOf(error, 'session').code)
}
