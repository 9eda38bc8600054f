import { describe, expect, it } from 'vitest'
import type { Account } from '../../../lib/accounts/account.ts'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { openImapMailbox } from '../../../lib/mailbox/imap/imap-mailbox.ts'
import { everyUid, listAll, retrieveAll } from '../../contracts/mailbox-steps.ts'
import { FakeServer } from '../../lib/fetching/fake-server.ts'
import { aDeadline, anAccount, memoryServices, tick } from '../../lib/fetching/memory-services.ts'
import { endAt, type Fault } from '../../mail-server/faults.ts'
import type { Quirks } from '../../mail-server/options.ts'
import type { MailServer } from '../../mail-server/server.ts'
import { failureOf, openAt, policyFor, serverWith, settingsFor, user } from './imap-wire.ts'

const mail = (number: number): string => `Subject: mail ${number}\r\n\r\n${'x'.repeat(number)}\r\n`
const mails = (...numbers: number[]): Buffer[] => numbers.map((number) => Buffer.from(mail(number)))

/** Sent as `* OK [UIDVALIDITY …]`. If the value is empty, the line is missing. */
const missing: ReadonlyArray<[title: string, value: string]> = [
  ['absent', ''],
  ['0', '0'],
  ['not a number', 'none'],
]

describe('an IMAP folder with an unusable UIDNEXT', () => {
  it.each([...missing, ['above every UID', '99999999999999999999'] as const])(
    'an IMAP mailbox ignores a UIDNEXT that is %s',
    async (_, value) => {
      const server = await serverWith({ quirks: { selectCodes: { UIDNEXT: value } } })
      server.user(user.name).inbox.appendAll(mails(1, 2))
      const mailbox = await openAt(settingsFor(server))
      expect(mailbox.uidValidity).toMatch(/^[1-9]\d*$/)
      expect((await listAll(mailbox)).map(({ uid, uidIsStable }) => [uid, uidIsStable])).toEqual([
        ['1', true],
        ['2', true],
      ])
    },
  )
})

describe.each(missing)('an IMAP folder whose UIDVALIDITY is %s', (_, value) => {
  const quirks: Partial<Quirks> = { selectCodes: { UIDVALIDITY: value } }

  it('an IMAP mailbox opens an empty folder without a usable UIDVALIDITY', async () => {
    const mailbox = await openAt(settingsFor(await serverWith({ quirks })))
    expect(mailbox).toMatchObject({ messageCount: 0, uidValidity: undefined })
    expect(await listAll(mailbox)).toEqual([])
    expect(await mailbox.close()).toEqual({ confirmed: [], pending: [], left: [] })
  })

  it('an IMAP mailbox without a usable UIDVALIDITY reads and removes messages by UIDs that no other session uses', async () => {
    const server = await serverWith({ quirks })
    const { inbox } = server.user(user.name)
    inbox.appendAll(mails(1, 2, 3))
    const earlier = await openAt(settingsFor(server))
    const before = await listAll(earlier)
    await earlier.close()
    const mailbox = await openAt(settingsFor(server))
    const listed = await listAll(mailbox)
    expect(listed.map(({ uidIsStable }) => uidIsStable)).toEqual([false, false, false])
    expect(new Set(everyUid([...before, ...listed])).size).toBe(6)
    const read = await retrieveAll(mailbox, listed)
    expect(read.map(({ uid }) => uid)).toEqual(everyUid(listed))
    expect(read.map((found) => found.kind === 'whole' && String(found.bytes))).toEqual([1, 2, 3].map(mail))
    expect((await mailbox.remove(listed.slice(0, 2))).confirmed).toEqual(everyUid(listed.slice(0, 2)))
    expect(inbox.uids).toEqual([3])
    expect(await retrieveAll(mailbox, listed.slice(0, 1))).toMatchObject([{ kind: 'absent', uid: listed[0]?.uid }])
  })

  it('an IMAP mailbox without a usable UIDVALIDITY reports remaining messages by the session’s UIDs', async () => {
    const server = await serverWith({ quirks: { ...quirks, without: ['UIDPLUS'] } })
    const { inbox } = server.user(user.name)
    inbox.appendAll(mails(1, 2))
    const mailbox = await openAt(settingsFor(server))
    const [first, second] = await listAll(mailbox)
    inbox.changeFlags(2, ['\\Deleted'])
    if (!first || !second) throw new Error('two messages were expected')
    expect((await mailbox.remove([first])).left).toMatchObject([{ uid: first.uid }])
    inbox.changeFlags(1, [], ['\\Deleted'])
    expect((await mailbox.move([second], 'Elsewhere')).left).toEqual([])
  })

  it('an IMAP mailbox without a usable UIDVALIDITY does not reconnect, because UIDs may change', async () => {
    const oversized = '* 1 FETCH (UID 1 BODY[] {99999999}\r\n'
    const server = await serverWith(
      { quirks },
      { onCommand: (_, { name }) => (name === 'UID FETCH' ? { reply: oversized } : undefined) },
    )
    server.user(user.name).inbox.appendAll(mails(1))
    const mailbox = await openAt(settingsFor(server))
    expect((await failureOf(retrieveAll(mailbox, await listAll(mailbox)))).code).toBe('server-misbehaved')
    expect(server.sessionCount).toBe(1)
  })
})

/** Runs of one account against the in-repository server. */
const world = async (server: MailServer, change: Partial<Account> = {}) => {
  const account = anAccount({ type: 'IMAP', folder: 'INBOX', ...change })
  const memory = memoryServices(new FakeServer(), account)
  const settings = settingsFor(server)
  const services = {
    ...memory.services,
    network: policyFor(settings.port),
    openMailbox: ((_, policy, signal, watch) =>
      openImapMailbox(settings, policy, signal, watch)) satisfies typeof openImapMailbox,
  }
  let minute = 0
  return {
    ...memory,
    inbox: server.user(user.name).inbox,
    status: () => memory.state.statuses.get('account-1'),
    run: async () => {
      minute += 10
      const slot = new Date(Date.parse('2026-06-01T12:00:00.000Z') + minute * 60_000).toISOString()
      return await takeJob(services, tick(slot), aDeadline(memory.state.now))
    },
  }
}

const withoutUidValidity: Partial<Quirks> = { selectCodes: { UIDVALIDITY: '' } }

/** The server recreates its folder with the same mail under other UIDs. */
const renumber = (inbox: Awaited<ReturnType<typeof world>>['inbox'], ...numbers: number[]): void => {
  for (const uid of inbox.uids) inbox.remove(uid)
  for (const number of numbers) inbox.append(mail(number))
}

describe('fetch runs over a folder with mail and without UIDVALIDITY', () => {
  it('fetch runs without UIDVALIDITY fetch and delete everything', async () => {
    const { inbox, run, state } = await world(await serverWith({ quirks: withoutUidValidity }))
    inbox.appendAll(mails(1, 2))
    expect(await run()).toMatchObject({
      state: 'done',
      counts: { found: 2, stored: 2, deleted: 2 },
      events: [{ code: 'no-uid-validity' }],
    })
    expect(await run()).toMatchObject({ state: 'done', events: [] })
    expect(inbox.uids).toEqual([])
    inbox.appendAll(mails(3))
    expect(await run()).toMatchObject({ state: 'done', counts: { found: 1, stored: 1 } })
    expect(state.announced).toHaveLength(3)
  })

  it('fetch runs without UIDVALIDITY recognise a kept message by its content under any UID', async () => {
    const server = await serverWith({ quirks: withoutUidValidity })
    const { inbox, run, state, status } = await world(server, { afterFetch: { action: 'keep' } })
    inbox.appendAll(mails(1, 2))
    await run()
    expect(status()).not.toHaveProperty('resume.keep')
    renumber(inbox, 2, 1, 3)
    expect(await run()).toMatchObject({ counts: { found: 3, stored: 1, alreadyKnown: 2 } })
    // Another message had this UID before, and it is below every UID seen so far.
    renumber(inbox, 4)
    expect(await run()).toMatchObject({ counts: { found: 1, stored: 1 } })
    expect(state.announced).toHaveLength(4)
  })

  it('fetch runs recognise mail from before and after a period without UIDVALIDITY', async () => {
    const server = await serverWith()
    const { inbox, run, state } = await world(server, { afterFetch: { action: 'keep' } })
    inbox.appendAll(mails(1, 2))
    await run()
    server.quirks = { ...server.quirks, ...withoutUidValidity }
    inbox.appendAll(mails(3))
    expect(await run()).toMatchObject({ counts: { found: 3, stored: 1, alreadyKnown: 2 } })
    server.quirks = { ...server.quirks, selectCodes: {} }
    inbox.appendAll(mails(4))
    expect(await run()).toMatchObject({ counts: { found: 4, stored: 1, alreadyKnown: 3 } })
    expect(state.announced).toHaveLength(4)
  })

  it('fetch runs without UIDVALIDITY remember a suspected message by its size, because another message may get its UID', async () => {
    const server = await serverWith({ quirks: withoutUidValidity }, endAt('UID FETCH', 'drop', 1))
    const { inbox, run, status } = await world(server)
    inbox.appendAll(mails(1))
    expect(await run()).toMatchObject({ state: 'failed' })
    const [letter = Buffer.alloc(0)] = mails(1)
    expect(status()).toMatchObject({ resume: { suspects: [`size:${letter.length}`] } })
    expect(await run()).toMatchObject({ state: 'done', counts: { stored: 1 } })
  })

  it('fetch runs without UIDVALIDITY use only the date if startFrom is new', async () => {
    const start = '2026-05-01T00:00:00.000Z'
    const server = await serverWith({ quirks: withoutUidValidity })
    const { inbox, run } = await world(server, { startFrom: 'new', startsAt: start })
    inbox.append(mail(1), { internalDate: new Date('2026-04-01T00:00:00.000Z') })
    inbox.append(mail(2), { internalDate: new Date('2026-05-02T00:00:00.000Z') })
    expect(await run()).toMatchObject({ counts: { found: 2, stored: 1, skipped: 1 } })
    inbox.append(mail(3), { internalDate: new Date('2026-05-03T00:00:00.000Z') })
    expect(await run()).toMatchObject({ state: 'done', counts: { found: 2, stored: 1, skipped: 1 } })
  })

  it('fetch runs with neither UIDVALIDITY nor dates fetch nothing if startFrom is new', async () => {
    const undated: Fault = {
      onCommand: (_, { name, args }) =>
        name === 'FETCH' && args.includes('INTERNALDATE')
          ? { reply: '* 1 FETCH (UID 1 RFC822.SIZE 20 FLAGS ())\r\n{tag} OK done' }
          : undefined,
    }
    const server = await serverWith({ quirks: withoutUidValidity }, undated)
    const { inbox, run } = await world(server, { startFrom: 'new', startsAt: '2026-05-01T00:00:00.000Z' })
    inbox.appendAll(mails(1))
    expect(await run()).toMatchObject({ state: 'failed', error: { code: 'start-unknown' } })
  })
})

describe('an empty folder without UIDVALIDITY', () => {
  it('a fetch run over an empty folder without UIDVALIDITY keeps the known UIDs', async () => {
    const server = await serverWith()
    const { inbox, run, status } = await world(server, { afterFetch: { action: 'keep' } })
    inbox.appendAll(mails(1, 2))
    await run()
    const { mailboxIdentity } = status()?.resume ?? {}
    const known = { resume: { mailboxIdentity, keep: { watermark: '2' } } }
    expect(status()).toMatchObject(known)
    for (const uid of inbox.uids) inbox.remove(uid)
    server.quirks = { ...server.quirks, ...withoutUidValidity }
    expect(await run()).toMatchObject({ state: 'done', counts: { found: 0 } })
    expect(status()).toMatchObject(known)
    expect(status()).not.toHaveProperty('resume.compareContent')
    server.quirks = { ...server.quirks, selectCodes: {} }
    inbox.appendAll(mails(3))
    expect(await run()).toMatchObject({ counts: { found: 1, stored: 1 } })
  })
})
