import { describe, expect, it } from 'vitest'
import { factsOf, StepLog } from '../../../lib/reasons/step-log.ts'

const steps = ['look', 'knock', 'enter'] as const
const reason = { code: 'closed', detail: 'The door is closed.', remedy: 'Open it.' }

describe('the step log', () => {
  it('the step log returns all steps in order, and reports those without a result as not reached', () => {
    const log = new StepLog(steps)
    log.skipped('knock', 'The door is open.')
    log.passed('look', 'There is a door.', { doors: 1 })
    expect(log.steps).toEqual([
      { step: 'look', state: 'passed', detail: 'There is a door.', facts: { doors: 1 } },
      { step: 'knock', state: 'skipped', detail: 'The door is open.' },
      { step: 'enter', state: 'skipped', detail: 'Not reached.' },
    ])
  })

  it('the step log’s current step is the first one without a result', () => {
    const log = new StepLog(steps)
    log.passed('knock', 'Knocked.')
    expect(log.current).toBe('look')
    log.passed('look', 'Looked.')
    expect(log.current).toBe('enter')
    log.passed('enter', 'Entered.')
    expect(log.current).toBeUndefined()
  })

  it('the step log records only the reason and the facts of a failure', () => {
    const log = new StepLog(steps)
    log.failed('look', { ...reason, facts: { doors: 0 }, ...{ cure: 'waiting' } })
    expect(log.steps[0]).toEqual({ step: 'look', state: 'failed', ...reason, facts: { doors: 0 } })
  })

  it('the step log ignores a failure after the last step', () => {
    const log = new StepLog(steps)
    for (const step of steps) log.passed(step, 'Done.')
    log.failed(log.current, reason)
    expect(log.steps.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed'])
  })

  it('factsOf removes facts that are unknown or empty', () => {
    expect(factsOf({ a: undefined, b: [], c: ['x'], d: '', e: 0, f: false })).toEqual({
      c: ['x'],
      d: '',
      e: 0,
      f: false,
    })
  })
})
