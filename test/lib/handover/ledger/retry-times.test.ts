import { describe, expect, it } from 'vitest'
import { nextAttemptAfter } from '../../../../lib/handover/ledger/retry-times.ts'

const start = Date.parse('2026-03-02T08:00:00.000Z')
const minutes = (count: number) => new Date(start + count * 60_000).toISOString()
const next = (attemptCount: number, at: number, more: { random?: number; retryAfter?: string } = {}) => {
  const time = nextAttemptAfter({ attemptCount, firstAttemptAt: minutes(0), at: minutes(at), random: 0.5, ...more })
  return time === undefined ? undefined : (Date.parse(time) - start) / 60_000 - at
}

describe('the time of the next attempt', () => {
  it('follows the pauses, then repeats the last one', () => {
    const pauses = Array.from({ length: 11 }, (_, failed) => next(failed + 1, 0))
    expect(pauses).toEqual([1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720])
  })

  it('varies by a fifth', () => {
    expect(next(3, 0, { random: 0 })).toBeCloseTo(12)
    expect(next(3, 0, { random: 0.999_999 })).toBeCloseTo(18)
  })

  it.each([0, 0.5, 0.999])('gives a last attempt five days after the first, and ends then (random %d)', (random) => {
    let [at, attempts] = [0, 1]
    for (;;) {
      const pause = next(attempts, at, { random })
      if (pause === undefined) break
      at += pause
      attempts += 1
    }
    expect(at).toBe(5 * 24 * 60)
    // The row keeps 20 attempts, so a person usually sees all of them.
    expect(attempts).toBeGreaterThanOrEqual(15)
    expect(attempts).toBeLessThanOrEqual(21)
  })

  it('is the time for which the receiver asks, from a minute to a day', () => {
    expect(next(1, 0, { retryAfter: minutes(90) })).toBe(90)
    expect(next(9, 0, { retryAfter: minutes(2) })).toBe(2)
    expect(next(9, 10, { retryAfter: minutes(0) })).toBe(1)
    expect(next(1, 0, { retryAfter: minutes(3 * 24 * 60) })).toBe(24 * 60)
  })

  it('does not exist after five days, whatever the receiver asks for', () => {
    expect(next(2, 5 * 24 * 60, { retryAfter: minutes(5 * 24 * 60 + 5) })).toBeUndefined()
  })
})
