import { randomUUID } from 'node:crypto'
import { deliverHandler } from '../../../functions/deliver/handler.ts'
import { planHandler } from '../../../functions/plan-deliveries/handler.ts'
import type { LogFields } from '../../../functions/shared/logger.ts'
import type { Destination } from '../../../lib/handover/destinations/destination.ts'
import { type Delivery, deliveryIdOf } from '../../../lib/handover/ledger/delivery.ts'
import { WebhookAdapter } from '../../../lib/handover/webhook/webhook-adapter.ts'
import type { Message } from '../../../lib/messages/message.ts'
import { mail } from '../../lib/handover/delivering/delivering-world.ts'
import { Memory } from '../../lib/handover/model/memory.ts'
import { type ModelServices, portsOf } from '../../lib/handover/model/ports.ts'
import { Process } from '../../lib/handover/model/process.ts'
import { sweepOnce } from '../../lib/handover/model/sweep.ts'
import { destinationOf } from '../../support/handover/destinations.ts'
import { MemoryFifo } from './fifo-queue.ts'

/** A run of a function that nothing interrupts. It counts its calls. */
class FreeProcess extends Process {
  readonly #calls: Map<string, number>

  constructor(name: string, calls: Map<string, number>) {
    super(name)
    this.#calls = calls
  }

  override async call<T>(call: string, effect: () => T): Promise<T> {
    const name = call.split(' ', 1)[0] ?? call
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1)
    await new Promise((resolve) => setImmediate(resolve))
    return effect()
  }
}

/** The receivers show the order. The model's own check compares each delivery with all others. */
class LoadMemory extends Memory {
  override know(): void {
    // Nothing is compared with deliveries that are not known.
  }
}

const key = Buffer.alloc(32, 'k')

/**
 * Hand-over with the handlers of its functions and webhooks over real connections. The tables are those of the model in
 * memory, because dynalite takes longer for a delivery than the receiver does.
 */
export class Desk {
  readonly memory = new LoadMemory()
  readonly queue: MemoryFifo
  /** The number of calls by name, for example `ledger.replace`. */
  readonly calls = new Map<string, number>()
  /** What the functions logged as a warning or an error. */
  readonly complaints: string[] = []
  readonly #adapter: WebhookAdapter
  #ahead = 0

  constructor(slots: number, destinations: readonly Destination[]) {
    for (const destination of destinations) this.memory.destinations.set(destination.destinationId, destination)
    this.memory.index()
    this.#adapter = new WebhookAdapter({
      secrets: { signingKeys: async () => [key], auth: async () => undefined },
      rules: { allowPrivateAddresses: true, allowClearTextOnLoopback: true, extraWebhookPorts: [] },
      publicUrl: 'https://api.example.com',
      now: this.now,
    })
    this.queue = new MemoryFifo({ slots, clock: () => this.now().getTime(), handle: (body) => this.#deliver(body) })
  }

  readonly now = (): Date => new Date(Date.now() + this.#ahead)

  /** Moves the clock of hand-over ahead. */
  pass(minutes: number): void {
    this.#ahead += minutes * 60_000
  }

  /** Stores a message and plans it, as its announcement causes. */
  async announce(message: Message): Promise<void> {
    this.memory.messages.set(message.messageId, { message, unplanned: true })
    const plan = planHandler({ services: this.#services('plan-deliveries'), log: this.#log, metrics })
    await plan({ Records: [recordOf(JSON.stringify({ messageId: message.messageId }))] })
  }

  async sweep(): Promise<void> {
    this.memory.index()
    await sweepOnce(this.#services('sweep'), this.memory, new FreeProcess('sweep', this.calls))
  }

  deliveryOf(destinationId: string, { messageId }: Message): Delivery | undefined {
    return this.memory.rows.get(deliveryIdOf(destinationId, messageId))
  }

  async #deliver(body: string): Promise<void> {
    const services = this.#services('deliver')
    const deliver = deliverHandler({
      services: { ...services, adapters: { webhook: this.#adapter }, openMail: async () => undefined },
      log: this.#log,
      metrics,
    })
    await deliver({ Records: [recordOf(body)] })
  }

  #services(name: string): ModelServices {
    return {
      ...portsOf(this.memory, new FreeProcess(name, this.calls), () => 0),
      wakes: this.queue.wakes,
      now: this.now,
      newLease: () => randomUUID(),
      random: () => Math.random(),
    }
  }

  readonly #log = {
    info: () => undefined,
    warn: (message: string, fields: LogFields = {}) => this.#complain(message, fields),
    error: (message: string, fields: LogFields = {}) => this.#complain(message, fields),
  }

  #complain(message: string, fields: LogFields): void {
    this.complaints.push(`${message} ${JSON.stringify(fields)}`)
  }
}

const metrics = { count: () => undefined, time: () => undefined }

const recordOf = (body: string) => ({
  messageId: randomUUID(),
  receiptHandle: '',
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '', SenderId: '', ApproximateFirstReceiveTimestamp: '' },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: '',
})

export const webhookAt = (destinationId: string, url: string, limits: Partial<Destination['limits']>): Destination =>
  destinationOf({
    destinationId,
    kind: 'webhook',
    webhook: { url, mode: 'thin' },
    limits: { concurrency: 1, timeoutSeconds: 30, largestSize: 50 * 1024 * 1024, ...limits },
  })

/** The mails of conversations of one to four mails, in the order of their arrival. */
export const conversations = (count: number): Message[] => {
  const messages: Message[] = []
  const open: string[] = []
  for (let number = 0; number < count; number += 1) {
    // Replies arrive between mails of other conversations.
    const thread = number % 5 < 2 && open.length > 20 ? (open.shift() ?? '') : `thread ${number}`
    if (number % 3 > 0) open.push(thread)
    messages.push(mail(`mail ${number}`, { thread, second: number }))
  }
  return messages
}

/** The mails of each conversation, in this order. */
export const byThread = (messages: readonly Message[], ids: readonly string[]) => {
  const threads = new Map(messages.map(({ messageId, header }) => [messageId, header?.threadRoot]))
  return Map.groupBy(ids, (messageId) => threads.get(messageId))
}

export const idsOf = (messages: readonly Message[]): string[] => messages.map(({ messageId }) => messageId)
