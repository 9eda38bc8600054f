import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DynamoPlanLedger } from '../../../../lib/handover/planning/dynamo-plan-ledger.ts'
import type { Message } from '../../../../lib/messages/message.ts'
import { messageRowOf } from '../../../../lib/messages/store/message-ledger.ts'
import { startTables, type TestTables } from '../../../support/dynamo.ts'
import { messageOf } from '../../../support/messages.ts'

const at = '2026-03-01T12:00:00.000Z'
const first = messageOf('first')

let tables: TestTables
let plans: DynamoPlanLedger
beforeAll(async () => {
  tables = await startTables()
  plans = new DynamoPlanLedger(tables.table('messages'))
})
beforeEach(() => tables.clear())
afterAll(() => tables.stop())

const store = async (...messages: Message[]) => {
  for (const message of messages) await tables.table('messages').put(messageRowOf(message))
}
const flat = async <T>(pages: AsyncIterable<T[]>): Promise<T[]> => {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}
const withHeader = (name: string, more: Partial<NonNullable<Message['header']>>, rest: Partial<Message> = {}) =>
  messageOf(name, { header: { references: [], recipients: [], truncated: [], ...more }, ...rest })

describe('the plan ledger', () => {
  it('keeps the first decision', async () => {
    await store(first)
    expect(await plans.decide(first.messageId, ['d1', 'd2'], at)).toEqual(['d1', 'd2'])
    expect(await plans.decide(first.messageId, ['d3'], at)).toEqual(['d1', 'd2'])
    expect(await plans.decide(first.messageId, [], at)).toEqual(['d1', 'd2'])
    expect(await plans.read(first.messageId)).toEqual({ message: first, unplanned: true, plannedFor: ['d1', 'd2'] })
  })

  it('finishes a message that no destination selects with its decision', async () => {
    await store(first)
    expect(await plans.decide(first.messageId, [], at)).toEqual([])
    expect(await plans.read(first.messageId)).toEqual({ message: first, unplanned: false, plannedFor: [] })
  })

  it('decides nothing for a message that was stored before hand-over existed', async () => {
    const old = messageOf('old', { state: 'announced', announcedAt: at })
    await store(old)
    expect(await plans.decide(old.messageId, ['d1'], at)).toEqual([])
    expect(await plans.read(old.messageId)).toEqual({ message: old, unplanned: false })
  })

  it('does not create rows of messages that no longer exist', async () => {
    await plans.decide(first.messageId, ['d1'], at)
    await plans.add(first.messageId, 'd1')
    await plans.finish(first.messageId)
    expect(await plans.read(first.messageId)).toBeUndefined()
  })

  it('adds each destination once', async () => {
    const old = messageOf('old', { state: 'announced', announcedAt: at })
    await store(first, old)
    await plans.decide(first.messageId, ['d1'], at)
    for (const id of ['d2', 'd1', 'd2']) await plans.add(first.messageId, id)
    await plans.add(old.messageId, 'd1')
    expect((await plans.read(first.messageId))?.plannedFor).toEqual(['d1', 'd2'])
    expect((await plans.read(old.messageId))?.plannedFor).toEqual(['d1'])
  })

  it('does not add a destination in place of a decision', async () => {
    await store(first)
    await plans.add(first.messageId, 'd2')
    expect(await plans.decide(first.messageId, ['d1'], at)).toEqual(['d1'])
  })

  it('lists the messages whose planning has not finished', async () => {
    const late = messageOf('late', { storedAt: '2026-03-01T12:00:00.000Z' })
    await store(first, late, messageOf('planned'))
    await plans.finish(messageOf('planned').messageId)
    expect(await flat(plans.unplanned(at))).toEqual([first.messageId])
  })

  it('finds the unplanned ancestors of a reply, oldest first', async () => {
    const root = withHeader('root', { messageIdHeader: '<root@example.org>' }, { storedAt: '2026-03-01T09:00:00.000Z' })
    const parent = withHeader('parent', { messageIdHeader: '<parent@example.org>' })
    const planned = withHeader('planned', { messageIdHeader: '<planned@example.org>' })
    const reply = withHeader('reply', {
      messageIdHeader: '<reply@example.org>',
      references: ['<planned@example.org>', '<reply@example.org>'],
      inReplyTo: '<parent@example.org>',
      threadRoot: '<root@example.org>',
    })
    await store(root, parent, planned, reply)
    await plans.finish(planned.messageId)
    expect(await plans.unplannedAncestors(reply)).toEqual([root.messageId, parent.messageId])
    expect(await plans.unplannedAncestors(messageOf('unparsed', { header: undefined }))).toEqual([])
  })

  it('lists the messages between two times over several days', async () => {
    const times = ['2026-02-28T23:59:00.000Z', '2026-03-01T00:00:00.000Z', '2026-03-02T23:00:00.000Z']
    const messages = times.map((storedAt) => messageOf(storedAt, { storedAt }))
    await store(...messages, messageOf('later', { storedAt: '2026-03-03T00:00:01.000Z' }))
    const found = await flat(plans.storedBetween('2026-02-28T23:59:00.000Z', '2026-03-03T00:00:00.000Z'))
    expect(found.map(({ message }) => message.storedAt)).toEqual(times)
  })
})
