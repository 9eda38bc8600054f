import { describe, expect, it } from 'vitest'
import { publishedServers } from '../../../lib/mailbox/server-proposals/published-servers.ts'
import type { ServiceRecord } from '../../../lib/network/service-records.ts'

const record = (target: string, port: number, priority = 10, weight = 0): ServiceRecord => ({
  ...{ target, port, priority, weight },
})

/** The servers of a zone with these records, as short texts. */
const found = async (zone: Readonly<Record<string, readonly ServiceRecord[]>>, domain = 'example.com') => {
  const servers = await publishedServers(domain, async (name) => zone[name] ?? [])
  return servers.map(({ type, host, port }) => `${type} ${host}:${port}`)
}

describe('the servers that a domain publishes', () => {
  it('the servers are listed with IMAP before POP3, and TLS from the first byte before STARTTLS', async () => {
    expect(
      await found({
        '_pop3._tcp.example.com': [record('pop.example.com', 110)],
        '_pop3s._tcp.example.com': [record('pop.example.com', 995)],
        '_imap._tcp.example.com': [record('imap.example.com', 143)],
        '_imaps._tcp.example.com': [record('imap.example.com', 993)],
      }),
    ).toEqual([
      'IMAPS imap.example.com:993',
      'IMAPTLS imap.example.com:143',
      'POP3S pop.example.com:995',
      'POP3TLS pop.example.com:110',
    ])
  })

  it('the protocol that the domain prefers comes first', async () => {
    expect(
      await found({
        '_imaps._tcp.example.com': [record('imap.example.com', 993, 20)],
        '_pop3s._tcp.example.com': [record('pop.example.com', 995, 10)],
        '_pop3._tcp.example.com': [record('pop.example.com', 110, 30)],
      }),
    ).toEqual(['POP3S pop.example.com:995', 'POP3TLS pop.example.com:110', 'IMAPS imap.example.com:993'])
  })

  it('the first server of a service is proposed, by priority and then by weight', async () => {
    const servers = [record('c', 1, 20, 99), record('a', 2, 10, 1), record('b.example.net.', 3, 10, 5)]
    expect(await found({ '_imaps._tcp.example.com': servers })).toEqual(['IMAPS b.example.net:3'])
  })

  it('a service with the target “.” is not offered, and records that name no host are ignored', async () => {
    expect(
      await found({
        '_imaps._tcp.example.com': [record('', 0)],
        '_imap._tcp.example.com': [record('.', 0)],
        '_pop3s._tcp.example.com': [record('not a host', 995), record('pop.example.com', 0)],
      }),
    ).toEqual([])
  })

  it('an internationalised domain is looked up in its ASCII form', async () => {
    const zone = { '_imaps._tcp.xn--bcher-kva.example': [record('imap.example.net', 993)] }
    expect(await found(zone, 'bücher.example')).toEqual(['IMAPS imap.example.net:993'])
  })
})
