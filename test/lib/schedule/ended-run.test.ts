import { describe, expect, it } from 'vitest'
import { nextFetchAfter, slotInCadence } from '../../../lib/schedule/ended-run.ts'

const slot = Date.parse('2026-06-01T12:00:00.000Z')
const minutesAfter = (tickMinutes: number, failures: number, cure?: 'waiting' | 'change') =>
  (Date.parse(nextFetchAfter(slot, tickMinutes, failures, cure)) - slot) / 60_000

describe('the next fetch', () => {
  it.each([
    // A successful run, then consecutive failures. Minutes at the default of ten per tick.
    [0, 10, 10],
    [1, 10, 10],
    [2, 10, 20],
    [3, 20, 30],
    [4, 30, 60],
    [5, 60, 60],
    [6, 60, 60],
    [1_000, 60, 60],
  ])(
    'the next fetch after %i failures follows in %i minutes if waiting helps, in %i if a change is required',
    (...row) => {
      const [failures, waiting, change] = row
      expect(minutesAfter(10, failures, 'waiting')).toBe(waiting)
      expect(minutesAfter(10, failures, 'change')).toBe(change)
    },
  )

  it.each([1, 5, 10, 60])('the next fetch is a multiple of a tick of %i minutes away', (tickMinutes) => {
    for (let failures = 0; failures < 8; failures += 1) {
      for (const cure of ['waiting', 'change'] as const) {
        expect(minutesAfter(tickMinutes, failures, cure) % tickMinutes).toBe(0)
        expect(minutesAfter(tickMinutes, failures, cure)).toBeGreaterThan(0)
      }
    }
  })

  it('the time of the next fetch is in ISO format in UTC', () => {
    expect(nextFetchAfter(slot, 10, 0)).toBe('2026-06-01T12:10:00.000Z')
  })
})

describe('the slot of a requested run', () => {
  it.each([
    ['before the next fetch', '12:03:20.000', '12:10:07.000', '12:00:07.000'],
    ['at the time of the next fetch', '12:10:07.000', '12:10:07.000', '12:10:07.000'],
    ['while the account waits for an hour', '12:03:20.000', '13:00:07.000', '12:00:07.000'],
    ['long after the next fetch was due', '13:04:00.000', '12:10:07.000', '13:00:07.000'],
  ])('a run requested %s keeps the phase of the account', (_, now, nextFetchAt, expected) => {
    const at = (clock: string) => `2026-06-01T${clock}Z`
    expect(new Date(slotInCadence(Date.parse(at(now)), at(nextFetchAt), 10)).toISOString()).toBe(at(expected))
  })

  it('a requested run makes an account without a cadence due at the next tick, regardless of its time', () => {
    const next = Date.parse(nextFetchAfter(slotInCadence(slot, undefined, 10), 10, 0))
    const dueUntil = (tick: number) => tick + 5 * 60_000
    expect(next).toBeLessThanOrEqual(dueUntil(slot))
    expect(next).toBeGreaterThan(dueUntil(slot - 1))
  })
})
