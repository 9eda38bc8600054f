import { expect, it, onTestFinished } from 'vitest'
import type { AccountType } from '../../../lib/mailbox/account-type.ts'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'
import { listAll } from '../../contracts/mailbox-steps.ts'
import { smallMessages } from '../../mail-server/corpus.ts'
import { startDovecot } from '../../mail-server/dovecot/dovecot.ts'
import { startProxy } from '../../mail-server/proxy.ts'
import { policyFor, user } from './imap-wire.ts'

const throughProxy = async (type: AccountType, messages: readonly Buffer[]) => {
  const server = await startDovecot({ users: [user] })
  onTestFinished(() => server.stop())
  await server.deliver(user.name, messages)
  const proxy = await startProxy({ to: { port: server.port(type) } })
  onTestFinished(() => proxy.stop())
  const settings = {
    type,
    host: 'localhost',
    port: proxy.port,
    folder: 'INBOX',
    credential: { method: 'password', username: user.name, password: user.password },
    customCa: server.caPem,
  } as const
  const open = () => openImapMailbox(settings, policyFor(proxy.port), new AbortController().signal)
  return { server, proxy, open }
}

it('IMAP needs at most 60 round trips from connect to logout to list, retrieve and delete 1,000 small messages', async () => {
  const { server, proxy, open } = await throughProxy('IMAP', [...smallMessages(1000)])
  const mailbox = await open()
  const listed = await listAll(mailbox)
  let bytes = 0
  for (let from = 0; from < listed.length; from += 250) {
    const chunk = listed.slice(from, from + 250)
    for await (const found of mailbox.retrieve(chunk)) if (found.kind === 'whole') bytes += found.bytes.length
    expect((await mailbox.remove(chunk)).confirmed).toHaveLength(250)
  }
  await mailbox.close()
  expect(bytes).toBeGreaterThan(1_000_000)
  expect(await server.count(user.name)).toBe(0)
  // The proxy does not see TCP's own handshake, which the mailbox counts together with the greeting.
  expect(mailbox.roundTrips).toBe(proxy.counts.roundTrips + 1)
  expect(mailbox.bytesReceived).toBe(proxy.counts.bytesToClient)
  console.log(`1,000 small messages over IMAP: ${proxy.counts.roundTrips} round trips`)
  expect(proxy.counts.roundTrips).toBeLessThanOrEqual(60)
})

it.each([
  ['IMAP', 5],
  ['IMAPS', 7],
  ['IMAPTLS', 8],
] as const)(
  'polling an empty mailbox over %s needs only the round trips for login, open and logout',
  async (type, most) => {
    const { proxy, open } = await throughProxy(type, [])
    const mailbox = await open()
    expect(await listAll(mailbox)).toEqual([])
    await mailbox.close()
    console.log(
      `an empty poll over ${type}: ${proxy.counts.roundTrips} round trips, ${mailbox.roundTrips} by our count`,
    )
    expect(proxy.counts.roundTrips).toBeLessThanOrEqual(most)
    expect(Math.abs(mailbox.roundTrips - 1 - proxy.counts.roundTrips)).toBeLessThanOrEqual(1)
  },
)
