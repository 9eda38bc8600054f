import * as z from 'zod'
import {
  type Ack,
  agentQueuesSchema,
  type Leased,
  type LeaseRequest,
  leaseAnswerSchema,
  type Nack,
  settledAnswerSchema,
} from '../../lib/handover/agents/agent-protocol.ts'
import { cutTo } from '../../lib/text/printable.ts'
import { isConfidential } from '../api/api-url.ts'
import { waitAsked } from '../api/retry.ts'
import { CliError } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'

/** Why a request has no result. */
export interface Trouble {
  /**
   * `denied`: the token is not valid. `refused`: a repeat of this request is pointless. `passing`: the API or the network
   * fails, and a later request can succeed.
   */
  readonly kind: 'denied' | 'refused' | 'passing'
  readonly status?: number
  /** The code of the API's problem document. */
  readonly code?: string
  readonly text: string
  readonly remedy: string
  /** Milliseconds for which the API asked to wait. */
  readonly waitMs?: number
}

export type Answer<Value> = { readonly value: Value } | { readonly trouble: Trouble }

/** Longer than a function of the API may take, which is 30 s. */
const answerMs = 40_000
/** Bytes. Ten leases have a few kilobytes; the list of queues can have thousands of names. */
const longestAnswer = 1_000_000
/** In characters. */
const longestText = 300

/** The agent's requests. Expected failures are results. */
export class AgentClient {
  readonly #url: string
  readonly #token: () => string

  constructor(url: string, token: () => string) {
    this.#url = url
    this.#token = token
  }

  async lease(request: LeaseRequest): Promise<Answer<Leased[]>> {
    const answer = await this.#json('/agent/lease', leaseAnswerSchema, request)
    return 'value' in answer ? { value: answer.value.items } : answer
  }

  ack(deliveryId: string, ack: Ack): Promise<Answer<z.infer<typeof settledAnswerSchema>>> {
    return this.#json(`${pathOf(deliveryId)}/ack`, settledAnswerSchema, ack)
  }

  nack(deliveryId: string, nack: Nack): Promise<Answer<z.infer<typeof settledAnswerSchema>>> {
    return this.#json(`${pathOf(deliveryId)}/nack`, settledAnswerSchema, nack)
  }

  queues(): Promise<Answer<z.infer<typeof agentQueuesSchema>>> {
    return this.#json('/agent/queues', agentQueuesSchema)
  }

  /**
   * Follows the redirect to the storage. The token is not sent there.
   * @param signal ends the download, including the body
   */
  async raw(deliveryId: string, signal: AbortSignal): Promise<Answer<AsyncIterable<Uint8Array>>> {
    const answer = await this.#send(`${pathOf(deliveryId)}/raw`, { signal, redirect: 'manual' })
    if ('trouble' in answer) return answer
    await answer.value.body?.cancel()
    const location = answer.value.headers.get('location') ?? ''
    if (answer.value.status !== 303 || !URL.canParse(location) || !isConfidential(location))
      return { trouble: notUnderstood(`${this.#url} did not answer with a link to the mail.`) }
    try {
      const response = await fetch(location, { signal, redirect: 'error' })
      if (response.ok && response.body) return { value: response.body }
      await response.body?.cancel()
      const passing = response.status >= 500 || response.status === 429
      return {
        trouble: {
          kind: passing ? 'passing' : 'refused',
          status: response.status,
          text: `The storage answered with HTTP status ${response.status}.`,
          remedy: 'Check the clock of this host and the proxy, if there is one.',
        },
      }
    } catch {
      return { trouble: unreachable(new URL(location).host) }
    }
  }

  async #json<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<Answer<z.output<Schema>>> {
    const answer = await this.#send(path, {
      signal: AbortSignal.timeout(answerMs),
      redirect: 'error',
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
    if ('trouble' in answer) return answer
    const parsed = schema.safeParse(await jsonOf(answer.value))
    if (parsed.success) return { value: parsed.data }
    return { trouble: notUnderstood(`${this.#url} gave an answer that this version of the agent does not understand.`) }
  }

  async #send(path: string, options: RequestInit): Promise<Answer<Response>> {
    let response: Response
    try {
      const headers = { authorization: `Bearer ${this.#token()}`, 'content-type': 'application/json' }
      response = await fetch(`${this.#url}${path}`, { ...options, headers })
    } catch (error) {
      // The token file has become unreadable.
      if (error instanceof CliError) return { trouble: { kind: 'denied', text: error.message, remedy: '' } }
      return { trouble: unreachable(this.#url) }
    }
    if (response.ok || response.status === 303) return { value: response }
    return { trouble: await troubleOf(response) }
  }
}

const pathOf = (deliveryId: string) => `/agent/deliveries/${encodeURIComponent(deliveryId)}`

const unreachable = (host: string): Trouble => ({
  kind: 'passing',
  text: `${plain(host)} cannot be reached.`,
  remedy: 'Check --url, the network and the firewall of this host. The agent needs outgoing HTTPS only.',
})

const notUnderstood = (text: string): Trouble => ({
  kind: 'passing',
  text,
  remedy: 'Check --url. If it is correct, install the version of the agent that belongs to the deployment.',
})

const problemSchema = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  remedy: z.string().optional(),
})

const troubleOf = async (response: Response): Promise<Trouble> => {
  const { status } = response
  const problem = problemSchema.safeParse(await jsonOf(response)).data ?? {}
  if (status === 401 || status === 403)
    return {
      kind: 'denied',
      status,
      text: 'The token was revoked, or it belongs to another deployment.',
      remedy:
        'Create a new token with `postmaster destinations token create`, and write it into the token file. The agent reads the file again.',
    }
  const waitMs = waitAsked(response.headers.get('retry-after'))
  const words = [problem.title, problem.detail].flatMap((text) => (text ? [cutTo(plain(text), longestText)] : []))
  return {
    kind: status >= 500 || status === 429 || status === 408 ? 'passing' : 'refused',
    status,
    ...(problem.code !== undefined && { code: problem.code }),
    text: `The API answered with HTTP status ${status}${words.length === 0 ? '.' : `: ${words.join('. ')}`}`,
    remedy: cutTo(plain(problem.remedy ?? ''), longestText),
    ...(waitMs > 0 && { waitMs }),
  }
}

/** @returns undefined for an answer that is broken, too long or not JSON */
const jsonOf = async (response: Response): Promise<unknown> => {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > longestAnswer) return undefined
      chunks.push(chunk)
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}
