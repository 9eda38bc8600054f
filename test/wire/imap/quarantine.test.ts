import { afterAll, describe, expect, it } from 'vitest'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'
import { UnstoredMessages } from '../../../lib/messages/unstored/unstored-messages.ts'
import { FakeServer } from '../../lib/fetching/fake-server.ts'
import { aDeadline, anAccount, memoryServices, tick } from '../../lib/fetching/memory-services.ts'
import { startTables } from '../../support/dynamo.ts'
import { policyFor, serverWith, settingsFor, user } from './imap-wire.ts'

const tables = await startTables()
afterAll(() => tables.stop())

describe('the quarantine over IMAP and DynamoDB', () => {
  it('a message that is too large is in the quarantine until another client removes it', async () => {
    const server = await serverWith({})
    const { inbox } = server.user(user.name)
    inbox.appendAll(['Subject: small\r\n\r\nx\r\n', `Subject: large\r\n\r\n${'x'.repeat(2_000)}\r\n`].map(Buffer.from))
    const unstored = new UnstoredMessages(tables.table('unstored'))
    const memory = memoryServices(new FakeServer(), anAccount({ maxMessageSize: 1_000 }))
    const services: typeof memory.services = {
      ...memory.services,
      unstored,
      openMailbox: (_settings, _policy, signal, watch) =>
        openImapMailbox(settingsFor(server), policyFor(settingsFor(server).port), signal, watch),
    }
    const run = (slot: string) => takeJob(services, tick(slot), aDeadline(memory.state.now))
    expect(await run('2026-06-01T12:00:00.000Z')).toMatchObject({ state: 'done', counts: { stored: 1, skipped: 1 } })
    expect(await unstored.ofAccount('account-1', 10)).toMatchObject([{ uid: '2', reason: { code: 'too-large' } }])
    inbox.remove(2)
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'done', counts: { found: 0 } })
    expect(await unstored.ofAccount('account-1', 10)).toEqual([])
  })
})
