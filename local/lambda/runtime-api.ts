import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { type LoopbackServer, listenOnLoopback, loopback, readBody } from '../common/loopback-server.ts'
import { handlerError, handlerResponse, type Invocation, type InvocationOutcome, payloadLimit } from './invocation.ts'

/**
 * The Runtime API of one process. The process requests its next invocation, and the response waits until there is one.
 * The path begins with a secret that only this process receives, because an invocation may contain a caller's token.
 */
export class RuntimeApi {
  readonly #prefix = `/${randomBytes(32).toString('base64url')}/2018-06-01/runtime/`
  readonly #onInitError: (outcome: InvocationOutcome) => void
  #onAsked: () => void = () => undefined
  #server: LoopbackServer | undefined
  #asking: ServerResponse | undefined
  #running: { readonly invocation: Invocation; readonly end: (outcome: InvocationOutcome) => void } | undefined

  constructor(onInitError: (outcome: InvocationOutcome) => void) {
    this.#onInitError = onInitError
  }

  /** @returns the value of `AWS_LAMBDA_RUNTIME_API`: `host:port/secret` */
  async start(): Promise<string> {
    this.#server = await listenOnLoopback(0, (request, response) => {
      const path = this.#pathOf(request.url ?? '')
      if (path === undefined) {
        response.writeHead(403, { connection: 'close' }).end()
        return
      }
      if (request.method === 'GET' && path === 'invocation/next') {
        this.#next(response)
        return
      }
      // More than the limit is read, so that a response that exceeds it can be reported.
      readBody(request, payloadLimit * 2).then(
        (body) => this.#answer(path, body?.toString() ?? ' '.repeat(payloadLimit + 1), response),
        () => response.destroy(),
      )
    })
    return `${loopback}:${this.#server.port}/${this.#prefix.split('/')[1]}`
  }

  /** @returns undefined if the caller does not know the secret */
  #pathOf(url: string): string | undefined {
    const given = Buffer.from(url.slice(0, this.#prefix.length))
    const expected = Buffer.from(this.#prefix)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    return url.slice(this.#prefix.length)
  }

  /** Resolves when the process has requested an invocation that it has not received yet. */
  asked(): Promise<void> {
    if (this.#asking !== undefined) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onAsked = resolve
    })
  }

  /**
   * Passes the invocation to the process, which has requested one. Resolves with the process's response, if there is
   * one.
   */
  give(invocation: Invocation): Promise<InvocationOutcome> {
    return new Promise((end) => {
      this.#running = { invocation, end }
      const response = this.#asking
      this.#asking = undefined
      response?.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(invocation.deadline),
        'lambda-runtime-invoked-function-arn': invocation.functionArn,
        'lambda-runtime-trace-id': `Root=1-${invocation.requestId.replaceAll('-', '')};Sampled=0`,
      })
      response?.end(invocation.payload)
    })
  }

  async stop(): Promise<void> {
    await this.#server?.close()
  }

  #next(response: ServerResponse): void {
    this.#asking = response
    this.#onAsked()
  }

  #answer(path: string, body: string, response: ServerResponse): void {
    response.writeHead(202).end('{}')
    if (path === 'init/error') {
      this.#onInitError(handlerError(body))
      return
    }
    const running = this.#running
    if (running === undefined || !path.startsWith(`invocation/${running.invocation.requestId}/`)) return
    this.#running = undefined
    running.end(path.endsWith('/error') ? handlerError(body) : handlerResponse(body))
  }
}
