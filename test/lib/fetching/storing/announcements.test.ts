import { describe, expect, it } from 'vitest'
import type { Account } from '../../../../lib/accounts/account.ts'
import { takeJob } from '../../../../lib/fetching/take-job.ts'
import { MailboxError } from '../../../../lib/mailbox/mailbox-error.ts'
import { FakeServer } from '../fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from '../memory-services.ts'

const mails = [1, 2, 3].map((number) => aMail(number))

const worldOf = (changes: Partial<Account> = {}) => {
  const server = new FakeServer(mails)
  if (changes.type === 'POP3S') server.protocol = 'pop3'
  const memory = memoryServices(server, anAccount(changes))
  const { state } = memory
  const run = () => takeJob(memory.services, tick(), aDeadline(state.now))
  const states = () => [...state.messages.values()].map((row) => row.state)
  return { server, memory, state, run, states }
}

describe('the mark that a message was announced', () => {
  it.each<[string, Partial<Account>, string]>([
    ['deletes its mail over IMAP', {}, 'deleted'],
    ['deletes its mail over POP3', { type: 'POP3S', folder: undefined }, 'deleted'],
    ['moves its mail', { afterFetch: { action: 'move', folder: 'Done' } }, 'moved'],
    ['keeps its mail', { afterFetch: { action: 'keep' } }, 'kept'],
  ])('a message of an account that %s is marked once, as announced and as %3$s', async (_, changes, server) => {
    const { state, run } = worldOf(changes)
    const confirmedAt = new Date(state.now).toISOString()
    expect(await run()).toMatchObject({ state: 'done', counts: { announced: 3 } })
    for (const row of state.messages.values())
      expect(row).toMatchObject({ state: 'announced', announcedAt: confirmedAt, server })
    expect(state.marks).toBe(mails.length)
    expect(state.announced).toHaveLength(mails.length)
  })

  it('no message waits for its removal longer than its session', async () => {
    const refused = worldOf()
    refused.server.refuseRemoval = true
    const lost = worldOf({ type: 'POP3S', folder: undefined })
    lost.server.losesQuitAnswer = true
    const broken = worldOf()
    broken.server.onRetrieve = (uid) => {
      if (uid === '3') throw new MailboxError('connection-lost')
    }
    const changed = worldOf()
    changed.server.onRetrieve = () => void changed.state.accounts.delete('account-1')
    for (const [{ run, states, state }, count] of [
      [refused, 3],
      [lost, 3],
      [broken, 2],
      [changed, 3],
    ] as const) {
      await run()
      expect(states()).toEqual(Array.from({ length: count }, () => 'announced'))
      expect(state.announced).toHaveLength(count)
      expect(state.marks).toBe(count)
    }
  })

  it('a message that an earlier run did not announce is marked at once, because the sweep may look at it', async () => {
    const { memory, state, run, server, states } = worldOf()
    state.fail.announce = () => true
    expect((await run()).counts).toMatchObject({ stored: 3, announced: 0 })
    state.fail = {}
    let marked: string[] = []
    server.onRemove = () => {
      marked = states()
    }
    const later = tick('2026-06-01T14:00:00.000Z')
    expect(await takeJob(memory.services, later, aDeadline(state.now))).toMatchObject({ state: 'done' })
    expect(marked).toEqual(['announced', 'announced', 'announced'])
  })

  it('a message whose mark could not be written with its removal is marked when the session ends', async () => {
    const { memory, state, states } = worldOf()
    const markServer = () => Promise.reject(new Error('table down'))
    const services = { ...memory.services, ledger: { ...memory.services.ledger, markServer } }
    const run = await takeJob(services, tick(), aDeadline(state.now))
    expect(run).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
    expect(states()).toEqual(['announced', 'announced', 'announced'])
  })

  it('a message that another one repeats in the same session is announced once', async () => {
    const { server, state, run } = worldOf({ type: 'POP3S', folder: undefined })
    server.stableUids = false
    server.messages.push({ uid: '4', bytes: aMail(1) })
    await run()
    expect(state.messages.size).toBe(3)
    expect(state.announced.toSorted()).toEqual([...state.messages.keys()].toSorted())
  })
})
