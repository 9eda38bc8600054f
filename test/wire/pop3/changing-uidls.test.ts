import { describe, expect, test } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { type ListedMessage, type Mailbox, UidlsChanged } from '../../../lib/mailbox/mailbox.ts'
import { pop3MailboxOpener } from '../../../lib/mailbox/pop3/pop3-mailbox.ts'
import type { Run } from '../../../lib/runs/run.ts'
import { everyUid, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { aDeadline, anAccount, memoryServices, tick } from '../../lib/fetching/memory-services.ts'
import { smallMessages } from '../../mail-server/corpus.ts'
import type { MailServer } from '../../mail-server/server.ts'
import { open, policy, serverWith, settingsFor } from './steps.ts'

const change = (server: MailServer, uidls: 'stable' | 'unstable'): void => {
  server.quirks = { ...server.quirks, uidls }
}
const inbox = (server: MailServer) => server.user('ada').inbox
/** Another client removes all messages except the first `left`. */
const take = (server: MailServer, left: number): void => {
  for (const { uid } of inbox(server).messages.slice(left)) inbox(server).remove(uid)
}

describe('the next session of a POP3 mailbox', () => {
  const uses: ReadonlyArray<[string, (mailbox: Mailbox, rest: ListedMessage[]) => Promise<unknown>]> = [
    ['lists messages', (mailbox) => listAll(mailbox)],
    ['retrieves messages', (mailbox, rest) => retrieveAll(mailbox, rest)],
    ['shows headers', (mailbox, rest) => mailbox.headers(rest)],
    ['removes messages', (mailbox, rest) => mailbox.remove(rest)],
  ]
  test.each(uses)(
    'the next POP3 session reports that all UIDLs have changed when it %s, and deletes nothing',
    async (_, use) => {
      await using server = await serverWith()
      inbox(server).appendAll(smallMessages(4))
      const mailbox = await open(server, 'POP3', { pendingPerSession: 1 })
      const messages = await listAll(mailbox)
      await mailbox.remove(messages.slice(0, 1))
      change(server, 'unstable')
      expect((await mailbox.commit()).confirmed).toEqual(everyUid(messages.slice(0, 1)))
      await expect(use(mailbox, messages.slice(1))).rejects.toBeInstanceOf(UidlsChanged)
      expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
      expect(inbox(server).messages).toHaveLength(3)
    },
  )

  test.each<[string, (server: MailServer) => void]>([
    ['new mail has arrived', (server) => void inbox(server).appendAll(smallMessages(2, { from: 50 }))],
    ['one message is still there', (server) => take(server, 1)],
    ['the mailbox is empty', (server) => take(server, 0)],
  ])('the next POP3 session continues if %s', async (_, happens) => {
    await using server = await serverWith()
    inbox(server).appendAll(smallMessages(4))
    const mailbox = await open(server, 'POP3', { pendingPerSession: 1 })
    const messages = await listAll(mailbox)
    await mailbox.remove(messages.slice(0, 1))
    await mailbox.commit()
    happens(server)
    expect(await retrieveAll(mailbox, messages.slice(1))).toHaveLength(3)
    await mailbox.close()
  })

  test('a POP3 mailbox that ignores UIDLs lists all messages without a permanent ID and uses only one session', async () => {
    await using server = await serverWith()
    inbox(server).appendAll(smallMessages(3))
    const settings = { ...settingsFor(server), ignoreUidls: true }
    const opener = pop3MailboxOpener({ pendingPerSession: 1 })
    const mailbox = await opener(settings, policy, new AbortController().signal)
    const messages = await listAll(mailbox)
    expect(messages.map(({ uidIsStable }) => uidIsStable)).toEqual([false, false, false])
    await mailbox.remove(messages.slice(0, 2))
    await mailbox.commit()
    expect(await retrieveAll(mailbox, messages.slice(2))).toHaveLength(1)
    expect((await mailbox.close()).confirmed).toHaveLength(2)
    expect(server.sessionCount).toBe(1)
  })
})

/** Runs with real POP3 sessions that end after two deletes. Everything else is in memory. */
const collecting = (server: MailServer, changes: Partial<Account> = {}) => {
  const account = anAccount({ type: 'POP3', folder: undefined, ...changes })
  const memory = memoryServices(
    {
      open: ({ ignoreUidls }, signal, watch) =>
        pop3MailboxOpener({ pendingPerSession: 2 })({ ...settingsFor(server), ignoreUidls }, policy, signal, watch),
    },
    account,
  )
  const { state } = memory
  const put = memory.services.raw.put
  const hooks: { stored: () => void } = { stored: () => undefined }
  const raw = {
    ...memory.services.raw,
    put: async (...args: Parameters<typeof put>) => {
      const outcome = await put(...args)
      // A slow store, so that stored messages are deleted while others have not been read yet.
      state.now += 200
      hooks.stored()
      return outcome
    },
  }
  const run = async (slot: string): Promise<Run> => {
    state.now = Date.parse(slot) + 5_000
    let done = await takeJob({ ...memory.services, raw }, tick(slot), aDeadline(state.now))
    for (let job = state.jobs.shift(); job !== undefined; job = state.jobs.shift())
      done = await takeJob({ ...memory.services, raw }, job, aDeadline(state.now))
    const { found, stored, alreadyKnown, skipped, left } = done.counts
    expect(found - stored - alreadyKnown - skipped - left).toBe(0)
    return done
  }
  return { memory, run, hooks, status: () => state.statuses.get('account-1') }
}

describe('a fetch run whose POP3 sessions get different UIDLs', () => {
  test('a fetch run with changing UIDLs stores and announces each message once and records the change', async () => {
    await using server = await serverWith({ quirks: { uidls: 'unstable' } })
    inbox(server).appendAll(smallMessages(1_500))
    const { memory, run, status } = collecting(server)
    const done = await run('2026-06-01T12:00:00.000Z')
    expect(done).toMatchObject({ state: 'done', counts: { stored: 1_500, skipped: 0, left: 0, deleted: 1_500 } })
    expect(done.events.map(({ code }) => code)).toEqual(expect.arrayContaining(['interrupted', 'uidls-unstable']))
    expect(inbox(server).messages).toEqual([])
    expect(memory.state.raw.size).toBe(1_500)
    expect(memory.state.announced).toHaveLength(1_500)
    expect(new Set(memory.state.announced).size).toBe(1_500)
    expect(status()).toMatchObject({ resume: { uidls: 'unstable' } })
    expect([...memory.state.messages.values()].every((row) => row.server === 'deleted')).toBe(true)

    inbox(server).appendAll(smallMessages(300, { from: 2_000 }))
    expect(await run('2026-06-01T12:10:00.000Z')).toMatchObject({ parts: 1, counts: { stored: 300, deleted: 300 } })
    expect(memory.state.announced).toHaveLength(1_800)
  })

  test('a fetch run identifies messages by content if it notices changed UIDLs just before it reads a message', async () => {
    await using server = await serverWith()
    inbox(server).appendAll(smallMessages(6))
    const { memory, run, hooks, status } = collecting(server)
    const suspect = inbox(server).messages.at(-1)?.uidl ?? ''
    memory.state.statuses.set('account-1', { accountId: 'account-1', resume: { suspects: [suspect] } })
    hooks.stored = () => change(server, 'unstable')
    const done = await run('2026-06-01T12:00:00.000Z')
    expect(done).toMatchObject({ state: 'done', parts: 2, counts: { found: 6, stored: 6, deleted: 6 } })
    expect(memory.state.announced).toHaveLength(6)
    expect(inbox(server).messages).toEqual([])
    expect(status()).not.toHaveProperty('resume.suspects')
  })

  test('a fetch run notices a single change of UIDLs and later uses UIDLs again', async () => {
    await using server = await serverWith()
    inbox(server).appendAll(smallMessages(6))
    const { memory, run, hooks, status } = collecting(server)
    const suspect = inbox(server).messages.at(-1)?.uidl ?? ''
    memory.state.statuses.set('account-1', { accountId: 'account-1', resume: { suspects: [suspect] } })
    hooks.stored = () => {
      for (const message of inbox(server).messages) message.uidl = `x${message.uid}`
    }
    await run('2026-06-01T12:00:00.000Z')
    expect(memory.state.announced).toHaveLength(6)
    expect(status()).not.toHaveProperty('resume.uidls')
    expect(status()).not.toHaveProperty('resume.compareContent')
  })
})
