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
  it.each<readonly [Step, 'again' | 'done']>([
    ['open', 'again'],
    ['list', 'again'],
    // The status says that the run is done, but the run has no record.
    ['status', 'again'],
    // The run is done. Only the next fetch is not scheduled, so the next tick fetches the account.
    ['record', 'done'],
  ])(
    'a poll killed after %s ends when its job is delivered again (%s), and the next tick fetches the account',
    async (step, next) => {
      const name = `poll-${type}-${step}`.toLowerCase()
      const { settings, inbox } = await setUp(type, name)
      const first = { ...settings, slot: slotIn(0) }
      expect((await collect({ ...first, dieAfter: { step, times: 1 } })).run).toBe('killed')
      expect((await place.runs(name)).map(({ state }) => state)).toEqual(next === 'done' ? ['done'] : [])

      expect((await collect({ ...first, again: true })).run).toMatchObject({ state: 'done' })
      const [run, ...others] = await place.runs(name)
      expect(run).toMatchObject({ state: 'done', trigger: 'schedule', slot: first.slot, parts: 1 })
      expect(run?.events.map(({ code }) => code)).toEqual(next === 'again' ? ['delivered-again'] : [])
      expect(others).toEqual([])
      const { lastError, nextFetchAt } = (await place.status(name)) ?? {}
      expect(lastError).toBeUndefined()
      if (next === 'again') expect(nextFetchAt).toBe(new Date(Date.parse(first.slot) + 10 * 60_000).toISOString())
      else expect(nextFetchAt).toBeUndefined()

      inbox.appendAll(smallMessages(2))
      const { run: later } = await collect({ ...settings, slot: slotIn(30) })
      expect(later).toMatchObject({ state: 'done', counts: { found: 2, stored: 2, deleted: 2 } })
      expect((await place.runs(name)).map(({ state }) => state)).toEqual(['done', 'done'])
    },
  )

  it.each<Step>(['open', 'list'])(
    'a poll that is killed twice after %s leaves a row, which a tick closes as lost',
    async (step) => {
      const name = `poll-${type}-twice-${step}`.toLowerCase()
      const { settings } = await setUp(type, name)
      const first = { ...settings, slot: slotIn(0) }
      const dieAfter = { step, times: 1 }
      expect((await collect({ ...first, dieAfter })).run).toBe('killed')
      expect((await collect({ ...first, again: true, dieAfter })).run).toBe('killed')
      expect(await place.runs(name)).toMatchObject([{ state: 'running', parts: 1 }])
      expect((await collect({ ...settings, slot: slotIn(30) })).run).toMatchObject({ state: 'done' })
    },
  )
})

it('a scheduled run that was killed while it read a message is recorded as crashed when its job is delivered again', async () => {
  const { settings } = await setUp('IMAPS', 'reading', 3)
  const first = { ...settings, slot: slotIn(0) }
  expect((await collect({ ...first, dieAfter: { step: 'row', times: 1 } })).run).toBe('killed')
  expect((await collect({ ...first, again: true })).run).toMatchObject({ state: 'crashed' })
  const { run } = await collect({ ...settings, slot: slotIn(30) })
  expect(run).toMatchObject({ state: 'done', counts: { deleted: 3, left: 0 } })
})

it('a run that has found mail has a row before it reads the first message', async () => {
  const { settings } = await setUp('IMAPS', 'found', 12)
  const { run } = await collect({ ...settings, slot: slotIn(0), dieAfter: { step: 'row', times: 12 } })
  expect(run).toBe('killed')
  expect(await place.runs('found')).toMatchObject([{ state: 'running', counts: { found: 12 } }])
})
