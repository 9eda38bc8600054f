import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod'
import { listenOnLoopback, readBody } from '../local/common/loopback-server.ts'

const secret = Buffer.from('signing secret of npm run demo')
/** The demo's receiver listens on loopback only and creates no tickets, so its secret need not be secret. */
export const sampleSigningSecret = `whsec_${secret.toString('base64')}`

/** A webhook receiver that verifies signatures and invents a ticket number for each mail. */
export interface SampleReceiver {
  readonly url: string
  readonly port: number
  /** The mails received so far. */
  readonly tickets: readonly SampleTicket[]
  stop(): Promise<void>
}

export interface SampleTicket {
  readonly number: string
  readonly queue: string
  readonly subject: string
}

/** In bytes. An event has at most 20 kB. */
const bodyLimit = 64 * 1024
/** In seconds, as Standard Webhooks recommends: an older request could be a recorded one. */
const oldest = 5 * 60

const eventSchema = z.object({
  id: z.string(),
  data: z.object({
    queue: z.object({ target: z.string() }),
    header: z.object({ subject: z.string().optional() }).optional(),
  }),
})

/** @param onTicket called for each new ticket */
export const startSampleReceiver = async (onTicket: (ticket: SampleTicket) => void): Promise<SampleReceiver> => {
  const tickets = new Map<string, SampleTicket>()
  const server = await listenOnLoopback(0, async (request, response) => {
    const body = await readBody(request, bodyLimit)
    if (!body || !isSigned(request.headers, body)) return response.writeHead(401).end()
    const { id, data } = eventSchema.parse(JSON.parse(body.toString()))
    // A repeated delivery has the same id, and becomes the same ticket.
    const known = tickets.get(id)
    const ticket = known ?? {
      number: `DEMO-${tickets.size + 1}`,
      queue: data.queue.target,
      subject: data.header?.subject ?? '(no subject)',
    }
    tickets.set(id, ticket)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ticket: ticket.number, result: known ? 'known' : 'new' }))
    if (!known) onTicket(ticket)
  })
  return {
    url: `${server.url}/postmaster`,
    port: server.port,
    get tickets() {
      return [...tickets.values()]
    },
    stop: () => server.close(),
  }
}

/** Verifies a request as the Standard Webhooks specification describes it. */
const isSigned = (headers: IncomingHttpHeaders, body: Buffer): boolean => {
  const [id, time, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    String(headers[`webhook-${name}`] ?? ''),
  )
  if (Math.abs(Date.now() / 1000 - Number(time)) > oldest) return false
  const expected = createHmac('sha256', secret).update(`${id}.${time}.`).update(body).digest()
  return (signatures ?? '').split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
