import type { EventBridgeEvent } from 'aws-lambda'
import { expect, test } from 'vitest'
import { dispatchHandler } from '../../../functions/dispatch/handler.ts'
import type { DispatchServices } from '../../../lib/schedule/dispatch-services.ts'
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
  runs: { openBefore: none },
  queue: { send: async () => [] },
  ledger: { unannounced: none },
  tickMinutes: 10,
  now: () => Date.parse('2026-06-01T12:00:03.000Z'),
}
const event = { time: '2026-06-01T12:00:00Z' } as EventBridgeEvent<string, unknown>
const run = async (changed: object) => {
  const log = memoryLog()
  const counted: string[] = []
  const handler = dispatchHandler({
    services: { ...services, ...changed } as unknown as DispatchServices,
    log,
    metrics: { count: (name) => counted.push(name) },
  })
  const failure = await handler(event, { getRemainingTimeInMillis: () => 300_000 }).catch((error: unknown) => error)
  return { log, counted, failure }
}

test('a tick whose steps all went well ends well', async () => {
  const { log, counted, failure } = await run({})
  expect(failure).toBeUndefined()
  expect(log.lines).toHaveLength(1)
  expect(counted).toEqual(['AccountsDue'])
})

test('a tick with a failed step is reported in full, without what the error quotes, and then fails', async () => {
  const unannounced = () => {
    throw new TypeError('secret row')
  }
  const { log, counted, failure } = await run({ ledger: { unannounced } })
  expect(failure).toMatchObject({ name: 'TickIncompleteError' })
  expect(counted).toEqual(['AccountsDue'])
  expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', message: 'tick', slot: '2026-06-01T12:00:00.000Z', failedSteps: 1 },
    { level: 'error', message: 'a step of the tick failed', step: 'announcements', name: 'TypeError' },
  ])
  expect(log.lines.join()).not.toContain('secret row')
})
