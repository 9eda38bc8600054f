import type { Command } from 'commander'
import * as z from 'zod'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import type { Connection } from './connection.ts'
import { resolveConnection } from './connection.ts'
import { retried } from './retry.ts'

/** Milliseconds; API Gateway times out after 30 seconds. */
const answerTimeout = 35_000

/** Milliseconds; enough for 500 MiB, the highest message size limit, at 1 MiB/s. */
const downloadTimeout = 600_000

const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
const pageSchema = z.object({ items: z.array(z.unknown()), next: z.string().optional() })

/** Client for the HTTP API. Validates every response against the caller's schema. */
export class ApiClient {
  readonly #connection: Connection
  readonly #pauses: readonly number[] | undefined
  #hasAnswered = false

  /** @param pauses milliseconds between the attempts of a GET request that fails temporarily */
  constructor(connection: Connection, pauses?: readonly number[]) {
    this.#connection = connection
    this.#pauses = pauses
  }

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#send('GET', path)).json())
  }

  /** @returns the value and its ETag, which a later change sends as `If-Match` */
  async getVersioned<T>(path: string, schema: z.ZodType<T>): Promise<{ value: T; etag: string }> {
    const response = await this.#send('GET', path)
    return { value: schema.parse(await response.json()), etag: response.headers.get('etag') ?? '*' }
  }

  /** Fetches all pages by following `next`. */
  async *list<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
    const separator = path.includes('?') ? '&' : '?'
    let next: string | undefined
    do {
      const page: z.infer<typeof pageSchema> = await this.get(
        next === undefined ? path : `${path}${separator}next=${encodeURIComponent(next)}`,
        pageSchema,
      )
      for (const item of page.items) yield schema.parse(item)
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
    return schema.parse(await (await this.#send('POST', path, { body })).json())
  }

  async put<T>(path: string, body: unknown, ifMatch: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#send('PUT', path, { body, ifMatch })).json())
  }

  /** Sends a JSON Merge Patch (RFC 7396). */
  async patch<T>(path: string, body: unknown, ifMatch: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#send('PATCH', path, { body, ifMatch })).json())
  }

  async delete(path: string, ifMatch: string): Promise<void> {
    await this.#send('DELETE', path, { ifMatch })
  }

  /** Follows the API's 303 redirect to a presigned URL, to which the token must not be sent. */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    const { headers } = await this.#send('GET', path, { redirect: 'manual' })
    const response = await fetch(headers.get('location') ?? '', { signal: AbortSignal.timeout(downloadTimeout) })
    if (!response.ok || !response.body)
      throw new CliError(
        `The message could not be downloaded: its storage returned HTTP status ${response.status}. Try again.`,
        exitCodes.failed,
      )
    return response.body
  }

  /** Sends a request. Repeats a GET that fails temporarily. @throws CliError with the text of the problem document */
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
      response = method === 'GET' ? await retried(request, { pauses: this.#pauses, isPassing }) : await request()
    } catch {
      throw new CliError(
        `The API at ${url} cannot be reached. Check that it is running and that --url is correct.`,
        exitCodes.unreachable,
      )
    }
    if (!response.ok && response.status !== 303) throw await errorOf(response)
    return response
  }
}

const errorOf = async (response: Response): Promise<CliError> => {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined))
  const exitCode = response.status === 401 || response.status === 403 ? exitCodes.unreachable : exitCodes.failed
  if (response.status === 401)
    return new CliError(
      'The API rejected the token. It has expired or belongs to another deployment. Log in again, or choose another file with --token-file.',
      exitCode,
    )
  if (!parsed.success)
    return new CliError(`The API returned HTTP status ${response.status} without an explanation.`, exitCode)
  const { title, detail, remedy, errors } = parsed.data
  const fields = (errors ?? []).map(({ path, message }) => `\n  ${plain(path)}: ${plain(message)}`).join('')
  const sentences = [title, detail]
    .filter((text) => text !== undefined && text !== '')
    .map((text) => `${plain(text ?? '')}.`.replace(/\.\.$/, '.'))
  return new CliError(`${sentences.join(' ')}${fields}${remedy === undefined ? '' : `\n${plain(remedy)}`}`, exitCode)
}

/** @returns a client for the API that the command's global options or the environment specify */
export const connected = (command: Command): ApiClient => new ApiClient(resolveConnection(command.optsWithGlobals()))
