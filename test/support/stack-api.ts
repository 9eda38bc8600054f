import * as z from 'zod'
import { accountErrorSchema } from '../../lib/accounts/account-status.ts'
import { messageSchema } from '../../lib/messages/message.ts'
import { runSchema } from '../../lib/runs/run.ts'

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed JSON, or undefined for an empty body. */
  readonly body: unknown
}

export interface RequestOptions {
  readonly body?: unknown
  /** Sent unchanged. */
  readonly rawBody?: string | Buffer
  readonly ifMatch?: string
  /** `null` sends no token. */
  readonly token?: string | null
  readonly contentType?: string
}

export const accountViewSchema = z.looseObject({
  accountId: z.string(),
  username: z.string(),
  oauth2: z.looseObject({ state: z.string(), code: z.string().optional(), detail: z.string() }).optional(),
  health: z.looseObject({ state: z.string() }),
  fetch: z.looseObject({ runId: z.string().optional() }).optional(),
  status: z.looseObject({
    lastRun: z.looseObject({ runId: z.string(), state: z.string(), stored: z.int(), deleted: z.int() }).optional(),
    lastSuccessAt: z.string().optional(),
    lastError: accountErrorSchema.optional(),
    nextFetchAt: z.string().optional(),
    oldestWaitingAt: z.string().optional(),
  }),
})
export type AccountAnswer = z.infer<typeof accountViewSchema>

const pageSchema = z.object({ items: z.array(z.unknown()), next: z.string().optional() })
const askedSchema = z.object({ runs: z.array(z.object({ runId: z.string(), accountId: z.string() })) })
const queueSchema = z.object({ queueId: z.string(), name: z.string() })
export const problemSchema = z.object({
  type: z.string().startsWith('urn:postmaster:problem:'),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string(),
  code: z.string(),
  remedy: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
const runAnswerSchema = runSchema.extend({
  accountHost: z.string().optional(),
  accountUsername: z.string().optional(),
})

/**
 * The public HTTP API over the network, as any client sees it. It keeps every response, so that a test can search all
 * of them.
 */
export class StackApi {
  readonly #url: string
  readonly #token: string
  /** The status line, headers and body of every response so far. */
  readonly transcript: string[] = []
  readonly #makeValid: ((accountId: string) => Promise<void>) | undefined
  /** The runs that saving accounts has started and no test has asked for. */
  readonly #firstRuns = new Map<string, string>()

  /**
   * @param makeValid makes an account valid without using the API, so that creating it does not start a run and each
   *   test decides when its accounts are fetched
   */
  constructor(url: string, token: string, makeValid?: (accountId: string) => Promise<void>) {
    this.#url = url
    this.#token = token
    this.#makeValid = makeValid
  }

  async send(method: string, path: string, options: RequestOptions = {}): Promise<ApiAnswer> {
    const { body, rawBody, ifMatch, token = this.#token, contentType = 'application/json' } = options
    const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(`${this.#url}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(60_000),
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(sent !== undefined && { 'content-type': contentType }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
      ...(sent !== undefined && { body: sent }),
    })
    const text = await response.text()
    this.transcript.push(`${method} ${path} ${response.status} ${JSON.stringify([...response.headers])} ${text}`)
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
  }

  /** @throws an error with the response's text unless the response is successful */
  async good(method: string, path: string, options: RequestOptions = {}): Promise<ApiAnswer> {
    const answer = await this.send(method, path, options)
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer
  }

  async problem(method: string, path: string, options: RequestOptions = {}): Promise<z.infer<typeof problemSchema>> {
    const answer = await this.send(method, path, options)
    const problem = problemSchema.parse(answer.body)
    if (problem.status !== answer.status) throw new Error(`the status ${answer.status} is not the problem's`)
    return problem
  }

  async list<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
    const items: T[] = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const separator = path.includes('?') ? '&' : '?'
      const more = next === '' ? '' : `&next=${encodeURIComponent(next)}`
      const page = pageSchema.parse((await this.good('GET', `${path}${separator}limit=100${more}`)).body)
      items.push(...page.items.map((item) => schema.parse(item)))
      next = page.next
    }
    return items
  }

  async createQueue(name: string): Promise<string> {
    return queueSchema.parse((await this.good('POST', '/queues', { body: { name } })).body).queueId
  }

  async createAddress(address: string, queueId: string): Promise<void> {
    await this.good('POST', '/system-addresses', { body: { address, queueId } })
  }

  async createAccount(settings: Record<string, unknown>): Promise<AccountAnswer> {
    const body = { authentication: 'password', ...settings }
    if (this.#makeValid === undefined || (settings.validity ?? 'valid') !== 'valid') return await this.#create(body)
    const { accountId } = await this.#create({ ...body, validity: 'invalid-temporarily' })
    await this.#makeValid(accountId)
    return await this.account(accountId)
  }

  async #create(body: Record<string, unknown>): Promise<AccountAnswer> {
    const account = accountViewSchema.parse((await this.good('POST', '/accounts', { body })).body)
    if (account.fetch?.runId !== undefined) this.#firstRuns.set(account.accountId, account.fetch.runId)
    return account
  }

  async account(accountId: string): Promise<AccountAnswer> {
    return accountViewSchema.parse((await this.good('GET', `/accounts/${accountId}`)).body)
  }

  accounts = () => this.list('/accounts', accountViewSchema)
  messages = (query: string) => this.list(`/messages?${query}`, messageSchema)
  runsOf = (accountId: string) => this.list(`/accounts/${accountId}/runs`, runAnswerSchema)

  async run(runId: string): Promise<z.infer<typeof runAnswerSchema>> {
    return runAnswerSchema.parse((await this.good('GET', `/runs/${runId}`)).body)
  }

  /** Starts a fetch run, or uses the run that was started when a new account was saved. @returns the run's id */
  async fetchNow(accountId: string): Promise<string> {
    const first = this.#firstRuns.get(accountId)
    this.#firstRuns.delete(accountId)
    if (first !== undefined) return first
    const { runs } = askedSchema.parse((await this.good('POST', `/accounts/${accountId}/fetch`)).body)
    const [run, second] = runs
    if (run === undefined || second !== undefined) throw new Error(`${runs.length} runs for one account`)
    return run.runId
  }

  async fetchAll(): Promise<Array<{ runId: string; accountId: string }>> {
    return askedSchema.parse((await this.good('POST', '/fetch')).body).runs
  }

  /** Waits until the run has ended, successfully or not. */
  async ended(runId: string, limitMs = 60_000): Promise<z.infer<typeof runAnswerSchema>> {
    const until = Date.now() + limitMs
    for (;;) {
      const run = await this.run(runId)
      if (run.state !== 'queued' && run.state !== 'running') return run
      if (Date.now() > until) throw new Error(`run ${runId} is still ${run.state}: ${JSON.stringify(run.events)}`)
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
  }
}
