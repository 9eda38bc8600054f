import type { Command } from 'commander'
import * as z from 'zod'
import { parseFields } from '../../lib/requests/parse-request.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import type { Connection } from './connection.ts'
import { resolveConnection } from './connection.ts'
import { isLoopback } from './paths.ts'
import { problemError } from './problem.ts'
import { retried, throttled } from './retry.ts'

/** Milliseconds; API Gateway times out after 30 seconds. */
const answerTimeout = 35_000

/** Milliseconds; enough for 500 MiB, the highest message size limit, at 1 MiB/s. */
const downloadTimeout = 600_000

/** An error lists this many fields, because a response of another version can have the same difference in every item. */
const mostFields = 5

interface ClientOptions {
  /** Milliseconds between the attempts of a request that fails temporarily. */
  readonly pauses?: readonly number[]
  /** The command whose options errors name. */
  readonly command?: Command
}

/** Client for the HTTP API. Validates every response against the caller's schema. */
export class ApiClient {
  readonly #connection: Connection
  readonly #options: ClientOptions
  #hasAnswered = false

  constructor(connection: Connection, options: ClientOptions = {}) {
    this.#connection = connection
    this.#options = options
  }

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return (await this.getVersioned(path, schema)).value
  }

  /** @returns the value and its ETag, which a later change sends as `If-Match` */
  async getVersioned<T>(path: string, schema: z.ZodType<T>): Promise<{ value: T; etag: string }> {
    const response = await this.#send('GET', path)
    return { value: await this.#read(response, schema, `GET ${path}`), etag: response.headers.get('etag') ?? '*' }
  }

  /** Fetches all pages by following `next`. */
  async *list<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
    const separator = path.includes('?') ? '&' : '?'
    let next: string | undefined
    do {
      const page: { items: T[]; next?: string | undefined } = await this.get(
        next === undefined ? path : `${path}${separator}next=${encodeURIComponent(next)}`,
        z.object({ items: z.array(schema), next: z.string().optional() }),
      )
      yield* page.items
      next = page.next
    } while (next !== undefined)
  }

  /** @returns the items of all pages */
  async all<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
    const items: T[] = []
    for await (const item of this.list(path, schema)) items.push(item)
    return items
  }

  async post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return await this.#read(await this.#send('POST', path, { body }), schema, `POST ${path}`)
  }

  async put<T>(path: string, body: unknown, ifMatch: string, schema: z.ZodType<T>): Promise<T> {
    return await this.#read(await this.#send('PUT', path, { body, ifMatch }), schema, `PUT ${path}`)
  }

  /** Sends a JSON Merge Patch (RFC 7396). */
  async patch<T>(path: string, body: unknown, ifMatch: string, schema: z.ZodType<T>): Promise<T> {
    return await this.#read(await this.#send('PATCH', path, { body, ifMatch }), schema, `PATCH ${path}`)
  }

  async delete(path: string, ifMatch: string): Promise<void> {
    await this.#send('DELETE', path, { ifMatch })
  }

  /** Follows the API's 303 redirect to a presigned URL, to which the token must not be sent. */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    const location = (await this.#send('GET', path, { redirect: 'manual' })).headers.get('location') ?? ''
    if (!URL.canParse(location)) throw this.#unexpected(`GET ${path}`, 'It does not redirect to the message.')
    const response = await fetch(location, { signal: AbortSignal.timeout(downloadTimeout) }).catch(() => undefined)
    if (!response?.ok || !response.body)
      throw new CliError(
        `The message could not be downloaded: its storage ${response ? `returned HTTP status ${response.status}` : 'cannot be reached'}. Try again.`,
        exitCodes.failed,
      )
    return response.body
  }

  /** @throws CliError that names the invalid fields, but never contains a value, because it may be a secret */
  async #read<T>(response: Response, schema: z.ZodType<T>, request: string): Promise<T> {
    const text = await response.text().catch(() => {
      throw this.#unreachable()
    })
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      throw this.#unexpected(request, 'It is not JSON.')
    }
    const parsed = parseFields(schema, body)
    if (parsed.ok) return parsed.value
    const fields = parsed.fields
      .slice(0, mostFields)
      .map(({ path, message }) => `\n  ${plain(path)}: ${plain(message)}`)
    throw this.#unexpected(request, `These fields differ:${fields.join('')}`)
  }

  #unexpected(request: string, why: string): CliError {
    // Query strings can contain addresses and receipts.
    const [method, path] = request.replace(/\?.*/, '').split(' ')
    const careful = method === 'GET' ? '' : '\nThe change may have been made. Check this before you repeat it.'
    return new CliError(
      `This version of postmaster does not understand the response to ${method} ${path}. ${why}${careful}\n` +
        'The command line and the deployment probably have different versions. Update the older one. ' +
        `If another service runs at ${this.#connection.url}, specify the API’s address with --url.`,
      exitCodes.failed,
    )
  }

  #unreachable(): CliError {
    const { url } = this.#connection
    const remedy = isLoopback(new URL(url).hostname)
      ? 'Start the local run with `npm start`, or specify the address of a deployment with --url.'
      : 'Check your network and this address. `postmaster auth status` shows where the address comes from.'
    return new CliError(`The API at ${url} cannot be reached. ${remedy}`, exitCodes.unreachable)
  }

  /** Sends a request. Repeats a GET that fails temporarily, and any request that is throttled. @throws CliError with the text of the problem document */
  async #send(
    method: string,
    path: string,
    { body, ifMatch, redirect = 'error' }: { body?: unknown; ifMatch?: string; redirect?: 'error' | 'manual' } = {},
  ): Promise<Response> {
    const { url, token } = this.#connection
    const bearer = typeof token === 'string' ? token : await token()
    const request = async () => {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(answerTimeout),
        redirect,
      })
      this.#hasAnswered = true
      return answer
    }
    // Until the API has responded once, a wrong address is more likely than a temporary network failure.
    const isPassing = (error: unknown) =>
      this.#hasAnswered && !(error instanceof Error && error.name === 'TimeoutError')
    let response: Response
    try {
      response = await retried(request, {
        pauses: this.#options.pauses,
        ...(method === 'GET' ? { isPassing } : { isPassing: () => false, statuses: throttled }),
      })
    } catch {
      throw this.#unreachable()
    }
    if (!response.ok && response.status !== 303) throw await problemError(response, this.#options.command)
    return response
  }
}

/** @returns a client for the API that the command's global options or the environment specify */
export const connected = (command: Command): ApiClient =>
  new ApiClient(resolveConnection(command.optsWithGlobals()), { command })
