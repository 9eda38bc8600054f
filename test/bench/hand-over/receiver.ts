import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** `refuses`: nothing listens at the port. `hangs`: connections are accepted, and requests are never answered. */
export type Behaviour = 'answers' | 'hangs' | 'refuses'

/** How long a receiver takes to store a message, in milliseconds. */
interface Work {
  readonly shortest: number
  readonly longest: number
}
const usualWork: Work = { shortest: 20, longest: 50 }

/** A webhook receiver on loopback, in clear text, so that TLS does not dominate the result on a busy machine. */
export class Receiver {
  /** The id of each message that was answered, in order. */
  readonly accepted: string[] = []
  #behaviour: Behaviour
  readonly #server: Server
  #port = 0

  private constructor(behaviour: Behaviour, work: Work) {
    this.#behaviour = behaviour
    this.#server = createServer(async (request, response) => {
      request.resume()
      await once(request, 'end')
      if (this.#behaviour === 'hangs') return
      await sleep(work.shortest + Math.random() * (work.longest - work.shortest))
      this.accepted.push(String(request.headers['webhook-id']))
      response.writeHead(204).end()
    })
  }

  static async start(behaviour: Behaviour, work = usualWork): Promise<Receiver> {
    const receiver = new Receiver(behaviour, work)
    await receiver.#listen()
    if (behaviour === 'refuses') await receiver.stop()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** From now on, every request is answered. */
  async heal(): Promise<void> {
    if (this.#behaviour === 'refuses') await this.#listen()
    this.#behaviour = 'answers'
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }
}
