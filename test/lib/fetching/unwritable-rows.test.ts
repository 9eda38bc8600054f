import { describe, expect, it } from 'vitest'
import { takeJob } from '../../../lib/fetching/take-job.ts'
import { announcementOf } from '../../../lib/messages/announcing/announcement.ts'
import type { Message } from '../../../lib/messages/message.ts'
import { FakeServer } from './fake-server.ts'
import { aDeadline, aMail, anAccount, memoryServices, tick } from './memory-services.ts'

/** Sets up three messages. The table rejects the second message's row as specified by `refuses`. */
const worldWith = (refuses: (row: Message) => boolean) => {
  const server = new FakeServer([aMail(1), aMail(2), aMail(3)])
  const memory = memoryServices(server, anAccount({ trusted: true }))
  memory.state.fail.row = (row) => row.source.uid === '2' && refuses(row)
  const run = (slot: string) => takeJob(memory.services, tick(slot), aDeadline(memory.state.now))
  const rowOf = (uid: string) => [...memory.state.messages.values()].find(({ source }) => source.uid === uid)
  return { server, memory, run, rowOf }
}

const slots = ['2026-06-01T12:00:00.000Z', '2026-06-01T12:10:00.000Z'] as const

describe('a message whose row cannot be written', () => {
  it('a message is stored as unparsed if its row can be written only without the message’s header', async () => {
    const { server, memory, run, rowOf } = worldWith(({ header }) => header !== undefined)
    const ended = await run(slots[0])
    expect(ended).toMatchObject({ state: 'done', counts: { found: 3, stored: 3, announced: 3, deleted: 3 } })
    expect(ended.events).toMatchObject([{ code: 'header-not-stored', messageId: rowOf('2')?.messageId }])
    expect(rowOf('2')).toMatchObject({
      parsed: false,
      queueName: 'Support',
      trusted: true,
      control: {},
      ignoredControl: [],
      reason: { code: 'unparsed' },
    })
    expect(rowOf('2')).not.toHaveProperty('header')
    expect(announcementOf(rowOf('2') as Message, 'raw')).toMatchObject({ parsed: false, queue: { name: 'Support' } })
    expect(server.messages).toEqual([])
    expect(memory.state.logged).toMatchObject([{ name: 'UnwritableRow', messageId: rowOf('2')?.messageId }])
  })

  it('a message that is stored without its header remains automatic, but its signs are removed', async () => {
    const bounce = Buffer.from('Return-Path: <>\r\nFrom: a@example.org\r\n\r\nbody\r\n')
    for (const [fail, signs] of [
      [false, [{ sign: 'null-return-path', header: 'return-path', value: '<>', strength: 'strong' }]],
      [true, []],
    ] as const) {
      const memory = memoryServices(new FakeServer([bounce]), anAccount())
      memory.state.fail.row = ({ header }) => fail && header !== undefined
      await takeJob(memory.services, tick(), aDeadline(memory.state.now))
      const [row] = memory.state.messages.values()
      expect(row?.automatic).toEqual({ kind: 'bounce', signs })
      expect(announcementOf(row as Message, 'raw')).toMatchObject({ loop: true, automatic: { kind: 'bounce' } })
    }
  })

  it('a message stays on the server if no row can be written for it, and later mail is fetched', async () => {
    const { server, memory, run, rowOf } = worldWith(() => true)
    const ended = await run(slots[0])
    expect(ended).toMatchObject({
      state: 'done',
      counts: { found: 3, stored: 2, skipped: 1, left: 0, deleted: 2 },
      skippedBecause: { unstorable: 1 },
    })
    expect(ended.events.map(({ code }) => code)).toEqual(['unstorable'])
    expect(server.messages.map(({ uid }) => uid)).toEqual(['2'])
    expect(memory.state.announced).toHaveLength(2)
    const status = memory.state.statuses.get('account-1')
    expect(status).toMatchObject({ warning: { code: 'messages-unstorable' }, resume: { oldestWaitingUid: '2' } })
    expect(status?.lastError).toBeUndefined()
    expect(memory.state.logged).toHaveLength(2)

    memory.state.fail = {}
    expect(await run(slots[1])).toMatchObject({ state: 'done', counts: { stored: 1, deleted: 1 } })
    expect(rowOf('2')).toMatchObject({ parsed: true })
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('warning')
  })

  it('after a UIDVALIDITY change, a message is compared by its bytes until its row is written', async () => {
    const server = new FakeServer([aMail(1), aMail(2)])
    const memory = memoryServices(server, anAccount({ afterFetch: { action: 'keep' } }))
    const run = (minute: number) =>
      takeJob(memory.services, tick(`2026-06-01T12:${minute}:00.000Z`), aDeadline(memory.state.now))
    await run(10)
    server.uidValidity = '8'
    memory.state.fail.row = ({ source }) => source.uid === '2'
    expect(await run(20)).toMatchObject({ counts: { alreadyKnown: 1, skipped: 1 } })
    memory.state.fail = {}
    expect(await run(30)).toMatchObject({ counts: { stored: 0, alreadyKnown: 1 } })
    expect(memory.state.announced).toHaveLength(2)
    expect(memory.state.statuses.get('account-1')).not.toHaveProperty('resume.compareContent')
  })

  it('a failing table fails the run, unlike a row that cannot be written', async () => {
    const { memory, run, server } = worldWith(() => false)
    memory.state.fail.create = true
    expect(await run(slots[0])).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } })
    expect(server.messages).toHaveLength(3)
  })
})
