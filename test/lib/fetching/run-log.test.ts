import { expect, test } from 'vitest'
import { RunLog } from '../../../lib/fetching/run-log.ts'
import { queuedRun } from '../../../lib/runs/run.ts'

const askedAt = '2026-06-01T12:00:00.000Z'
const asked = queuedRun({ runId: 'r', accountId: 'a', trigger: 'request', slot: undefined, askedAt, askedBy: 'anna' })

test('every part of a run records its start, and the run’s start is the start of its first part', () => {
  let now = Date.parse('2026-06-01T12:01:00.000Z')
  const log = new RunLog(asked, () => new Date(now))
  log.start(1)
  now += 500_000
  log.start(2)
  expect(log.run).toMatchObject({
    parts: 2,
    startedAt: '2026-06-01T12:01:00.000Z',
    partStartedAt: '2026-06-01T12:09:20.000Z',
  })
})

test('a run that was recorded as lost has neither an end nor an error once it starts', () => {
  const error = { code: 'lost', detail: 'w', remedy: 'r' }
  const log = new RunLog({ ...asked, state: 'lost', endedAt: askedAt, duration: 1, error }, () => new Date(askedAt))
  log.start(1)
  expect(log.run.state).toBe('running')
  for (const ending of ['endedAt', 'duration', 'error']) expect(log.run).not.toHaveProperty(ending)
})

const started = (run = asked) => {
  const log = new RunLog(run, () => new Date(askedAt))
  log.start(1)
  return log
}

test('a run keeps only its first 200 events but continues to count', () => {
  const log = started()
  for (let number = 1; number <= 250; number += 1) {
    log.event('too-large', `Message ${number} is too large.`)
    log.skipped('too-large')
  }
  expect(log.run.events).toHaveLength(200)
  expect(log.run.events.at(-1)?.detail).toBe('Message 200 is too large.')
  expect(log.run).toMatchObject({ counts: { skipped: 250 }, skippedBecause: { 'too-large': 250 } })
})

test('the limit of 200 events includes the events of earlier parts', () => {
  const events = Array.from({ length: 199 }, () => ({ at: askedAt, code: 'c', detail: 'w' }))
  const log = new RunLog({ ...asked, events }, () => new Date(askedAt))
  log.start(2)
  log.event('last', 'Fits.')
  log.event('more', 'Does not fit.')
  expect(log.run.events).toHaveLength(200)
  expect(log.run.events.at(-1)?.code).toBe('last')
})

test('a continuation counts again only the messages that the previous part left', () => {
  const log = started()
  log.count('found', 10)
  log.stored('Support', 100)
  log.stored('Support', 50)
  log.stored('Sales', 1)
  log.count('alreadyKnown', 2)
  log.skipped('absent')
  log.count('left', 4)
  log.start(2)
  expect(log.run.counts).toMatchObject({ found: 6, stored: 3, alreadyKnown: 2, skipped: 1, left: 0 })
  log.count('found', 4)
  for (let number = 0; number < 4; number += 1) log.stored('Support', 10)
  const { found, stored, alreadyKnown, skipped, left } = log.run.counts
  expect(found).toBe(stored + alreadyKnown + skipped + left)
  expect(log.run).toMatchObject({ bytes: 191, storedByQueue: { Support: 6, Sales: 1 }, parts: 2 })
})

test('a run’s round trips add up over its parts, and its oldest waiting message is that of the last part', () => {
  const log = started()
  log.session(5, '2026-05-01T00:00:00.000Z')
  log.session(7, '2026-05-02T00:00:00.000Z')
  expect(log.run).toMatchObject({ roundTrips: 12, oldestWaitingAt: '2026-05-02T00:00:00.000Z' })
  log.session(1, undefined)
  expect(log.run).not.toHaveProperty('oldestWaitingAt')
})

test('a failed run records its error code, detail, remedy and duration', () => {
  let now = Date.parse(askedAt)
  const log = new RunLog(asked, () => new Date(now))
  log.start(1)
  now += 1_234
  log.end('failed', { code: 'throttled', detail: 'w', remedy: 'r', cure: 'waiting' })
  expect(log.run).toMatchObject({
    state: 'failed',
    duration: 1_234,
    endedAt: '2026-06-01T12:00:01.234Z',
    error: { code: 'throttled', detail: 'w', remedy: 'r' },
  })
  expect(log.run.error).not.toHaveProperty('cure')
})

test('a run that ends before it started has a duration of zero', () => {
  const log = new RunLog(asked, () => new Date(askedAt))
  log.end('failed')
  expect(log.run).toMatchObject({ startedAt: askedAt, endedAt: askedAt, duration: 0 })
})
