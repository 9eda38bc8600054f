import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

/** Changes after which the server's UIDs refer to other messages. Each changes the server, the account or both. */
const changes: ReadonlyArray<[title: string, uidValidity: string, account: Partial<Account>]> = [
  ['the folder was created again (UIDVALIDITY)', '8', {}],
  ['another folder was chosen', '7', { folder: 'Archive' }],
  ['another folder with its own UIDVALIDITY was chosen', '9', { folder: 'Archive' }],
  ['another host or user was chosen (mailbox epoch)', '7', { mailboxEpoch: 2 }],
]

const keeping: Partial<Account> = { afterFetch: { action: 'keep' } }

/** Runs twice around the change and returns what the second run did. */
const acrossChange = async (
  server: FakeServer,
  account: Account,
  uidValidity: string,
  changed: Partial<Account>,
  between: (memory: ReturnType<typeof memoryServices>) => void,
) => {
  const memory = memoryServices(server, account)
  await takeJob(memory.services, tick(), aDeadline(memory.state.now))
  server.uidValidity = uidValidity
  memory.state.accounts.set('account-1', { ...account, ...changed })
  between(memory)
  const fetchAgain = (slot: string) => takeJob(memory.services, tick(slot), aDeadline(memory.state.now))
  return { memory, run: await fetchAgain('2026-06-01T12:10:00.000Z'), fetchAgain }
}

describe.each(changes)('after the identity of a mailbox changes: %s', (_title, uidValidity, changed) => {
  it('after an identity change, an IMAP account that keeps its mail fetches new mail with lower UIDs and continues from there', async () => {
    const server = new FakeServer([1, 2, 3].map((number) => aMail(number)))
    const { memory, run, fetchAgain } = await acrossChange(server, anAccount(keeping), uidValidity, changed, () => {
      server.messages = [{ uid: '1', bytes: aMail(10) }]
    })
    expect(run).toMatchObject({ state: 'done', counts: { found: 1, stored: 1 } })
    expect(memory.state.statuses.get('account-1')).toMatchObject({ resume: { keep: { watermark: '1' } } })
    server.messages.push({ uid: '2', bytes: aMail(11) })
    expect(await fetchAgain('2026-06-01T12:20:00.000Z')).toMatchObject({ counts: { found: 1, stored: 1 } })
  })

  it('after an identity change, an IMAP account that keeps its mail does not announce mail with known bytes again', async () => {
    const server = new FakeServer([1, 2].map((number) => aMail(number)))
    const { memory, run } = await acrossChange(server, anAccount(keeping), uidValidity, changed, () => {
      server.messages = [
        { uid: '1', bytes: aMail(1) },
        { uid: '2', bytes: aMail(3) },
      ]
    })
    expect(run).toMatchObject({ counts: { found: 2, stored: 1, alreadyKnown: 1 } })
    expect(memory.state.announced).toHaveLength(3)
  })

  it('after an identity change, a run announces stored but unannounced mail before deleting it', async () => {
    const server = new FakeServer([aMail(1), aMail(2)])
    const memory = memoryServices(server)
    memory.state.fail.announce = () => true
    await takeJob(memory.services, tick(), aDeadline(memory.state.now))
    memory.state.fail.announce = () => false
    server.uidValidity = uidValidity
    memory.state.accounts.set('account-1', anAccount(changed))
    server.onRemove = () => expect(memory.state.announced).toHaveLength(2)
    const run = await takeJob(memory.services, tick('2026-06-01T12:10:00.000Z'), aDeadline(memory.state.now))
    expect(run).toMatchObject({ counts: { stored: 0, alreadyKnown: 2, announced: 2, deleted: 2 } })
  })

  it('an exception recorded for the old folder does not apply to a message in the new folder', async () => {
    const server = new FakeServer([aMail(1), Buffer.alloc(2000)])
    const account = anAccount({ ...keeping, maxMessageSize: 1000 })
    const { memory } = await acrossChange(server, account, uidValidity, changed, () => {
      server.messages = [{ uid: '1', bytes: aMail(10) }]
    })
    expect(memory.state.statuses.get('account-1')?.resume?.keep?.exceptions ?? []).toEqual([])
  })

  it('crash counts and suspects recorded for the old folder do not delay messages in the new folder', async () => {
    const server = new FakeServer([aMail(1)])
    const { memory, run } = await acrossChange(server, anAccount(), uidValidity, changed, ({ state }) => {
      const status = state.statuses.get('account-1')
      const resume = { ...status?.resume, deaths: { 5: 3 }, suspects: ['6'], inFlight: ['7'] }
      state.statuses.set('account-1', { ...status, accountId: 'account-1', resume })
      server.messages = ['5', '6', '7', '8'].map((uid) => ({ uid, bytes: aMail(Number(uid)) }))
      server.log.length = 0
    })
    expect(run).toMatchObject({ state: 'done', counts: { found: 4, stored: 4, skipped: 0 } })
    expect(server.log.filter((line) => line.startsWith('retrieve'))).toEqual(['retrieve 4'])
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('resume.deaths')
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('resume.suspects')
  })
})
