import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectWithPostmaster } from '../bench/clients/postmaster.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { type Dovecot, startDovecot } from '../mail-server/dovecot/dovecot.ts'
import { startProxy } from '../mail-server/proxy.ts'

const password = 'correct horse'
const users = ['imap-full', 'imap-empty', 'pop3-full', 'pop3-empty']
let dovecot: Dovecot
beforeAll(async () => {
  dovecot = await startDovecot({ users: users.map((name) => ({ name, password })) })
})
afterAll(() => dovecot.stop())

/** Runs one whole fetch over a connection that is so slow that no response overtakes the next command. */
const fetchRun = async (protocol: 'imap' | 'pop3', user: string) => {
  await using proxy = await startProxy({
    to: { port: dovecot.port(protocol === 'imap' ? 'IMAP' : 'POP3') },
    delayMs: 20,
  })
  const folder = mkdtempSync(join(tmpdir(), 'round-trips-'))
  try {
    await collectWithPostmaster({ protocol, host: '127.0.0.1', port: proxy.port, user, password, folder })
    const { roundTrips, connections } = proxy.counts
    return {
      stored: readdirSync(folder).length,
      connections,
      left: await dovecot.count(user),
      trips: roundTrips + connections,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('round trips of a fetch run, from connect to quit', () => {
  it.each([
    { protocol: 'imap', most: 10 },
    { protocol: 'pop3', most: 100 },
  ] as const)(
    'a fetch run over $protocol stores and deletes 1,000 small messages in at most $most round trips',
    async ({ protocol, most }) => {
      await dovecot.deliver(`${protocol}-full`, smallMessages(1000))
      const { stored, left, trips, connections } = await fetchRun(protocol, `${protocol}-full`)
      console.log(`1,000 small messages over ${protocol}: ${trips} round trips in ${connections} connections`)
      expect({ stored, left }).toEqual({ stored: 1000, left: 0 })
      expect(trips).toBeLessThanOrEqual(most)
    },
  )

  it('a fetch run over IMAP needs 5 round trips for an empty mailbox', async () => {
    // Connecting, ID, LOGIN, SELECT, LOGOUT.
    expect(await fetchRun('imap', 'imap-empty')).toEqual({ stored: 0, left: 0, connections: 1, trips: 5 })
  })

  it('a fetch run over POP3 needs 5 round trips for an empty mailbox', async () => {
    // Connecting, CAPA, USER with PASS, UIDL with LIST, QUIT.
    expect(await fetchRun('pop3', 'pop3-empty')).toEqual({ stored: 0, left: 0, connections: 1, trips: 5 })
  })
})
