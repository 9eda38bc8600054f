import { describe, expect, it } from 'vitest'
import { nextFetchAfter, slotOf } from '../../../lib/schedule/fetch-interval.ts'

const slot = Date.parse('2026-06-01T12:00:00.000Z')
const minutesAfter = (tickMinutes: number, failures: number, cure?: 'waiting' | 'change') =>
  (Date.parse(nextFetchAfter(slot, tickMinutes, failures, cure)) - slot) / 60_000

describe('the next fetch', () => {
  it.each([
    // A good run, then failures in a row; minutes at the default of ten a tick.
    [0, 10, 10],
    [1, 10, 10],
    [2, 10, 20],
    [3, 20, 30],
    [4, 30, 60],
    [5, 60, 60],
    [6, 60, 60],
    [1_000, 60, 60],
  ])('after %i failures: %i minutes where waiting helps, %i where somebody has to change something', (...row) => {
    const [failures, waiting, change] = row
    expect(minutesAfter(10, failures, 'waiting')).toBe(waiting)
    expect(minutesAfter(10, failures, 'change')).toBe(change)
  })

  it.each([1, 5, 10, 60])('is a multiple of a tick of %i minutes', (tickMinutes) => {
    for (let failures = 0; failures < 8; failures += 1) {
      for (const cure of ['waiting', 'change'] as const) {
        expect(minutesAfter(tickMinutes, failures, cure) % tickMinutes).toBe(0)
        expect(minutesAfter(tickMinutes, failures, cure)).toBeGreaterThan(0)
      }
    }
  })

  it('is ISO time in UTC', () => {
    expect(nextFetchAfter(slot, 10, 0)).toBe('2026-06-01T12:10:00.000Z')
  })
})

describe('a slot', () => {
  it.each([
    ['12:00:00.000', 10, '12:00:00.000'],
    ['12:09:59.999', 10, '12:00:00.000'],
    ['12:10:00.000', 10, '12:10:00.000'],
    ['12:07:31.000', 1, '12:07:00.000'],
    ['12:59:59.999', 60, '12:00:00.000'],
  ])('of %s at ticks of %i minutes is %s', (time, tickMinutes, expected) => {
    const at = (clock: string) => Date.parse(`2026-06-01T${clock}Z`)
    expect(slotOf(at(time), tickMinutes)).toBe(at(expected))
  })
})
