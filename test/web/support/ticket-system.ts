import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import * as z from 'zod'

const eventSchema = z.looseObject({
  type: z.string(),
  data: z.looseObject({ header: z.looseObject({ subject: z.string().optional() }).optional() }),
})

/** A ticket system that receives webhooks. It verifies each signature, and answers as the test wants. */
export class TicketSystem implements AsyncDisposable {
  /** The status of the next answers. With 200, a ticket is created. */
  status = 200
  /** The signing secret that the admin gave to the ticket system. */
  secret = ''
  readonly subjects: string[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = await buffer(request)
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      try {
        const { data } = eventSchema.parse(new Webhook(this.secret).verify(body, headers))
        if (this.status === 200) this.subjects.push(data.header?.subject ?? '')
        response.writeHead(this.status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(this.status === 200 ? { ticket: `T-${this.subjects.length}` } : {}))
      } catch {
        response.writeHead(401).end()
      }
    })
  }

  static async start(): Promise<TicketSystem> {
    const system = new TicketSystem()
    await new Promise<void>((resolve) => system.#server.listen(0, '127.0.0.1', resolve))
    return system
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The ticket system does not listen.')
    return address.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** @returns the settings of a stack that may send to this ticket system */
export const parametersFor = ({ port }: TicketSystem): Record<string, string> => ({ ExtraWebhookPorts: String(port) })
