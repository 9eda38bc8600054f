import { expect, it } from 'vitest'
import { shiftTimes } from './shifted-times.ts'

it('a text is the same after its times were moved forwards and backwards', () => {
  const text = '{"at":"2026-03-02T08:10:05.377Z","detail":"Failing since 2026-03-02 07:40 UTC, 3 runs in a row."}'
  const moved = shiftTimes(text, 20 * 60 * 60_000)
  expect(moved).toBe(
    '{"at":"2026-03-03T04:10:05.377Z","detail":"Failing since 2026-03-03 03:40 UTC, 3 runs in a row."}',
  )
  expect(shiftTimes(moved, -20 * 60 * 60_000)).toBe(text)
})
