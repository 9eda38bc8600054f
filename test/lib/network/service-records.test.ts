import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serviceLookUp } from '../../../lib/network/service-records.ts'

const nameOf = (labels: readonly string[]): Buffer =>
  Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])])

/** A DNS response (RFC 1035 section 4) that repeats the question, with one SRV record or with the error NXDOMAIN. */
const responseTo = (query: Buffer, target: Buffer | undefined): Buffer => {
  const question = query.subarray(12, query.indexOf(0, 12) + 5)
  const flags = target ? [0x81, 0x80] : [0x81, 0x83]
  const header = Buffer.from([...query.subarray(0, 2), ...flags, 0, 1, 0, target ? 1 : 0, 0, 0, 0, 0])
  if (!target) return Buffer.concat([header, question])
  // A pointer to the question, type SRV, class IN, 60 seconds; then priority 7, weight 3 and port 993.
  const record = [0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, target.length + 6, 0, 7, 0, 3, 0x03, 0xe1]
  return Buffer.concat([header, question, Buffer.from(record), target])
}

/** Looks up the records of a domain whose DNS server sends these responses. */
const lookedUp = async (respond: (query: Buffer) => Buffer | undefined, longest = 60_000) => {
  const server = createSocket('udp4')
  onTestFinished(() => void server.close())
  server.on('message', (query, { port, address }) => {
    const response = respond(query)
    if (response) server.send(response, port, address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const look = serviceLookUp({ servers: [`127.0.0.1:${server.address().port}`], longest })
  return await look('_imaps._tcp.example.com')
}

describe('the lookup of SRV records', () => {
  it('the lookup returns the records of a name', async () => {
    const target = nameOf(['imap', 'example', 'net'])
    expect(await lookedUp((query) => responseTo(query, target))).toMatchObject([
      { target: 'imap.example.net', port: 993, priority: 7, weight: 3 },
    ])
  })

  it('the lookup returns no records for an unknown name or for a server that does not respond', async () => {
    expect(await lookedUp((query) => responseTo(query, undefined))).toEqual([])
    expect(await lookedUp(() => undefined, 50)).toEqual([])
  })
})
