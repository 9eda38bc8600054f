import { expect, test } from 'vitest'
import { RunLog } from '../../../lib/fetching/run-log.ts'
import { queuedRun } from '../../../lib/runs/run.ts'

const askedAt = '2026-06-01T12:00:00.000Z'
const asked = queuedRun({ runId: 'r', accountId: 'a', trigger: 'request', slot: undefined, askedAt, askedBy: 'anna' })

test('every part notes when it began; the run began with its first', () => {
  let now = Date.parse('2026-06-01T12:01:00.000Z')
  const log = new RunLog(asked, () => now)
  log.start(1)
  now += 500_000
  log.start(2)
  expect(log.run).toMatchObject({
    parts: 2,
    startedAt: '2026-06-01T12:01:00.000Z',
    partStartedAt: '2026-06-01T12:09:20.000Z',
  })
})

test('a run that was given up as lost and starts after all has no end and no error left', () => {
  const error = { code: 'lost', words: 'w', remedy: 'r' }
  const log = new RunLog({ ...asked, state: 'lost', endedAt: askedAt, duration: 1, error }, () => Date.parse(askedAt))
  log.start(1)
  expect(log.run.state).toBe('running')
  for (const ending of ['endedAt', 'duration', 'error']) expect(log.run).not.toHaveProperty(ending)
})
