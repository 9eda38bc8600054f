import * as z from 'zod'
import { CliError, exitCodes } from './cli-error.ts'
import type { Connection } from './connection.ts'
import { plain } from './plain.ts'
import { retried } from './retried.ts'

/** API Gateway itself gives up after 30 seconds. */
const answerTimeout = 35_000

/** 500 MiB, the largest message there is, at 1 MiB/s. */
const downloadTimeout = 600_000

const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
const pageSchema = z.object({ items: z.array(z.unknown()), next: z.string().optional() })

/** The HTTP API as the commands use it. Every answer is checked against the schema the caller names. */
export class ApiClient {
  readonly #connection: Connection
  readonly #pauses: readonly number[] | undefined
  #hasAnswered = false

  /** `pauses`: milliseconds between the attempts of a GET that may work later. */
  constructor(connection: Connection, pauses?: readonly number[]) {
    this.#connection = connection
    this.#pauses = pauses
  }

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#send('GET', path)).json())
  }

  /** With the ETag that a change of it names. */
  async getVersioned<T>(path: string, schema: z.ZodType<T>): Promise<{ value: T; etag: string }> {
    const response = await this.#send('GET', path)
    return { value: schema.parse(await response.json()), etag: response.headers.get('etag') ?? '*' }
  }

  /** Follows `next` to the end. */
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

  async post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#send('POST', path, { body })).json())
  }

  async put<T>(path: string, body: unknown, ifMatch: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#send('PUT', path, { body, ifMatch })).json())
  }

  /** JSON merge patch, RFC 7396. */
  async patch<T>(path: string, body: unknown, ifMatch: string, schema: z.ZodType<T>): Promise<T> {
    return schema.parse(await (await this.#send('PATCH', path, { body, ifMatch })).json())
  }

  async delete(path: string, ifMatch: string): Promise<void> {
    await this.#send('DELETE', path, { ifMatch })
  }

  /** Follows the API's 303 to a presigned link, to which the token must not go. */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    const { headers } = await this.#send('GET', path, { redirect: 'manual' })
    const response = await fetch(headers.get('location') ?? '', { signal: AbortSignal.timeout(downloadTimeout) })
    if (!response.ok || !response.body)
      throw new CliError(`The store answered ${response.status} instead of the message.`, exitCodes.failed)
    return response.body
  }

  /** A GET is repeated while it may work later. @throws CliError with the problem document in words */
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
    // Before the API has ever answered, a wrong address is likelier than a network that fails for a moment.
    const isPassing = (error: unknown) =>
      this.#hasAnswered && !(error instanceof Error && error.name === 'TimeoutError')
    let response: Response
    try {
      response = method === 'GET' ? await retried(request, { pauses: this.#pauses, isPassing }) : await request()
    } catch {
      throw new CliError(
        `The API at ${url} cannot be reached. Is it running, and is --url right?`,
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
    return new CliError('The API does not accept the token: it has expired or belongs to another deployment.', exitCode)
  if (!parsed.success) return new CliError(`The API answered ${response.status} without saying why.`, exitCode)
  const { title, detail, remedy, errors } = parsed.data
  const fields = (errors ?? []).map(({ path, message }) => `\n  ${plain(path)}: ${plain(message)}`).join('')
  const sentences = [title, detail]
    .filter((text) => text !== undefined && text !== '')
    .map((text) => `${plain(text ?? '')}.`.replace(/\.\.$/, '.'))
  return new CliError(`${sentences.join(' ')}${fields}${remedy === undefined ? '' : `\n${plain(remedy)}`}`, exitCode)
}
