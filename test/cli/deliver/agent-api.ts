import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ack, AgentQueues, LeaseRequest, Nack } from '../../../lib/handover/agents/agent-protocol.ts'
import { ackSchema, type Leased, leaseRequestSchema, nackSchema } from '../../../lib/handover/agents/agent-protocol.ts'

export const agentToken = `pmt_${'a'.repeat(43)}`

interface Delivery {
  readonly leased: Leased
  readonly raw: Buffer
  state: 'pending' | 'leased' | 'delivered' | 'failed' | 'quarantined'
  leaseEnds: number
  readonly leases: string[]
  readonly acks: Ack[]
  readonly nacks: Nack[]
}

/** A response that replaces the API's own. Undefined: the API's own. 'hang up': no response. */
export type Fault = (
  request: string,
) => { status: number; headers?: Record<string, string>; body?: string } | 'hang up' | undefined

/** The agent's part of the API in memory: leases that end, late acknowledgements that count, and a storage. */
export class AgentApi implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly deliveries = new Map<string, Delivery>()
  readonly requests: string[] = []
  readonly leaseRequests: LeaseRequest[] = []
  queues: AgentQueues = { items: [] }
  fault: Fault = () => undefined
  /** Headers of requests to the storage. */
  readonly storageHeaders: NodeJS.Dict<string | string[]>[] = []
  /** Milliseconds. Without it, leases last as long as the agent asks. */
  leaseMs: number | undefined
  /** Whether temporary failures can be leased again at once. */
  repeats = false

  static async start(): Promise<AgentApi> {
    const api = new AgentApi()
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve))
    return api
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  add(
    id: string,
    raw: Buffer | string = `Subject: ${id}\r\n\r\nbody of ${id}\r\n`,
    more: Partial<Leased> = {},
  ): Delivery {
    const bytes = Buffer.from(raw)
    const delivery: Delivery = {
      leased: {
        deliveryId: id,
        lease: '',
        until: '2026-03-02T08:10:04.218Z',
        attempt: 0,
        possiblyDoubled: false,
        replays: 0,
        messageId: `message${id}`,
        queue: 'Raw',
        trusted: false,
        loop: false,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        subject: `Subject of ${id}`,
        ...more,
      },
      raw: bytes,
      state: 'pending',
      leaseEnds: 0,
      leases: [],
      acks: [],
      nacks: [],
    }
    this.deliveries.set(id, delivery)
    return delivery
  }

  /** A person asks for the mail again. Acknowledgements of earlier leases no longer count. */
  replay(id: string): void {
    const delivery = this.delivery(id)
    const leased = { ...delivery.leased, replays: delivery.leased.replays + 1 }
    this.deliveries.set(id, { ...delivery, leased, state: 'pending', leases: [] })
  }

  delivery(id: string): Delivery {
    const delivery = this.deliveries.get(id)
    if (!delivery) throw new Error(`There is no delivery ${id}`)
    return delivery
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const name = `${request.method} ${request.url}`
    this.requests.push(name)
    const body = await textOf(request)
    const fault = this.fault(name)
    if (fault === 'hang up') return request.socket.destroy()
    if (fault) return response.writeHead(fault.status, fault.headers).end(fault.body)
    const [, room = '', kind = '', id = '', action = ''] = (request.url ?? '').split('/')
    if (room === 'storage') {
      this.storageHeaders.push(request.headers)
      return response.end(this.delivery(kind).raw)
    }
    if (request.headers.authorization !== `Bearer ${agentToken}`)
      return json(response, 401, { title: 'No valid token' })
    if (kind === 'lease') return json(response, 200, { items: this.#lease(leaseRequestSchema.parse(JSON.parse(body))) })
    if (kind === 'queues') return json(response, 200, this.queues)
    if (!this.deliveries.has(id)) return json(response, 404, { title: 'Not found' })
    if (action === 'raw') return response.writeHead(303, { location: `${this.url}/storage/${id}` }).end()
    return this.#settle(this.delivery(id), action, body, response)
  }

  #lease(request: LeaseRequest): Leased[] {
    this.leaseRequests.push(request)
    const now = Date.now()
    const free = [...this.deliveries.values()].filter(
      ({ state, leaseEnds }) => state === 'pending' || (state === 'leased' && leaseEnds < now),
    )
    return free.slice(0, request.max).map((delivery) => {
      const { deliveryId, replays } = delivery.leased
      const lease = `lease${delivery.leases.length + 1}.${deliveryId}${replays > 0 ? `.replay${replays}` : ''}`
      delivery.leases.push(lease)
      delivery.state = 'leased'
      delivery.leaseEnds = now + (this.leaseMs ?? request.seconds * 1000)
      return { ...delivery.leased, lease, attempt: delivery.leases.length }
    })
  }

  #settle(delivery: Delivery, action: string, body: string, response: ServerResponse): unknown {
    if (action === 'ack') {
      const ack = ackSchema.parse(JSON.parse(body))
      if (!delivery.leases.includes(ack.lease)) return json(response, 409, { title: 'The lease is not known' })
      delivery.acks.push(ack)
      delivery.state = 'delivered'
      return json(response, 200, { state: 'delivered' })
    }
    const nack = nackSchema.parse(JSON.parse(body))
    delivery.nacks.push(nack)
    if (delivery.state !== 'leased' || delivery.leases.at(-1) !== nack.lease)
      return json(response, 409, { title: 'The lease is not known' })
    delivery.state = nack.permanent ? 'quarantined' : this.repeats ? 'pending' : 'failed'
    return json(response, 200, { state: nack.permanent ? 'quarantined' : 'waiting' })
  }
}

const json = (response: ServerResponse, status: number, body: unknown): unknown =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
