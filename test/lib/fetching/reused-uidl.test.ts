import { describe, expect, it } from 'vitest'
import { fetchAccount } from '../../../lib/fetching/fetch-account.ts'
import { MailboxError } from '../../../lib/mailbox/mailbox-error.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

/** Mail 1 to 9 have the same size, so that nothing but their bytes tells them apart. */
const mails = (...numbers: number[]) => numbers.map((number) => aMail(number))

/** A server that numbers its messages anew in each session, and gives these numbers as UIDLs. */
const numbering = (server: FakeServer): void => {
  server.messages = server.messages.map(({ bytes }, index) => ({ uid: String(index + 1), bytes }))
}

const pop3World = (bytes: Buffer[]) => {
  const server = new FakeServer(bytes)
  server.protocol = 'pop3'
  const memory = memoryServices(server, anAccount({ type: 'POP3S', folder: undefined }))
  const run = (slot: string) => fetchAccount(memory.services, tick(slot), aDeadline(memory.state.now))
  const stored = () => [...memory.state.raw.values()].map(String)
  const status = () => memory.state.statuses.get('account-1')
  return { server, memory, run, stored, status }
}

describe('a POP3 server that uses message numbers as UIDLs', () => {
  it('loses no mail of the same size when the answer to QUIT is lost', async () => {
    const { server, memory, run, stored, status } = pop3World(mails(1, 2))
    server.losesQuitAnswer = true
    await run('2026-06-01T12:00:00.000Z')
    expect(status()).toMatchObject({ removalUnconfirmed: true })
    server.losesQuitAnswer = false
    server.messages.push(...mails(3, 4, 5).map((bytes) => ({ uid: '', bytes })))
    numbering(server)
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'done', counts: { found: 3, stored: 3 } })
    expect(stored().sort()).toEqual(mails(1, 2, 3, 4, 5).map(String).sort())
    expect(server.messages).toEqual([])
    expect(memory.state.announced).toHaveLength(5)
    expect(status()).not.toHaveProperty('removalUnconfirmed')
  })

  it('loses no mail when the process dies before it learns what QUIT did', async () => {
    const { server, run, stored, status, memory } = pop3World(mails(1, 2))
    server.onRemove = () => {
      throw new Error('killed')
    }
    await expect(run('2026-06-01T12:00:00.000Z')).rejects.toThrow('killed')
    // What a killed process leaves behind: nothing of the session reached the rows but what was written before DELE.
    expect(status()).toMatchObject({ removalUnconfirmed: true })
    server.onRemove = () => undefined
    server.messages = mails(7).map((bytes) => ({ uid: '1', bytes }))
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'done', counts: { stored: 1 } })
    expect(stored()).toContain(String(aMail(7)))
    expect(memory.state.announced).toHaveLength(3)
  })

  it('announces nothing twice when the lost QUIT deleted nothing', async () => {
    const { server, memory, run } = pop3World(mails(1, 2))
    server.onRemove = () => {
      throw new MailboxError('connection-lost')
    }
    await run('2026-06-01T12:00:00.000Z')
    server.onRemove = () => undefined
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ counts: { alreadyKnown: 2, stored: 0, deleted: 2 } })
    expect(memory.state.announced).toHaveLength(2)
  })

  it('keeps comparing until a run has finished', async () => {
    const { server, run, status, stored } = pop3World(mails(1))
    server.losesQuitAnswer = true
    await run('2026-06-01T12:00:00.000Z')
    server.losesQuitAnswer = false
    server.messages = mails(4).map((bytes) => ({ uid: '1', bytes }))
    server.openError = new MailboxError('server-silent')
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ state: 'failed' })
    expect(status()).toMatchObject({ removalUnconfirmed: true })
    server.openError = undefined
    await run('2026-06-01T13:00:00.000Z')
    expect(stored()).toContain(String(aMail(4)))
  })
})

describe('a POP3 run whose deletes were all answered', () => {
  it('does not read known messages again', async () => {
    const { server, run, status } = pop3World(mails(1, 2))
    server.refuseRemoval = true
    await run('2026-06-01T12:00:00.000Z')
    expect(status()).not.toHaveProperty('removalUnconfirmed')
    server.log.length = 0
    await run('2026-06-01T12:10:00.000Z')
    expect(server.log.filter((line) => line.startsWith('retrieve'))).toEqual([])
  })
})
