import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditReader } from '../../../lib/audit/audit-reader.ts'
import { MessageCatalog } from '../../../lib/messages/store/message-catalog.ts'
import { DynamoMessageLedger } from '../../../lib/messages/store/message-ledger.ts'
import { RunCatalog } from '../../../lib/runs/run-catalog.ts'
import { RunStore } from '../../../lib/runs/run-store.ts'
import { actor } from '../../support/actor.ts'
import { recordChange } from '../../support/audit.ts'
import { startTables, type TestTables } from '../../support/dynamo.ts'
import { messageOf } from '../../support/messages.ts'

/**
 * All of them have the last millisecond of a month, so that lists that go day by day also meet a boundary next to them.
 */
const at = '2026-03-31T23:59:59.999Z'
const after = '2026-04-01T00:00:00.000Z'
const before = '2026-03-31T23:59:59.998Z'
const from = '2026-03-31T00:00:00.000Z'
const now = () => new Date('2026-04-01T00:00:05.000Z')
const names = Array.from({ length: 13 }, (_, i) => `same-${String(i).padStart(2, '0')}`)
const everything: readonly [name: string, time: string][] = [
  ['oldest', before],
  ...names.map((name) => [name, at] as [string, string]),
  ['newest', after],
]

let tables: TestTables
let messages: MessageCatalog
let runs: RunCatalog
let audit: AuditReader
beforeAll(async () => {
  tables = await startTables()
  messages = new MessageCatalog(tables.table('messages'), { now })
  runs = new RunCatalog(tables.table('runs'), { now })
  audit = new AuditReader(tables.table('audit'))
  const [messageStore, runStore] = [
    new DynamoMessageLedger(tables.table('messages')),
    new RunStore(tables.table('runs')),
  ]
  for (const [name, time] of everything) {
    const { header } = messageOf(name)
    if (header === undefined) throw new Error('the sample message has no header')
    const sameId = { ...header, messageIdHeader: '<same@example.com>' }
    await messageStore.create(messageOf(name, { storedAt: time, header: sameId }))
    await runStore.ask({
      ...{ runId: name, accountId: 'a1', trigger: 'request', slot: undefined },
      askedAt: time,
      askedBy: 'anna',
    })
    await recordChange(tables, { by: actor('anna'), subject: '/x', name, entryId: name, at: time })
  }
})
afterAll(() => tables.stop())

interface Page {
  readonly found: string[]
  readonly next?: unknown
}

const messagePage = async (query: Omit<Parameters<typeof messages.list>[0], 'limit'>, limit: number, cursor: never) => {
  const page = await messages.list({ ...query, from, limit, cursor })
  return { found: page.messages.map(({ source }) => source.uid), next: page.next }
}
const runPage = async (query: Omit<Parameters<typeof runs.list>[0], 'limit'>, limit: number, cursor: never) => {
  const page = await runs.list({ ...query, from, limit, cursor })
  return { found: page.runs.map(({ runId }) => runId), next: page.next }
}
const auditPage = async (query: Omit<Parameters<typeof audit.list>[0], 'limit'>, limit: number, cursor: never) => {
  const page = await audit.list({ ...query, limit, cursor })
  return { found: page.entries.map(({ entryId }) => entryId), next: page.next }
}

type ReadPage = (limit: number, cursor: never) => Promise<Page>
const lists: readonly [list: string, page: ReadPage][] = [
  ['messages by time', (...page) => messagePage({}, ...page)],
  ['messages by queue', (...page) => messagePage({ queueId: 'queue-1' }, ...page)],
  ['messages by account', (...page) => messagePage({ accountId: 'account-1' }, ...page)],
  ['messages by run', (...page) => messagePage({ runId: 'run-1' }, ...page)],
  ['messages by queue and account', (...page) => messagePage({ queueId: 'queue-1', accountId: 'account-1' }, ...page)],
  ['messages by state', (...page) => messagePage({ filter: 'stored' }, ...page)],
  ['runs', (...page) => runPage({}, ...page)],
  ['runs of an account', (...page) => runPage({ accountId: 'a1' }, ...page)],
  ['runs by state', (...page) => runPage({ state: 'queued' }, ...page)],
  ['audit entries', (...page) => auditPage({}, ...page)],
  ['audit entries of a subject', (...page) => auditPage({ subject: '/x' }, ...page)],
  ['audit entries of a person', (...page) => auditPage({ who: 'anna' }, ...page)],
  ['audit entries of a person and a subject', (...page) => auditPage({ who: 'anna', subject: '/x' }, ...page)],
]

const walk = async (page: ReadPage, limit: number): Promise<string[]> => {
  const found: string[] = []
  let cursor: unknown
  // The page token travels through a client as JSON.
  do {
    const { found: some, next } = await page(limit, cursor as never)
    expect(some.length).toBeLessThanOrEqual(limit)
    found.push(...some)
    cursor = next && JSON.parse(JSON.stringify(next))
  } while (cursor !== undefined)
  return found
}

describe.each(lists)('a list of %s with the same millisecond', (_, page) => {
  it('the list contains each entry exactly once, in the same order for every page size and every call', async () => {
    const whole = await walk(page, 50)
    expect(whole.toSorted()).toEqual(['newest', ...['oldest', ...names].toSorted()].toSorted())
    expect([whole[0], whole.at(-1)]).toEqual(['newest', 'oldest'])
    for (const limit of [1, 2, 6, 13, 14, 15]) expect(await walk(page, limit), `pages of ${limit}`).toEqual(whole)
  })
})

it('messages with the same Message-ID and millisecond have the same order for every limit', async () => {
  const found = async (limit: number) =>
    (await messages.byMessageIdHeader('same@example.com', limit)).map(({ source }) => source.uid)
  const whole = await found(50)
  expect(whole).toHaveLength(everything.length)
  expect([whole[0], whole.at(-1)]).toEqual(['newest', 'oldest'])
  for (const limit of [1, 2, 5, 14]) expect(await found(limit), `the first ${limit}`).toEqual(whole.slice(0, limit))
})
