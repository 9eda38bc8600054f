import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { type FakeMessage, FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

/** Messages 1 to 9 have the same size, so only their bytes differ. */
const mails = (...numbers: number[]) => numbers.map((number) => aMail(number))

/** A server that renumbers its messages in each session and uses the numbers as UIDLs. */
const numbering = (server: FakeServer): void => {
  server.messages = server.messages.map(({ bytes }, index) => ({ uid: String(index + 1), bytes }))
}

const pop3World = (bytes: Buffer[], changes: Partial<Account> = {}) => {
  const server = new FakeServer(bytes)
  server.protocol = 'pop3'
  const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined, ...changes }))
  const run = (slot: string) => takeJob(memory.services, tick(slot), aDeadline(memory.state.now))
  const stored = () => [...memory.state.raw.values()].map(String)
  const status = () => memory.state.statuses.get('account-1')
  return { server, memory, run, stored, status }
}

describe('a POP3 server that uses message numbers as UIDLs', () => {
  it('mail of the same size under a reused UIDL is not lost if the response to QUIT is lost', async () => {
    const { server, memory, run, stored, status } = pop3World(mails(1, 2))
    server.losesQuitAnswer = true
    await run('2026-06-01T12:00:00.000Z')
    expect(status()).toMatchObject({ resume: { removalUnconfirmed: true } })
    server.losesQuitAnswer = false
    server.messages.push(...mails(3, 4, 5).map((bytes) => ({ uid: '', bytes })))
    numbering(server)
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'done', counts: { found: 3, stored: 3 } })
    expect(stored().sort()).toEqual(mails(1, 2, 3, 4, 5).map(String).sort())
    expect(server.messages).toEqual([])
    expect(memory.state.announced).toHaveLength(5)
    expect(status()).not.toHaveProperty('resume.removalUnconfirmed')
  })

  it('mail of the same size is not lost if its UIDL belonged to a message that stayed on the server', async () => {
    const { server, memory, run, stored } = pop3World(mails(1, 2))
    server.numbersAsUids = true
    memory.state.fail.announce = (id) => memory.state.messages.get(id)?.source.uid === '2'
    await run('2026-06-01T12:00:00.000Z')
    expect(server.messages).toHaveLength(1)
    memory.state.fail.announce = () => false
    server.messages.push(...mails(3).map((bytes) => ({ uid: '', bytes })))
    numbering(server)
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'done', counts: { found: 2 } })
    expect(stored()).toEqual(expect.arrayContaining(mails(1, 2, 3).map(String)))
    expect(server.messages).toEqual([])
  })

  it('mail under a reused UIDL is not lost if the process dies before it receives the response to QUIT', async () => {
    const { server, run, stored, status, memory } = pop3World(mails(1, 2))
    server.onRemove = () => {
      throw new Error('killed')
    }
    await expect(run('2026-06-01T12:00:00.000Z')).rejects.toThrow('killed')
    // After the crash, the rows contain only data written before DELE.
    expect(status()).toMatchObject({ resume: { removalUnconfirmed: true } })
    server.onRemove = () => undefined
    server.messages = mails(7).map((bytes) => ({ uid: '1', bytes }))
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'done', counts: { stored: 1 } })
    expect(stored()).toContain(String(aMail(7)))
    expect(memory.state.announced).toHaveLength(3)
  })

  it.each([2, 1000])('none of %i messages is announced twice if the lost QUIT deleted nothing', async (count) => {
    const { server, memory, run } = pop3World(mails(...Array.from({ length: count }, (_, index) => index + 1)))
    server.onRemove = () => {
      throw new MailboxError('connection-lost')
    }
    await run('2026-06-01T12:00:00.000Z')
    server.onRemove = () => undefined
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({
      counts: { alreadyKnown: count, stored: 0, deleted: count },
    })
    expect(memory.state.announced).toHaveLength(count)
    expect(server.messages).toEqual([])
  })

  it('messages under reused UIDLs are compared by their bytes until a run succeeds', async () => {
    const { server, run, status, stored } = pop3World(mails(1))
    server.losesQuitAnswer = true
    await run('2026-06-01T12:00:00.000Z')
    server.losesQuitAnswer = false
    server.messages = mails(4).map((bytes) => ({ uid: '1', bytes }))
    server.openError = new MailboxError('server-silent')
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'failed' })
    expect(status()).toMatchObject({ resume: { removalUnconfirmed: true } })
    server.openError = undefined
    await run('2026-06-01T13:00:00.000Z')
    expect(stored()).toContain(String(aMail(4)))
  })
})

describe('a message under a UIDL whose deletion was not confirmed', () => {
  const slots = ['2026-06-01T12:00:00.000Z', '2026-06-01T12:10:00.000Z', '2026-06-01T12:20:00.000Z'] as const

  it.each<[title: string, found: Partial<FakeMessage>, rowsFail?: boolean]>([
    ['has no content', { bytes: aMail(4), absent: 'no-body' }],
    ['is larger than the account allows', { bytes: Buffer.alloc(5000), listedSize: aMail(1).length, streamed: true }],
    ['cannot be recorded', { bytes: aMail(4) }, true],
  ])(
    'a message under a reused UIDL is not deleted unread after a run in which it %s',
    async (_title, found, rowsFail = false) => {
      const { server, memory, run, status } = pop3World(mails(1), { maxMessageSize: 1000 })
      server.losesQuitAnswer = true
      await run(slots[0])
      server.losesQuitAnswer = false
      server.messages = [{ uid: '1', bytes: aMail(4), ...found }]
      memory.state.fail.row = () => rowsFail
      for (const slot of slots.slice(1)) {
        await run(slot)
        expect(server.messages).toHaveLength(1)
        expect(status()).toMatchObject({ resume: { removalUnconfirmed: true } })
      }
    },
  )

  it('a message under a reused UIDL is compared by its bytes even if the account used to keep its mail', async () => {
    const { server, memory, run, stored } = pop3World(mails(1), { afterFetch: { action: 'keep' } })
    await run(slots[0])
    memory.state.accounts.set('account-1', anAccount({ type: 'POP3S', folder: undefined }))
    server.losesQuitAnswer = true
    await run(slots[1])
    server.losesQuitAnswer = false
    server.messages = mails(4).map((bytes) => ({ uid: '1', bytes }))
    await run(slots[2])
    expect(stored()).toContain(String(aMail(4)))
  })

  it.each(['delete', 'keep'] as const)(
    'a message is compared by its bytes each time its UIDL is reused (%s)',
    async (action) => {
      const { server, memory, run, stored } = pop3World(mails(1))
      server.losesQuitAnswer = true
      await run(slots[0])
      server.losesQuitAnswer = false
      memory.state.accounts.set('account-1', anAccount({ type: 'POP3S', folder: undefined, afterFetch: { action } }))
      for (const [index, number] of [4, 5].entries()) {
        server.messages = mails(number).map((bytes) => ({ uid: '1', bytes }))
        await run(slots[index + 1] ?? '')
      }
      expect(stored().sort()).toEqual(mails(1, 4, 5).map(String).sort())
      expect(memory.state.announced).toHaveLength(3)
    },
  )
})

describe('a UIDL that referred to a message of a different size', () => {
  it('a message under a reused UIDL is not mistaken for an earlier message of the same size', async () => {
    const { server, run, stored } = pop3World(mails(1))
    server.refuseRemoval = true
    await run('2026-06-01T12:00:00.000Z')
    server.refuseRemoval = false
    server.messages = mails(1234567).map((bytes) => ({ uid: '1', bytes }))
    await run('2026-06-01T12:10:00.000Z')
    server.messages = mails(2).map((bytes) => ({ uid: '1', bytes }))
    await run('2026-06-01T12:20:00.000Z')
    expect(stored().sort()).toEqual(mails(1, 1234567, 2).map(String).sort())
  })
})

describe('a POP3 run whose deletions were all confirmed', () => {
  it('known messages are not read again after all deletions are confirmed', async () => {
    const { server, run, status } = pop3World(mails(1, 2))
    server.refuseRemoval = true
    await run('2026-06-01T12:00:00.000Z')
    expect(status()).not.toHaveProperty('resume.removalUnconfirmed')
    server.log.length = 0
    await run('2026-06-01T12:10:00.000Z')
    expect(server.log.filter((line) => line.startsWith('retrieve'))).toEqual([])
  })
})
