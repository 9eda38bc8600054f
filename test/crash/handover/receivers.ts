import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import * as z from 'zod'
import { AgentClient } from '../../../cli/deliver/agent-client.ts'
import type { Leased } from '../../../lib/handover/agents/agent-protocol.ts'

const eventSchema = z.looseObject({ data: z.looseObject({ header: z.looseObject({ subject: z.string() }) }) })

/** A webhook receiver that accepts everything, and the subjects that it received in order. */
export class WebhookReceiver {
  readonly subjects: string[] = []
  readonly #server: Server

  constructor() {
    this.#server = createServer(async (request, response) => {
      this.subjects.push(eventSchema.parse(JSON.parse((await buffer(request)).toString())).data.header.subject)
      response.end('{}')
    })
  }

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** In milliseconds. */
const downloadLimit = 30_000
/** A killed function loses one response. The next request is answered unless it is killed as well. */
const mostTries = 20

/** An agent that hands over everything that it leases, and reports each result until the API has it. */
export class TestAgent {
  readonly subjects: string[] = []
  /** Deliveries whose bytes were not those that the lease described. */
  readonly damaged: string[] = []
  readonly #client: AgentClient

  constructor(url: string, token: string) {
    this.#client = new AgentClient(url, () => token)
  }

  /** @returns how many mails it handed over; undefined if the response was lost */
  async work(): Promise<number | undefined> {
    const leased = await this.#client.lease({ max: 10, seconds: 60, agent: { host: 'test', version: '1' } })
    if (!('value' in leased)) return undefined
    for (const one of leased.value) await this.#handOver(one)
    return leased.value.length
  }

  async #handOver({ deliveryId, lease, sha256, subject = '' }: Leased): Promise<void> {
    const hash = createHash('sha256')
    await this.#untilAnswered(async () => {
      const raw = await this.#client.raw(deliveryId, AbortSignal.timeout(downloadLimit))
      if ('value' in raw) for await (const piece of raw.value) hash.update(piece)
      return raw
    })
    if (hash.digest('hex') !== sha256) this.damaged.push(deliveryId)
    this.subjects.push(subject)
    await this.#untilAnswered(() => this.#client.ack(deliveryId, { lease, milliseconds: 1, bytes: 1 }))
  }

  async #untilAnswered(ask: () => Promise<{ value: unknown } | { trouble: { kind: string; text: string } }>) {
    for (let attempt = 0; attempt < mostTries; attempt += 1) {
      const answer = await ask()
      if ('value' in answer) return
      if (answer.trouble.kind !== 'passing') throw new Error(answer.trouble.text)
    }
    throw new Error(`The API did not answer ${mostTries} times`)
  }
}
