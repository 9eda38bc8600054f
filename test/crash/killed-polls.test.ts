import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import { anAccount } from '../lib/fetching/memory-services.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { startMailServer } from '../mail-server/server.ts'
import { collect } from './collect.ts'
import type { Step } from './collector-process.ts'
import { CrashPlace } from './crash-place.ts'

const password = 'correct horse'
let place: CrashPlace
beforeAll(async () => {
  place = await CrashPlace.start()
})
afterAll(() => place.stop())

/** An account whose mailbox holds `count` messages. */
const setUp = async (type: AccountType, name: string, count = 0) => {
  const server = await startMailServer({ users: [{ name, password }] })
  onTestFinished(() => server.stop())
  server.user(name).inbox.appendAll(smallMessages(count))
  const account = anAccount({
    ...{ accountId: name, type, host: 'localhost', port: server.port(type), username: name },
    customCa: server.caPem,
    folder: type === 'IMAPS' ? 'INBOX' : undefined,
  })
  return { settings: await place.add(account, password), inbox: server.user(name).inbox }
}

/** The second tick must be later than the start of the first. */
const slotIn = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

describe.each(['IMAPS', 'POP3S'] as const)('a killed %s poll of an empty mailbox', (type) => {
  it.each<readonly [Step, 'crashed' | 'done']>([
    ['open', 'crashed'],
    ['list', 'crashed'],
    // The status says that the run is done, but the run has no record.
    ['status', 'crashed'],
    // The run is done. Only the next fetch is not scheduled, so the next tick fetches the account.
    ['record', 'done'],
  ])('a poll killed after %s is recorded as %s, and the next tick fetches the account', async (step, recorded) => {
    const name = `poll-${type}-${step}`.toLowerCase()
    const { settings, inbox } = await setUp(type, name)
    const first = { ...settings, slot: slotIn(0) }
    expect((await collect({ ...first, dieAfter: { step, times: 1 } })).run).toBe('killed')
    expect((await place.runs(name)).map(({ state }) => state)).toEqual(recorded === 'done' ? ['done'] : [])

    expect((await collect({ ...first, again: true })).run).toMatchObject({ state: recorded })
    expect(await place.runs(name)).toMatchObject([{ state: recorded, trigger: 'schedule', slot: first.slot }])
    const { lastError, nextFetchAt } = (await place.status(name)) ?? {}
    if (recorded === 'crashed') {
      expect(lastError).toMatchObject({ code: 'crashed', consecutive: 1 })
      expect(nextFetchAt).toBe(new Date(Date.parse(first.slot) + 10 * 60_000).toISOString())
    } else expect(nextFetchAt).toBeUndefined()

    inbox.appendAll(smallMessages(2))
    const { run } = await collect({ ...settings, slot: slotIn(30) })
    expect(run).toMatchObject({ state: 'done', counts: { found: 2, stored: 2, deleted: 2 } })
    expect((await place.runs(name)).map(({ state }) => state)).toEqual(['done', recorded])
    expect((await place.status(name))?.lastError).toBeUndefined()
  })

  it('a poll that is killed again while its death is recorded leaves a row, which a tick closes as lost', async () => {
    const name = `poll-${type}-twice`.toLowerCase()
    const { settings } = await setUp(type, name)
    const first = { ...settings, slot: slotIn(0) }
    expect((await collect({ ...first, dieAfter: { step: 'open', times: 1 } })).run).toBe('killed')
    const again = await collect({ ...first, again: true, dieAfter: { step: 'status', times: 1 } })
    expect(again.run).toBe('killed')
    expect(await place.runs(name)).toMatchObject([{ state: 'running', parts: 1 }])
    expect((await collect({ ...settings, slot: slotIn(30) })).run).toMatchObject({ state: 'done' })
  })
})

it('a run that has found mail has a row before it reads the first message', async () => {
  const { settings } = await setUp('IMAPS', 'found', 12)
  const { run } = await collect({ ...settings, slot: slotIn(0), dieAfter: { step: 'row', times: 12 } })
  expect(run).toBe('killed')
  expect(await place.runs('found')).toMatchObject([{ state: 'running', counts: { found: 12 } }])
})
