import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'

const key = Buffer.from((process.env.WEBHOOK_SECRET ?? '').slice('whsec_'.length), 'base64')
/** Use a database instead, with a unique index on the id. */
const tickets = new Map<string, string>()

const isSigned = (headers: IncomingHttpHeaders, body: Buffer): boolean => {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers
  const expected = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest()
  const fresh = Math.abs(Date.now() / 1000 - Number(time)) < 300
  const matches = (text: string) => {
    const given = Buffer.from(text.slice('v1,'.length), 'base64')
    return text.startsWith('v1,') && given.length === expected.length && timingSafeEqual(given, expected)
  }
  return fresh && String(signatures).split(' ').some(matches)
}

createServer(async (request, response) => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  const body = Buffer.concat(pieces)
  if (!isSigned(request.headers, body)) return response.writeHead(401).end('The signature is wrong.')
  const event = JSON.parse(body.toString())
  if (event.type !== 'message.received') return response.writeHead(204).end()
  const known = tickets.get(event.id)
  const ticket = known ?? String(tickets.size + 1)
  tickets.set(event.id, ticket)
  response.writeHead(200, { 'content-type': 'application/json' })
  return response.end(JSON.stringify({ ticket, result: known === undefined ? 'new' : 'known' }))
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1')
