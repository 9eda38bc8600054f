import type { EventBridgeEvent } from 'aws-lambda'
import { expect, test } from 'vitest'
import { type DispatchFunction, dispatchHandler } from '../../../functions/dispatch/handler.ts'
import type { NoticeReport } from '../../../lib/overview/noticing/notice-tick.ts'
import type { DispatchServices } from '../../../lib/schedule/tick/dispatch-services.ts'
import type { TickReport } from '../../../lib/schedule/tick/dispatch-tick.ts'
import { account } from '../../support/account-rows.ts'
import { memoryLog } from '../../support/http-event.ts'

const none = async function* () {
  yield []
}
const services = {
  accounts: { changedSince: none, readMany: async () => [], existing: async () => new Set() },
  statuses: {
    readChangeCursor: async () => undefined,
    writeChangeCursor: async () => undefined,
    due: none,
    readMany: async () => [],
  },
  claims: { checkedAt: async () => '2026-06-01T00:00:00.000Z' },
  runs: { openBefore: none },
  queue: { send: async () => [] },
  ledger: { unannounced: none },
  tickMinutes: 10,
  now: () => new Date('2026-06-01T12:00:03.000Z'),
}
const noMetrics = { count: () => undefined, seconds: () => undefined }
const event = { time: '2026-06-01T12:00:00Z' } as EventBridgeEvent<string, unknown>
const figureNames = ['AccountsFailing', 'ReauthorizationNeeded', 'LongestFailing', 'MailReceivers']
const figures = { failing: 0, reauthorizationNeeded: 0 }
const quiet = async (): Promise<NoticeReport> => ({ told: 0, held: 0, errors: [] })
const run = async (
  changed: object,
  {
    summarise = async () => figures,
    countReceivers = async () => ({ destinations: 1, subscriptions: 0 }),
    notify = quiet,
  }: Partial<Pick<DispatchFunction, 'summarise' | 'countReceivers' | 'notify'>> = {},
) => {
  const log = memoryLog()
  const counted: string[] = []
  const recorded: [name: string, value: number][] = []
  const record = (name: string, value: number) => {
    counted.push(name)
    recorded.push([name, value])
  }
  const metrics = { count: record, seconds: record }
  const handler = dispatchHandler({
    services: { ...services, ...changed } as unknown as DispatchServices,
    summarise,
    countReceivers,
    notify,
    log,
    metrics,
  })
  const failure = await handler(event, { getRemainingTimeInMillis: () => 300_000 }).catch((error: unknown) => error)
  return { log, counted, recorded, failure }
}

test('a tick ends without an error if all steps succeeded', async () => {
  const { log, counted, failure } = await run({})
  expect(failure).toBeUndefined()
  expect(log.lines).toHaveLength(1)
  expect(counted).toEqual(['AccountsDue', ...figureNames])
})

test('a tick with a failed step is reported completely, without the error’s text, and then fails', async () => {
  const unannounced = () => {
    throw new TypeError('secret row')
  }
  const { log, counted, failure } = await run({ ledger: { unannounced } })
  expect(failure).toMatchObject({ name: 'TickIncompleteError' })
  expect(counted).toEqual(['TickFailures', 'AccountsDue', ...figureNames])
  expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', message: 'tick', slot: '2026-06-01T12:00:00.000Z', failedSteps: 1 },
    { level: 'error', message: 'a step of the tick failed', step: 'announcements', name: 'TypeError' },
  ])
  expect(log.lines.join()).not.toContain('secret row')
})

test('a tick is summarised for the overview when its steps are done', async () => {
  const summaries: TickReport[] = []
  const summarise = async (report: TickReport) => {
    summaries.push(report)
    return figures
  }
  await run({}, { summarise })
  expect(summaries).toMatchObject([{ slot: '2026-06-01T12:00:00.000Z', due: 0, refused: 0, changed: 0 }])
})

test('a tick records its figures as totals, and how long the first account has failed', async () => {
  const longestFailingSince = '2026-06-01T10:00:03.000Z'
  const { recorded } = await run(
    {},
    { summarise: async () => ({ failing: 3, reauthorizationNeeded: 1, longestFailingSince }) },
  )
  expect(recorded).toEqual([
    ['AccountsDue', 0],
    ['AccountsFailing', 3],
    ['ReauthorizationNeeded', 1],
    ['LongestFailing', 7_200],
    ['MailReceivers', 1],
  ])
})

test('a tick whose summary cannot be written is reported and fails after its steps', async () => {
  const { log, counted, failure } = await run({}, { summarise: () => Promise.reject(new TypeError('secret row')) })
  expect(failure).toMatchObject({ name: 'TickIncompleteError' })
  expect(counted).toEqual(['TickFailures', 'AccountsDue', 'MailReceivers'])
  expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'tick', failedSteps: 1 },
    { message: 'a step of the tick failed', step: 'overview', name: 'TypeError' },
  ])
  expect(log.lines.join()).not.toContain('secret row')
})

test.each([
  ['rejects', () => Promise.reject(new TypeError('secret row'))],
  ['reports an error', async () => ({ told: 0, held: 0, errors: [new TypeError('secret row'), new Error('other')] })],
])('a tick whose notices cannot be sent (%s) is reported and fails, so that Lambda repeats it', async (_, notify) => {
  const { log, counted, failure } = await run({}, { notify })
  expect(failure).toMatchObject({ name: 'TickIncompleteError' })
  expect(counted).toEqual(['TickFailures', 'AccountsDue', ...figureNames])
  expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'tick', failedSteps: 1 },
    { message: 'a step of the tick failed', step: 'notices', name: 'TypeError' },
  ])
  expect(log.lines.join()).not.toContain('secret row')
})

test('a tick counts destinations and subscribers together, also if there are none', async () => {
  const recordedFor = async (destinations: number, subscriptions: number) =>
    (await run({}, { countReceivers: async () => ({ destinations, subscriptions }) })).recorded.at(-1)
  expect(await recordedFor(2, 3)).toEqual(['MailReceivers', 5])
  expect(await recordedFor(0, 0)).toEqual(['MailReceivers', 0])
})

test('a tick that cannot count the receivers records no number of them and fails', async () => {
  const { counted, failure, log } = await run({}, { countReceivers: () => Promise.reject(new TypeError('secret')) })
  expect(failure).toMatchObject({ name: 'TickIncompleteError' })
  expect(counted).not.toContain('MailReceivers')
  expect(log.lines.map((line) => JSON.parse(line))[1]).toMatchObject({ step: 'receivers', name: 'TypeError' })
})

test('a tick logs how many things people were told of, and how many notices are held back', async () => {
  const { log } = await run({}, { notify: async () => ({ told: 3, held: 2, errors: [] }) })
  expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([{ message: 'tick', told: 3, held: 2 }])
})

test('a tick whose jobs the queue refuses is counted and fails, so that Lambda retries it', async () => {
  const due = async function* () {
    yield ['account-1', 'account-2']
  }
  const { counted, failure } = await run({
    accounts: {
      ...services.accounts,
      readMany: async (ids: string[]) => ids.slice(0, 1).map((accountId) => account({ accountId })),
    },
    statuses: { ...services.statuses, due, remove: async () => undefined },
    runs: { ...services.runs, saveOpen: async () => true },
    queue: { send: async (jobs: unknown[]) => jobs },
  })
  expect(failure).toMatchObject({ name: 'TickIncompleteError' })
  expect(counted).toEqual(['AccountsDue', ...figureNames, 'FetchJobsRefused'])
})

test('a tick that fails for many accounts counts all of them and logs some of their IDs in one line', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `account-${index}`)
  const due = async function* () {
    yield ids
  }
  const remove = async () => {
    throw new TypeError('secret row')
  }
  const { log, counted, failure } = await run({ statuses: { ...services.statuses, due, remove } })
  expect(failure).toMatchObject({ name: 'TickIncompleteError' })
  expect(counted).toEqual(['TickFailures', 'AccountsDue', ...figureNames])
  const [, line, ...more] = log.lines.map((text) => JSON.parse(text))
  expect(more).toEqual([])
  expect(line).toMatchObject({ level: 'error', step: 'due accounts', accounts: 30, name: 'TypeError' })
  expect(line.someAccountIds.split(' ')).toHaveLength(10)
})

test.each([
  ['no event', undefined],
  ['an event without a time', {}],
  ['an invalid time', { time: 'secret' }],
])('a tick with %s fails before any step starts', async (_, wrong) => {
  const log = memoryLog()
  const handler = dispatchHandler({
    services: services as unknown as DispatchServices,
    summarise: async () => figures,
    countReceivers: async () => ({ destinations: 0, subscriptions: 0 }),
    notify: quiet,
    log,
    metrics: noMetrics,
  })
  const context = { getRemainingTimeInMillis: () => 300_000 }
  await expect(handler(wrong as EventBridgeEvent<string, unknown>, context)).rejects.toThrow()
  expect(log.lines).toEqual([])
})

test('a tick with little time left executes no sweep', async () => {
  const swept: string[] = []
  const announcer = { announce: async ({ messageId }: { messageId: string }) => void swept.push(messageId) }
  const unannounced = async function* () {
    for (let page = 0; page < 3; page += 1) yield [{ messageId: `message-${page}` }]
  }
  const ledger = { unannounced, markAnnounced: async () => undefined }
  const runWithin = async (milliseconds: number) => {
    swept.length = 0
    const handler = dispatchHandler({
      services: { ...services, ledger, announcer } as unknown as DispatchServices,
      summarise: async () => figures,
      countReceivers: async () => ({ destinations: 0, subscriptions: 0 }),
      notify: quiet,
      log: memoryLog(),
      metrics: noMetrics,
    })
    await handler(event, { getRemainingTimeInMillis: () => milliseconds })
    return swept.length
  }
  expect(await runWithin(300_000)).toBe(3)
  expect(await runWithin(20_000)).toBeLessThanOrEqual(1)
})
