import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { AccountType } from '../../lib/mailbox/account-type.ts'
import { anAccount } from '../lib/fetching/memory-services.ts'
import { smallMessages } from '../mail-server/corpus.ts'
import { asSentByPop3 } from '../mail-server/pop3/dot-stuffing.ts'
import { startMailServer } from '../mail-server/server.ts'
import { collect } from './collect.ts'
import type { Step } from './collector-process.ts'
import { CrashPlace } from './crash-place.ts'

/** The step after which a run is killed, and how many times the step is done before. */
type Death = readonly [Step, number]

export const everyDeath: readonly Death[] = [
  ['list', 1],
  ['fetch', 1],
  ['fetch', 7],
  ['store', 1],
  ['store', 7],
  ['row', 1],
  ['row', 7],
  ['announce', 1],
  ['announce', 7],
  ['announce', 12],
  ['delete', 1],
  ['mark', 1],
  ['mark', 7],
]
const mails = smallMessages(12)
const password = 'correct horse'

let place: CrashPlace

/** One account, one mailbox with twelve messages, and one topic with a queue that receives everything. */
const setUp = async (type: AccountType, name: string) => {
  // Each test has its own server: a test that fails late must not stop the next test's server.
  const server = await startMailServer({ users: [{ name, password }] })
  onTestFinished(() => server.stop())
  server.user(name).inbox.appendAll(mails)
  const account = anAccount({
    accountId: name,
    type,
    host: 'localhost',
    port: server.port(type),
    username: name,
    customCa: server.caPem,
    folder: type.startsWith('IMAP') ? 'INBOX' : undefined,
  })
  return { settings: await place.add(account, password), inbox: server.user(name).inbox }
}

/** The runs use the machine's clock: the second tick must be later than the start of the first. */
const slotIn = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

/** Kills a run at each of these points and expects the next run, and the sweep after it, to complete the work. */
export const describeKilledRuns = (deaths: readonly Death[]): void => {
  beforeAll(async () => {
    place = await CrashPlace.start()
  })
  afterAll(async () => {
    await place.stop()
  })

  describe.each(['IMAPS', 'POP3S'] as const)('a killed %s run', (type) => {
    it.each(deaths)(
      'a run killed after %s number %i loses nothing, stores each message once and announces it under one id',
      async (step, times) => {
        const name = `${type}-${step}-${times}`.toLowerCase()
        const { settings, inbox } = await setUp(type, name)
        expect((await collect({ ...settings, slot: slotIn(0), dieAfter: { step, times } })).run).toBe('killed')
        const onServer = inbox.messages.length
        expect(onServer + (await place.rows(name)).length).toBeGreaterThanOrEqual(mails.length)
        const { run } = await collect({ ...settings, slot: slotIn(30) })
        expect(run).toMatchObject({
          state: 'done',
          counts: { skipped: 0, left: 0, found: onServer, deleted: onServer },
        })
        expect(inbox.messages).toEqual([])

        await place.sweep(name)
        const rows = await place.rows(name)
        expect(rows).toHaveLength(mails.length)
        expect(rows.every(({ state }) => state === 'announced')).toBe(true)
        // A removal that a kill left without its mark must not keep the row for ever.
        expect(await place.withoutExpiry(name)).toEqual([])
        const bytes = await Promise.all(rows.map(({ messageId }) => place.rawBytes(messageId)))
        const expected = type === 'POP3S' ? mails.map((mail) => asSentByPop3(mail)) : mails
        expect(bytes.map(String).toSorted()).toEqual(expected.map(String).toSorted())

        const announced = place.announced(name)
        expect(new Set(announced)).toEqual(new Set(rows.map(({ messageId }) => messageId)))
      },
    )
  })
}
